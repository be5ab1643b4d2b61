"""The audit log: who did what to what, when, and what was different afterwards."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
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
PAGES: dict[str, tuple[Any, str]] = {
    "payment": (_l("付款单"), "/desk/payments/"),
    "gateway_event": (_l("通知"), "/desk/inbox/"),
    "talk_comment": (_l("留言"), "/desk/talk/"),
}
"""Subjects whose page has their number in its address."""


@bp.get("")
@access.allow(*READERS)
def index() -> str:
    """The log, newest first."""
    given = {name: request.args.get(name, "").strip() for name in FILTERS}
    before = request.args.get("before", "")
    wanted, misread = _filter(given)
    rows = read_audit.list_acts(wanted, before_id=int(before[:18]) if before.isdecimal() else None, limit=ROWS + 1)
    more, rows = len(rows) > ROWS, rows[:ROWS]
    return render_template(
        "screens/desk/audit.html",
        rows=rows,
        subjects=_subjects(rows),
        faces=find_people.faces({row.actor_id for row in rows}),
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
    """Code and address of the subjects that have a page, in one query a kind."""
    ids: dict[str, set[int]] = {"adoption": set(), "household": set(), "offer": set()}
    for row in rows:
        if row.subject_kind in ids and row.subject_id.isdecimal():
            ids[row.subject_kind].add(int(row.subject_id))
    named: dict[tuple[str, str], tuple[str, Any]] = {}
    for row in rows:
        if row.subject_kind in PAGES:
            words, path = PAGES[row.subject_kind]
            named[row.subject_kind, row.subject_id] = (f"{words} {row.subject_id}", f"{path}{row.subject_id}")
    for order_id, code in search_orders.codes_of(ids["adoption"]).items():
        named["adoption", str(order_id)] = (code, f"/desk/orders/{code}")
    for household_id, code in search_households.codes_of(ids["household"]).items():
        named["household", str(household_id)] = (code, f"/desk/households/{code}")
    if ids["offer"]:
        for offer in offer_names().values():
            named["offer", str(offer.id)] = (offer.code, f"/desk/offers/{offer.id}")
    return named
