"""The root of all refusals. A DomainError states a fact; its class carries the HTTP status and a stable code."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l


class DomainError(Exception):
    """A refusal that the person who asked can understand and act upon.

    `code` is stable and machine-readable; `text` is a lazy translation whose placeholders are filled from `params`.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    text: ClassVar[Any] = _l("这一步没有办成。")

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.code, params)

    @property
    def message(self) -> str:
        """The sentence for the person, in the language of the request."""
        text = str(self.text)
        return text % self.params if self.params else text

    @property
    def extra(self) -> dict[str, Any]:
        """What its problem document says beside code and sentence."""
        return {}


class NotFound(DomainError):
    """It does not exist, or it is not theirs: the answer is the same."""

    status = 404
    code = "not_found"
    text = _l("没有找到这一页。")


class SignInNeeded(DomainError):
    """The caller has to sign in first."""

    status = 401
    code = "sign_in_needed"
    text = _l("请先登录。")

    def __init__(self, *, staff: bool = False) -> None:
        self.staff = staff
        super().__init__()


class TokenNotValid(SignInNeeded):
    """The token that was sent is unknown, too old or revoked."""

    code = "token_not_valid"
    text = _l("这个令牌无效、过期或已撤销。请重新登录。")


class ScopeMissing(DomainError):
    """The person may, but the token that was sent may not."""

    status = 403
    code = "scope_missing"
    text = _l("这个令牌没有 %(scope)s 这一项权限。")


class SecondStepMissing(DomainError):
    """The house demands TOTP of its staff, and this member has not set it up yet."""

    status = 403
    code = "second_step_missing"
    text = _l("请先设置两步验证。")


class ProofNeeded(DomainError):
    """A sensitive act, and it is too long ago that the caller proved who she is."""

    status = 403
    code = "proof_needed"
    text = _l("这一步要紧，请先再填一次密码。")


class NotUnderstood(DomainError):
    """The body is not JSON."""

    status = 400
    code = "not_json"
    text = _l("请求的内容不是 JSON，没有读懂。")


class WrongMediaType(DomainError):
    """A body was sent as something else than JSON."""

    status = 415
    code = "wrong_media_type"
    text = _l("请用 application/json 发送。")


class Busy(DomainError):
    """The database did not answer in time; nothing has happened."""

    status = 503
    code = "busy"
    text = _l("现在有点忙，您的绳和钱都没动。过一会儿再试。")


class TooMany(DomainError):
    """A limit per person or address was reached."""

    status = 429
    code = "too_many"
    text = _l("试得太多了，请过一会儿再来。")

    def __init__(self, *, retry_after_seconds: int = 60, **params: Any) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(**params)


class Invalid(DomainError):
    """Input that cannot be understood; `fields` names each bad field with its sentence."""

    status = 422
    code = "invalid"
    text = _l("有几处要改，改好再提交。")

    def __init__(self, fields: dict[str, str] | None = None) -> None:
        self.fields = fields or {}
        super().__init__()

    @property
    def extra(self) -> dict[str, Any]:
        """A sentence for each bad field."""
        return {"errors": self.fields} if self.fields else {}
