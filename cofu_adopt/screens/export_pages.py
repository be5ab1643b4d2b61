"""The desk's lists as files, as the list on the screen is filtered; logged before anything leaves."""

from __future__ import annotations

from flask import Blueprint, Response, request

from cofu_adopt.adoptions import search_orders
from cofu_adopt.core import access
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.core.table_pages import send_table
from cofu_adopt.farm import search_households
from cofu_adopt.screens import payments_pages
from cofu_adopt.screens.desk_roles import READERS
from cofu_adopt.screens.export_tables import households_table, orders_table, payments_table
from cofu_adopt.screens.orders_pages import FILTERS, read_filter, read_secret_search

bp = Blueprint("desk_export", __name__, url_prefix="/desk")


@bp.get("/orders/export")
@access.allow(*READERS, own_transactions=True, fresh=True)
def orders() -> Response:
    """The orders that fit the list's filter."""
    try:
        search = search_orders.understand(request.args.get("q", "")) or read_secret_search()
    except Invalid as error:
        raise NotFound from error
    wanted, misread = read_filter(search)
    if misread:
        # A file that holds more than was asked for must not leave the house.
        raise NotFound
    logged = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    if search is not None:
        logged["search"] = f"{search.kind}: {search.shown}"
    return send_table(orders_table(wanted), logged)


@bp.get("/households/export")
@access.allow(*READERS, own_transactions=True, fresh=True)
def households() -> Response:
    """The households that fit the list's search."""
    typed = request.args.get("q", "").strip()
    logged = {"search": search_households.mask_search(typed)} if typed else {}
    return send_table(households_table(typed), logged)


@bp.get("/payments/export")
@access.allow(*READERS, own_transactions=True, fresh=True)
def payments() -> Response:
    """The payments that fit the list's filter."""
    wanted, misread = payments_pages.read_filter()
    if misread:
        raise NotFound
    logged = {name: request.args[name] for name in payments_pages.FILTERS if request.args.get(name)}
    return send_table(payments_table(wanted), logged)
