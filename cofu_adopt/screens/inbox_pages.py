"""The desk's inbox: what gateways told, how old it is, what went wrong with it; one event, to look at or do again."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.core import access, read_audit
from cofu_adopt.identity import find_people
from cofu_adopt.payments import search_events
from cofu_adopt.payments.inbox import replay_event
from cofu_adopt.payments.redact_payload import redact
from cofu_adopt.payments.search_events import Which
from cofu_adopt.payments.search_payments import find_by_references
from cofu_adopt.screens.desk_roles import MONEY_ACTORS, READERS
from cofu_adopt.screens.desk_words import for_templates

bp = Blueprint("desk_inbox", __name__, template_folder="templates", url_prefix="/desk/inbox")
bp.context_processor(for_templates)
ROWS = 50
LONGEST_REFERENCE = 120
LONGEST_PAYLOAD = 20_000


@bp.get("")
@access.allow(*READERS)
def index() -> str:
    """The events: those that wait, unless others or a certain one are asked for."""
    typed = request.args.get("q", "").strip()[:LONGEST_REFERENCE]
    given = request.args.get("show", "")
    which = Which(given) if given in list(Which) else usual_events(typed)
    before = request.args.get("before", "")
    rows = search_events.list_events(
        which, reference=typed, before_id=int(before[:18]) if before.isdecimal() else None, limit=ROWS + 1
    )
    more, rows = len(rows) > ROWS, rows[:ROWS]
    return render_template(
        "screens/desk/inbox.html",
        rows=rows,
        payments=find_by_references({row.object_ref for row in rows}),
        which=which,
        typed=typed,
        here={"show": which.value} | ({"q": typed} if typed else {}),
        is_first=not before,
        older_before=rows[-1].id if more else None,
    )


def usual_events(typed: str) -> Which:
    """Which events are meant where nobody says so: those that wait, unless a certain one is looked for."""
    return Which.ALL if typed else Which.WAITING


@bp.get("/<id:event_id>")
@access.allow(*READERS)
def show(event_id: int) -> str:
    """One event. Of its payload only what is about nobody is shown."""
    event, payload = search_events.get_event(event_id)
    acts = read_audit.list_acts_on("gateway_event", [event_id])
    return render_template(
        "screens/desk/event.html",
        event=event,
        payload=json.dumps(redact(payload), indent=2, ensure_ascii=False)[:LONGEST_PAYLOAD],
        payment_id=find_by_references({event.object_ref}).get(event.object_ref),
        acts=acts,
        faces=find_people.faces({act.actor_id for act in acts}),
        may_act=access.signed_in().has(*MONEY_ACTORS),
    )


@bp.post("/<id:event_id>/replay")
@access.allow(*MONEY_ACTORS, writes=True)
def replay(event_id: int) -> Any:
    """Have it done again, by the clock, now."""
    replay_event(event_id)
    flash(_("放回去了，马上再办一次。过几秒刷新，看结果。"))
    return redirect(url_for("desk_inbox.show", event_id=event_id))
