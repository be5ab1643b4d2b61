"""What people who talk are refused."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from cofu_adopt.core import clock
from cofu_adopt.core.errors import DomainError, TooMany


class Muted(DomainError):
    """The workshop lets the person say nothing for some days."""

    status = 409
    code = "muted"
    text = _l("工坊暂停了您留言，到 %(until)s 为止。别的都照常。有出入，请找工坊。")

    def __init__(self, until_at: datetime) -> None:
        super().__init__(until=clock.moment_words(until_at))


class TooMuchTalk(TooMany):
    """More comments, cheers or reports than a person makes."""

    code = "too_much_talk"
    text = _l("说得太快了，歇一会儿再来。写的还在，没有发出去。")
