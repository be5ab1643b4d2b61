"""What the links in e-mails open, without signing in.

Opening a link changes nothing, as mail programs open links by themselves: the page has one button. A mail program's
own button posts to the same address at once (RFC 8058).
"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from cofu_adopt.core import access
from cofu_adopt.notify import confirm_email
from cofu_adopt.notify import unsubscribe as stop
from cofu_adopt.notify.rules import Kind
from cofu_adopt.notify.settings_pages import KIND_WORDS

bp = Blueprint("notify_links", __name__, template_folder="templates")


@bp.get("/unsubscribe/<token>")
@access.public()
def ask(token: str) -> str:
    """The one button."""
    return _unsubscribe_page(token, stop.kind_of(token), done=False)


@bp.post("/unsubscribe/<token>")
@access.public(writes=True)
def unsubscribe(token: str) -> str:
    """Stop these e-mails."""
    everything = bool(request.form.get("everything"))
    kind = stop.unsubscribe(token, everything=everything)
    return _unsubscribe_page(token, kind, done=True, everything=everything)


@bp.get("/confirm-email/<token>")
@access.public()
def ask_email(token: str) -> str:
    """The one button."""
    confirm_email.check_link(token)
    return render_template("notify/confirm_email.html", token=token, done=False)


@bp.post("/confirm-email/<token>")
@access.public(writes=True)
def confirm(token: str) -> str:
    """The address is hers."""
    confirm_email.confirm_email(token)
    return render_template("notify/confirm_email.html", token=token, done=True)


def _unsubscribe_page(token: str, kind: Kind, *, done: bool, everything: bool = False) -> str:
    words = KIND_WORDS[kind]
    return render_template("notify/unsubscribe.html", token=token, kind=words, done=done, everything=everything)
