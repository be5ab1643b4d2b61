"""The desk's orders: found and filtered; one order with its whole story; its delivery revealed for a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from cofu_adopt.adoptions import search_orders, show_order
from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.search_orders import Kind, OrderFilter, Search
from cofu_adopt.core import access, clock
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.reason import load_reason
from cofu_adopt.farm.desk_plots import list_grid_codes
from cofu_adopt.identity import find_people
from cofu_adopt.offers.name_offers import offer_names
from cofu_adopt.payments.credit import balance_of
from cofu_adopt.screens.desk_roles import ACTORS, READERS
from cofu_adopt.screens.desk_words import for_templates, misread_words, state_words
from cofu_adopt.screens.order_story import tell_order

bp = Blueprint("desk_orders", __name__, template_folder="templates", url_prefix="/desk/orders")
bp.context_processor(for_templates)
SECRET = {Kind.PHONE, Kind.RECIPIENT}
FILTERS: dict[str, Callable[[str], Any]] = {
    "state": AdoptionState,
    "offer": lambda given: int(given[:9]),
    "grid": str,
    "from": clock.read_day,
    "to": clock.read_day,
}
"""How each is read; what cannot be read is a ValueError."""


@bp.get("")
@access.allow(*READERS)
def index() -> Any:
    """The list. A whole phone or a name does not stay in the address: it is understood and sent on as its index."""
    fault = ""
    try:
        typed = search_orders.understand(request.args.get("q", ""))
    except Invalid as error:
        typed, fault = None, error.fields["q"]
    if typed is not None and typed.kind in SECRET:
        return redirect(_address(typed))
    return _list(typed or read_secret_search(), fault)


@bp.post("")
@access.allow(*READERS)
def find() -> Any:
    """Understand what was typed; the answer is a list with an address of its own."""
    try:
        found = search_orders.understand(request.form.get("q", ""))
    except Invalid as error:
        return _list(None, error.fields["q"]), 422
    if found is not None and found.kind is Kind.CODE and search_orders.find_id(found.key) is not None:
        return redirect(url_for("desk_orders.show", code=found.key))
    # Another filter for the phone or name that was looked for before.
    return redirect(_address(found or read_secret_search()))


@bp.get("/<code>")
@access.allow(*READERS)
def show(code: str) -> str:
    """One order and all that happened to it."""
    return _show(code)


@bp.post("/<code>/reveal")
@access.allow(*ACTORS, writes=True, fresh=True)
def reveal(code: str) -> Any:
    """The whole delivery, once, for a reason."""
    try:
        reason = load_reason(request.form.get("reason", ""))
    except Invalid as error:
        return _show(code, fault=error.fields["reason"], typed=request.form.get("reason", "")), 422
    delivery = show_order.reveal_delivery(code, reason)
    return _show(code, delivery=delivery), {"Cache-Control": "no-store"}


def _list(search: Search | None, fault: str) -> str:
    wanted, misread = read_filter(search)
    offers = offer_names()
    found = search_orders.list_orders(wanted, before=_id("before"), after=_id("after"))
    return render_template(
        "screens/desk/orders.html",
        page=found,
        count=search_orders.count_orders(wanted),
        count_at_most=search_orders.COUNT_AT_MOST,
        faces=find_people.faces({row.person_id for row in found.rows}),
        search=search,
        fault=fault,
        typed=request.values.get("q", "") if fault or (search and search.kind not in SECRET) else "",
        misread=misread,
        filters={name: "" if name in misread else request.values.get(name, "") for name in FILTERS},
        states=[(state.value, state_words(state)) for state in AdoptionState],
        offers=offers,
        offer_options=[(str(offer.id), f"{offer.code} {offer.title}") for offer in offers.values()],
        grids=list_grid_codes(),
        here={name: value for name, value in _here(search).items() if name not in misread},
    )


def _show(code: str, *, delivery: dict[str, str] | None = None, fault: str = "", typed: str = "") -> str:
    order = show_order.get_detail(code)
    story = tell_order(order)
    actors = {step.act.actor_id for step in story.steps if step.act}
    return render_template(
        "screens/desk/order.html",
        order=order,
        offer=offer_names()[order.offer_id],
        story=story,
        credit_fen=balance_of(order.person_id),
        faces=find_people.faces({order.person_id, *actors}),
        delivery=delivery,
        fault=fault,
        typed=typed,
    )


def read_secret_search() -> Search | None:
    """A phone or a name that an address names by its blind index; what it shows is what it was given, masked."""
    for kind in SECRET:
        key = request.values.get(kind.value, "")
        if search_orders.BLIND_INDEX.fullmatch(key):
            return Search(kind, key, request.values.get("as", "")[:20])
    return None


def read_filter(search: Search | None) -> tuple[OrderFilter, dict[str, str]]:
    """The filter of the address or form without what cannot be understood, and a sentence about each of those."""
    read: dict[str, Any] = {}
    misread: dict[str, str] = {}
    for name, parse in FILTERS.items():
        given = request.values.get(name, "").strip()
        try:
            read[name] = parse(given) if given else None
        except ValueError:
            read[name] = None
            misread[name] = misread_words(name)
    found = OrderFilter(
        state=read["state"],
        offer_id=read["offer"],
        grid_code=read["grid"],
        from_on=read["from"],
        to_on=read["to"],
        search=search,
    )
    return found, misread


def _id(name: str) -> int | None:
    given = request.args.get(name, "")
    return int(given[:18]) if given.isdecimal() else None


def _here(search: Search | None) -> dict[str, str]:
    """What an address of this list holds, without a cursor."""
    here = {name: request.values[name] for name in FILTERS if request.values.get(name)}
    if search is not None and search.kind in SECRET:
        here |= {search.kind.value: search.key, "as": search.shown}
    elif search is not None:
        here["q"] = search.shown
    return here


def _address(search: Search | None) -> str:
    return url_for("desk_orders.index", **_here(search))  # type: ignore[arg-type]
