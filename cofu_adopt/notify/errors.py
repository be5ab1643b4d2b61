"""Refusals about messages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from cofu_adopt.core.errors import DomainError


class LinkForged(DomainError):
    """The link was not made by us, or a part of it was lost."""

    status = 404
    code = "link_forged"
    text = _l("这个链接不完整，请从邮件里再点一次，或登录后在消息设置里改。")


class LinkExpired(DomainError):
    """The link was ours and is too old."""

    status = 410
    code = "link_expired"
    text = _l("这个链接过期了，请登录后在消息设置里改。")
