"""A person's messages, and the development inbox."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from cofu_adopt.core import access, outbox
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.notify.dev_inbox import list_kept
from cofu_adopt.notify.senders import SENDERS
from cofu_adopt.notify.tell import list_messages, mark_all_read
from cofu_adopt.notify.texts import text_of

bp = Blueprint("notify", __name__, template_folder="templates")


@bp.get("/me/messages")
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, own_transactions=True)
def messages() -> str:
    """The person's messages, newest first. Looking at them reads them."""
    person_id = access.signed_in().person_id
    with unit_of_work():
        rows = list_messages(person_id)
        mark_all_read(person_id)
    shown = [(row, text_of(row.template, row.params)) for row in rows]
    return render_template("notify/messages.html", messages=shown)


@bp.get("/dev/inbox")
@access.public(own_transactions=True)
def dev_inbox() -> str:
    """What would have been sent by SMS and e-mail, at once, without waiting for the clock."""
    if not current_app.extensions["settings"].is_safe_environment:
        raise NotFound
    outbox.deliver(SENDERS, addressed=True)
    outbox.deliver(SENDERS, addressed=False)
    with unit_of_work(writes=False):
        kept = list_kept()
    return render_template("notify/dev_inbox.html", messages=kept)
