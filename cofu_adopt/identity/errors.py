"""The refusals of identity."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from cofu_adopt.core.errors import DomainError, TooMany

MOST_MINUTES = 90
"""A longer wait is said in hours."""


class TooManyCodes(TooMany):
    """Codes were asked for too often for this phone or from this address."""

    code = "too_many_codes"
    text = _l("验证码要得太勤了。请过 %(minutes)s 分钟再要。")
    text_of_hours = _l("验证码要得太勤了。请过 %(hours)s 小时再要。")

    def __init__(self, *, retry_after_seconds: int) -> None:
        minutes = max(1, -(-retry_after_seconds // 60))
        if minutes > MOST_MINUTES:
            self.text = self.text_of_hours  # type: ignore[misc]
        super().__init__(retry_after_seconds=retry_after_seconds, minutes=minutes, hours=-(-minutes // 60))


class TooManyTries(TooMany):
    """Too many wrong passwords for this name or from this address."""

    code = "too_many_tries"
    text = _l("试得太多了。请过 %(minutes)s 分钟再试。")

    def __init__(self, *, retry_after_seconds: int) -> None:
        minutes: Any = max(1, -(-retry_after_seconds // 60))
        super().__init__(retry_after_seconds=retry_after_seconds, minutes=minutes)


class CodeWrong(DomainError):
    """The code that was typed is not the one that was sent."""

    status = 422
    code = "code_wrong"
    text = _l("验证码不对，请再看一看短信。")


class CodeDead(DomainError):
    """The code was used, is too old, was tried too often, or was never sent."""

    status = 422
    code = "code_dead"
    text = _l("这个验证码已经失效，请重新要一个。")
