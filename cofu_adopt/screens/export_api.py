"""The desk's lists as files for programs: masked as on the screen, logged before anything leaves."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema

from cofu_adopt.adoptions import search_orders
from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.search_orders import OrderFilter
from cofu_adopt.core import access
from cofu_adopt.core.access import Scope
from cofu_adopt.core.api import ApiBlueprint
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.fields import Text, choice, day, whole
from cofu_adopt.core.table_pages import FileArgs, answers_table, send_table
from cofu_adopt.farm import search_households
from cofu_adopt.payments.models import PaymentState
from cofu_adopt.screens.desk_roles import READERS
from cofu_adopt.screens.export_tables import households_table, orders_table, payments_table
from cofu_adopt.screens.payments_pages import LONGEST_REFERENCE, make_filter

MOST_ID = 2**31 - 1
bp = ApiBlueprint(
    "api_desk_exports",
    __name__,
    tag="Desk: files",
    zh=("工坊：导出", "订单、养殖户、付款的表，CSV 或 XLSX，已遮住该遮的。"),
    description="Orders, households and payments as CSV or XLSX, masked as on the screen; each is in the audit log.",
)


class DaysArgs(Schema):
    """From which day to which."""

    from_on = day(metadata={"description": "Begun on this day or later."})
    to_on = day(metadata={"description": "Begun on this day or before."})


class OrderFileArgs(FileArgs, DaysArgs):
    """Which orders."""

    q = Text(40, load_default="", metadata={"description": "As for the list of orders."})
    state = choice(*AdoptionState)
    offer_id = whole(1, MOST_ID, strict=False)
    grid = Text(8, metadata={"description": "Only those of this square.", "example": "D6"})


class HouseholdFileArgs(FileArgs):
    """Which households."""

    q = Text(40, load_default="", metadata={"description": "As for the list of households."})


class PaymentFileArgs(FileArgs, DaysArgs):
    """Which payments."""

    q = Text(
        LONGEST_REFERENCE,
        load_default="",
        metadata={"description": "An order's code, or what the gateway calls a payment, a refund or an event."},
    )
    state = choice(*PaymentState)
    provider = Text(40, metadata={"description": "Only those by this gateway.", "example": "stripe"})


@bp.get("/desk/exports/orders", zh="订单的表")
@bp.arguments(OrderFileArgs(), location="query")
@answers_table(bp)
@access.allow(*READERS, scope=Scope.DESK_READ, own_transactions=True)
def orders(args: dict[str, Any]) -> Response:
    """The orders that fit, newest first, as a file."""
    search = search_orders.understand(args["q"])
    wanted = OrderFilter(
        state=AdoptionState(args["state"]) if "state" in args else None,
        offer_id=args.get("offer_id"),
        grid_code=args.get("grid"),
        from_on=args.get("from_on"),
        to_on=args.get("to_on"),
        search=search,
    )
    logged = _logged(args, {"state": "state", "offer_id": "offer", "grid": "grid"})
    if search is not None:
        logged["search"] = f"{search.kind}: {search.shown}"
    return send_table(orders_table(wanted), logged)


@bp.get("/desk/exports/households", zh="养殖户的表")
@bp.arguments(HouseholdFileArgs(), location="query")
@answers_table(bp)
@access.allow(*READERS, scope=Scope.DESK_READ, own_transactions=True)
def households(args: dict[str, Any]) -> Response:
    """The households that fit, by code, as a file."""
    typed = args["q"].strip()
    logged = {"search": search_households.mask_search(typed)} if typed else {}
    return send_table(households_table(typed), logged)


@bp.get("/desk/exports/payments", zh="付款的表")
@bp.arguments(PaymentFileArgs(), location="query")
@answers_table(bp)
@access.allow(*READERS, scope=Scope.DESK_READ, own_transactions=True)
def payments(args: dict[str, Any]) -> Response:
    """The payments that fit, newest first, as a file. Where real money moves, test payments stay out."""
    with unit_of_work(writes=False):
        wanted = make_filter(
            q=args["q"],
            state=PaymentState(args["state"]) if "state" in args else None,
            provider=args.get("provider"),
            from_on=args.get("from_on"),
            to_on=args.get("to_on"),
        )
    names = {"state": "state", "provider": "provider"} | ({"q": "q"} if args["q"] else {})
    return send_table(payments_table(wanted), _logged(args, names))


def _logged(args: dict[str, Any], names: dict[str, str]) -> dict[str, str]:
    """What the audit log keeps of the filter, by the names that the desk's own lists give it."""
    whole_names = names | {"from_on": "from", "to_on": "to"}
    return {name: str(args[arg]) for arg, name in whole_names.items() if arg in args}
