"""The audit log: who did what to what, when, and what was different afterwards."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from cofu_adopt.adoptions import search_orders
from cofu_adopt.core import access, clock, read_audit
from cofu_adopt.core.read_audit import AuditFilter, AuditRow
from cofu_adopt.farm import search_households
from cofu_adopt.identity import find_people
from cofu_adopt.offers.name_offers import offer_names
from cofu_adopt.screens.desk_roles import READERS
from cofu_adopt.screens.desk_words import act_words, face_words, for_templates, misread_words

bp = Blueprint("desk_audit", __name__, template_folder="templates", url_prefix="/desk/audit")
bp.context_processor(for_templates)
FILTERS = ("who", "act", "subject", "day")
ROWS = 50
PAGES: dict[str, tuple[Any, str, str]] = {
    "payment": (_l("付款单"), "desk_payments.show", "payment_id"),
    "refund": (_l("退款单"), "desk_refunds.show", "refund_id"),
    "refund_request": (_l("退款申请"), "desk_refunds.show_request", "request_id"),
    "bank_line": (_l("到款"), "desk_transfers.line", "line_id"),
    "dispute": (_l("拒付"), "desk_disputes.show", "dispute_id"),
    "gateway_event": (_l("通知"), "desk_inbox.show", "event_id"),
    "growth_update": (_l("生长记录"), "desk_growth.show", "update_id"),
    "talk_comment": (_l("留言"), "desk_talk.show", "comment_id"),
    "webhook_endpoint": (_l("对外推送"), "desk_webhooks.show", "endpoint_id"),
}
"""Subjects whose page has their number in its address: what they are called, their page, and what takes the number."""
WITHOUT_PAGE: dict[str, Any] = {"growth_reading": _l("量的数"), "species": _l("品种")}
TOLD_BY_THE_ACT = {"export", "plot_reminder", "season"}
"""Subjects that say nothing that the act has not said."""


@bp.get("")
@access.allow(*READERS)
def index() -> str:
    """The log, newest first."""
    given = {name: request.args.get(name, "").strip() for name in FILTERS}
    before = request.args.get("before", "")
    wanted, misread = _filter(given)
    rows = read_audit.list_acts(wanted, before_id=int(before[:18]) if before.isdecimal() else None, limit=ROWS + 1)
    more, rows = len(rows) > ROWS, rows[:ROWS]
    people = {int(row.subject_id) for row in rows if row.subject_kind == "person" and row.subject_id.isdecimal()}
    faces = find_people.faces({row.actor_id for row in rows} | people)
    return render_template(
        "screens/desk/audit.html",
        rows=rows,
        subjects=_subjects(rows) | {("person", str(one)): (face_words(faces.get(one)), "") for one in people},
        faces=faces,
        staff=[(str(face.id), face_words(face)) for face in find_people.list_staff()],
        acts=[(act, act_words(act)) for act in read_audit.known_acts()],
        misread=misread,
        filters=given | dict.fromkeys(misread, ""),
        here={name: value for name, value in given.items() if value and name not in misread},
        is_first=not before,
        older_before=rows[-1].id if more else None,
    )


def _filter(given: dict[str, str]) -> tuple[AuditFilter, dict[str, str]]:
    """The filter without what cannot be understood, and a sentence about each of those."""
    kind, subject_id = _subject(given["subject"])
    actor_id, on, misread = None, None, {}
    try:
        actor_id = int(given["who"][:18]) if given["who"] else None
    except ValueError:
        misread["who"] = misread_words("who")
    try:
        on = clock.read_day(given["day"]) if given["day"] else None
    except ValueError:
        misread["day"] = misread_words("day")
    found = AuditFilter(actor_id=actor_id, act=given["act"] or None, subject_kind=kind, subject_id=subject_id, on=on)
    return found, misread


def _subject(typed: str) -> tuple[str | None, str | None]:
    """What a subject is stored as: an order's code, a household's code, a kind, or kind:id."""
    if not typed:
        return None, None
    kind, colon, subject_id = typed.partition(":")
    if colon:
        return kind.strip(), subject_id.strip()
    order_id = search_orders.find_id(typed.upper())
    if order_id is not None:
        return "adoption", str(order_id)
    household_id = search_households.find_id(typed.upper())
    if household_id is not None:
        return "household", str(household_id)
    offer_id = next((offer.id for offer in offer_names().values() if offer.code == typed.upper()), None)
    if offer_id is not None:
        return "offer", str(offer_id)
    return typed, None


def _subjects(rows: list[AuditRow]) -> dict[tuple[str, str], tuple[str, Any]]:
    """What the subjects are called and where their page is, if they have one; one query a kind."""
    named: dict[tuple[str, str], tuple[str, Any]] = {}
    for row in rows:
        found = _numbered(row.subject_kind, row.subject_id)
        if found:
            named[row.subject_kind, row.subject_id] = found
    ids = {kind: {int(row.subject_id) for row in rows if row.subject_kind == kind and row.subject_id.isdecimal()}
           for kind in ("adoption", "household", "offer")}  # fmt: skip
    for order_id, code in search_orders.codes_of(ids["adoption"]).items():
        named["adoption", str(order_id)] = (code, f"/desk/orders/{code}")
    for household_id, code in search_households.codes_of(ids["household"]).items():
        named["household", str(household_id)] = (code, f"/desk/households/{code}")
    if ids["offer"]:
        for offer in offer_names().values():
            named["offer", str(offer.id)] = (offer.code, f"/desk/offers/{offer.id}")
    return named


def _numbered(kind: str, subject_id: str) -> tuple[str, str] | None:
    """The words and the page of what is known by its kind and number alone."""
    if kind in PAGES:
        words, endpoint, name = PAGES[kind]
        values: dict[str, Any] = {name: subject_id}
        may_open = access.admits(current_app.view_functions[endpoint])
        return f"{words} {subject_id}", url_for(endpoint, **values) if may_open else ""
    if kind in WITHOUT_PAGE:
        return f"{WITHOUT_PAGE[kind]} {subject_id}", ""
    return ("–", "") if kind in TOLD_BY_THE_ACT else None
