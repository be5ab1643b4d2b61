"""From a free rope to "my rope": hold, review, pay, name, cancel; and the desk's list of orders."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

from flask import current_app, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from cofu_adopt.adoptions import queries, schemas, search_orders, transfer
from cofu_adopt.adoptions.cancel import cancel_adoption, refund_of
from cofu_adopt.adoptions.errors import (
    AlreadyPaid,
    ChoiceAwaited,
    HoldExpired,
    LimitReached,
    NotCancellable,
    OfferNotOnSale,
    PreviewOutdated,
    ReviewIncomplete,
    RopeSoldOut,
    RopeTaken,
)
from cofu_adopt.adoptions.hold import hold_once
from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.name_rope import name_rope
from cofu_adopt.adoptions.pay import start_payment
from cofu_adopt.adoptions.queries import AdoptionRow
from cofu_adopt.adoptions.review import find_held, save_review
from cofu_adopt.adoptions.search_orders import Kind, OrderFilter, OrderRow, Search
from cofu_adopt.core import access, paging
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint, refuses
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.farm import queries as farm
from cofu_adopt.identity import address_book
from cofu_adopt.identity.pages import is_email
from cofu_adopt.identity.schemas import load_address
from cofu_adopt.offers import queries as offers
from cofu_adopt.payments import check, credit, transfer_queries
from cofu_adopt.payments import queries as payments
from cofu_adopt.payments.errors import GatewayTrouble, PaymentDisputed, PaymentRefused, PaymentUnderWay
from cofu_adopt.payments.models import PaymentState
from cofu_adopt.payments.transfer_errors import NoTransferOpen, TooManyTransfers
from cofu_adopt.payments.transfer_gateway import PROVIDER
from cofu_adopt.payments.transfer_queries import Instructions

bp = ApiBlueprint(
    "api_adoptions",
    __name__,
    tag="Holds and orders",
    zh=("占位和订单", "自己的占位和订单。"),
    description="An adopter's own holds and orders.",
)
desk_bp = ApiBlueprint(
    "api_desk_adoptions",
    __name__,
    tag="Desk: orders",
    zh=("工坊：订单", "所有人的订单。"),
    description="All orders, for the workshop.",
)
READERS = (Role.OPERATOR, Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.AUDITOR)
CODE = "string(maxlength=16):code"
ORDER = schemas.OrderSchema()


@bp.post("/holds", zh="占住一串绳：任一串、某桁任一串，或选定的")
@refuses(OfferNotOnSale, RopeTaken, RopeSoldOut, LimitReached)
@bp.arguments(schemas.HoldInSchema())
@idempotent
@bp.response(201, ORDER)
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, writes=True)
def hold(wanted: dict[str, Any]) -> AdoptionRow:
    """Hold a rope while the person reviews and pays: any of the offer, any of a plot, or the chosen one."""
    # The claim of the Idempotency-Key has locked the person, and makes the request a new one.
    return hold_once(
        person_id=access.signed_in().person_id,
        offer_id=wanted["offer_id"],
        request_key=uuid4().hex,
        plot_code=wanted.get("plot"),
        rope_number=wanted.get("rope"),
    )


@bp.get("/holds", zh="占住还没付的")
@bp.response(200, schemas.HoldsSchema())
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_READ)
def holds() -> dict[str, Any]:
    """What the person holds and has not paid, soonest to end first."""
    return {"items": queries.list_live_holds(access.signed_in().person_id)}


@bp.get("/orders", zh="我的订单")
@bp.arguments(paging.PageArgs(), location="query")
@bp.response(200, paging.page_schema(ORDER))
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_READ)
def orders(args: dict[str, Any]) -> dict[str, Any]:
    """The person's orders, newest first; those that were never paid are left out unless still held."""
    before = paging.read_cursor("orders", args)
    rows = queries.list_own(access.signed_in().person_id, before=before, limit=args["limit"] + 1)
    return paging.page("orders", args, rows, lambda row: row.id)


@bp.get(f"/orders/<{CODE}>", zh="一个订单")
@bp.response(200, ORDER)
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_READ)
def order(code: str) -> AdoptionRow:
    """One of the person's orders."""
    return queries.get_own_row(code, access.signed_in().person_id)


@bp.put(f"/orders/<{CODE}>/review", zh="核对：收货地址和鲜活商品确认")
@refuses(Invalid, HoldExpired, AlreadyPaid, ChoiceAwaited)
@bp.arguments(schemas.ReviewInSchema(), example=schemas.REVIEW_EXAMPLE)
@bp.response(200, ORDER)
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, writes=True)
def review(typed: dict[str, Any], code: str) -> AdoptionRow:
    """Say where to deliver, and confirm what has to be confirmed before paying."""
    person_id = access.signed_in().person_id
    faults: dict[str, str] = {}
    content: dict[str, str] = {}
    try:
        content = load_address(typed["delivery"])
    except Invalid as error:
        faults = {f"delivery.{name}": words for name, words in error.fields.items()}
    email = (typed["receipt_email"] or "").strip()
    if email and not is_email(email):
        faults["receipt_email"] = _("这不像邮箱地址，请再看一看。")
    if not typed["fresh_goods_confirmed"]:
        faults["fresh_goods_confirmed"] = _("请先确认这一条，再付款。")
    adoption = find_held(code, person_id)
    if faults:
        raise Invalid(faults)
    save_review(
        adoption, delivery=content, receipt_email=email or None, locale=str(get_locale()), fresh_goods_confirmed=True
    )
    if typed["remember"]:
        address_book.remember_address(person_id, content)
    return queries.row_of(adoption)


@bp.post(f"/orders/<{CODE}>/payments", zh="去付款，得到支付页的地址")
@refuses(
    HoldExpired, AlreadyPaid, ChoiceAwaited, ReviewIncomplete, LimitReached, TooManyTransfers, PaymentUnderWay,
    PaymentRefused, GatewayTrouble,
)  # fmt: skip
@bp.arguments(schemas.PayInSchema())
@idempotent
@bp.response(201, schemas.PaymentOpenedSchema())
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, own_transactions=True)
def open_payment(wanted: dict[str, Any], code: str) -> dict[str, Any]:
    """Open the gateway's page for a reviewed order. The person pays there and comes back to the order.

    By transfer there is no page to pay on: the instructions are at /orders/{code}/transfer, and the address is that of
    the order's own page. 404 where the house takes no transfers. When the person's credit pays all, the order is paid
    at once, and the address is the order's own page, too.
    """
    by_transfer = wanted["way"] == PROVIDER
    if by_transfer and not transfer_queries.hours_to_wait():
        raise NotFound
    person_id = access.signed_in().person_id
    url = start_payment(
        code,
        person_id,
        title=_("格子海 %(rope)s 认养一串", rope="%(rope)s"),
        return_url=url_for("adoptions.come_back", code=code),
        locale=str(get_locale()),
        provider=PROVIDER if by_transfer else None,
        use_credit=wanted["use_credit"],
    )
    here = current_app.extensions["settings"].public_url or request.host_url
    with unit_of_work(writes=False):
        row = queries.get_own_row(code, person_id)
        credit_fen = credit.reserved_for(row.id) + credit.spent_on(row.id)
        return {"url": urljoin(here, url), "credit_fen": credit_fen, "order": row}


@bp.get(f"/orders/<{CODE}>/transfer", zh="怎么转账")
@refuses(NoTransferOpen)
@bp.response(200, schemas.TransferSchema())
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_READ)
def transfer_instructions(code: str) -> Instructions:
    """Where to transfer, how much, and which reference to write into the remark."""
    return transfer.get_own_instructions(code, access.signed_in().person_id)


@bp.put(f"/orders/<{CODE}>/transfer/sent", zh="说一声已经转账")
@refuses(NoTransferOpen)
@bp.response(200, schemas.TransferSchema())
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, writes=True)
def say_sent(code: str) -> Instructions:
    """Say that the transfer is on its way: finance sees it, and nothing moves. Twice is once."""
    person_id = access.signed_in().person_id
    transfer.get_own_instructions(code, person_id)
    transfer.say_sent(code, person_id)
    return transfer.get_own_instructions(code, person_id)


@bp.post(f"/orders/<{CODE}>/payments/check", zh="问一问付款结果")
@bp.response(200, ORDER)
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, own_transactions=True)
def check_payment(code: str) -> AdoptionRow:
    """Ask the gateway how the payment went, in case its notification is late or lost; then give the order."""
    person_id = access.signed_in().person_id
    with unit_of_work(writes=False):
        row = queries.get_own_row(code, person_id)
    if row.state is AdoptionState.HELD:
        check.check_order(row.id)
    with unit_of_work(writes=False):
        return queries.get_own_row(code, person_id)


@bp.put(f"/orders/<{CODE}>/name", zh="给绳起名")
@refuses(Invalid)
@bp.arguments(schemas.NameInSchema())
@bp.response(200, ORDER)
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, writes=True)
def name(wanted: dict[str, Any], code: str) -> AdoptionRow:
    """Name the rope of a paid order; an empty name takes it away."""
    person_id = access.signed_in().person_id
    name_rope(code, person_id, wanted["name"])
    return queries.get_own_row(code, person_id)


@bp.get(f"/orders/<{CODE}>/cancellation", zh="取消会怎样")
@bp.response(200, schemas.CancellationSchema())
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_READ)
def preview_cancellation(code: str) -> dict[str, Any]:
    """What cancelling would do now, before it is done."""
    return _cancellation(queries.get_own_row(code, access.signed_in().person_id))


@bp.post(f"/orders/<{CODE}>/cancellation", zh="取消")
@refuses(
    PreviewOutdated, NotCancellable, ChoiceAwaited, AlreadyPaid, PaymentUnderWay, PaymentDisputed, GatewayTrouble,
)  # fmt: skip
@bp.arguments(schemas.CancelInSchema())
@idempotent
@bp.response(200, ORDER)
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, own_transactions=True)
def cancel(agreed: dict[str, Any], code: str) -> AdoptionRow:
    """Give the rope up, on the terms of the preview. Cancelling twice is fine."""
    person_id = access.signed_in().person_id
    with unit_of_work(writes=False):
        row = queries.get_own_row(code, person_id)
    preview = _cancellation(row)
    if preview["possible"] and preview["refund_fen"] != agreed["refund_fen"]:
        raise PreviewOutdated
    if cancel_adoption(code, person_id, agreed=row.state) is AdoptionState.PAID:
        raise AlreadyPaid
    with unit_of_work(writes=False):
        return queries.get_own_row(code, person_id)


@bp.get(f"/orders/<{CODE}>/receipt", zh="收据")
@bp.response(200, schemas.ReceiptSchema())
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_READ)
def receipt(code: str) -> dict[str, Any]:
    """The receipt of a paid order."""
    row = queries.get_own_row(code, access.signed_in().person_id)
    if row.paid_at is None:
        raise NotFound
    offer = offers.get_offer(row.offer_id)
    paid = [one for one in payments.list_payments(row.id) if one.state is PaymentState.SUCCEEDED]
    return {
        "order": row,
        "title_zh": offer.title_zh,
        "title_en": offer.title_en,
        "payments": paid,
        "refunds": [one for one in payments.list_refunds_of_order(row.id) if not one.is_replaced],
        "credit_fen": credit.spent_on(row.id),
    }


@desk_bp.get("/desk/orders", zh="所有订单")
@desk_bp.arguments(schemas.DeskOrderArgs(), location="query")
@desk_bp.response(200, paging.page_schema(schemas.DeskOrderSchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def desk_orders(args: dict[str, Any]) -> dict[str, Any]:
    """Orders of everybody, newest first, found by what is in hand."""
    before = paging.read_cursor("desk-orders", args)
    state = AdoptionState(args["state"]) if "state" in args else None
    wanted = OrderFilter(
        state=state,
        offer_id=args.get("offer_id"),
        grid_code=args.get("grid"),
        from_on=args.get("from_on"),
        to_on=args.get("to_on"),
        search=search_orders.understand(args["q"]),
    )
    found = search_orders.list_orders(wanted, before=before, limit=args["limit"] + 1)
    return paging.page("desk-orders", args, list(found.rows), lambda row: row.id)


@desk_bp.get(f"/desk/orders/<{CODE}>", zh="一个订单和它的钱")
@desk_bp.response(200, schemas.DeskOrderDetailSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def desk_order(code: str) -> dict[str, Any]:
    """One order with its payments and refunds."""
    row = get_order(code)
    return asdict(row) | {
        "payments": payments.list_payments(row.id),
        "refunds": payments.list_refunds(row.id),
        "credit_fen": credit.spent_on(row.id),
    }


@desk_bp.get("/desk/plots/<string(maxlength=12):code>/ropes", zh="一桁的绳，各在谁的订单上")
@desk_bp.response(200, schemas.DeskRopesSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def desk_ropes(code: str) -> dict[str, Any]:
    """The ropes of a plot, and the order that has each."""
    plot_id = farm.find_plot_id(code)
    if plot_id is None:
        raise NotFound
    taken = search_orders.live_orders_of_plot(plot_id)
    return {
        "items": [
            {
                "number": rope.number,
                "free": rope.free,
                "order_code": taken[rope.number].code if rope.number in taken else None,
                "state": taken[rope.number].state if rope.number in taken else None,
            }
            for rope in farm.list_ropes(plot_id)
        ]
    }


def get_order(code: str) -> OrderRow:
    """Anybody's order, as the desk's list shows it. Raises NotFound."""
    found = search_orders.list_orders(OrderFilter(search=Search(Kind.CODE, code, code)), limit=1).rows
    if not found:
        raise NotFound
    return found[0]


def _cancellation(row: AdoptionRow) -> dict[str, Any]:
    refund = refund_of(row)
    return {
        "possible": row.cancellable,
        "state": row.state,
        "refund_fen": refund.amount_fen if refund else 0,
        "credit_fen": credit.spent_on(row.id) if row.cancellable else 0,
        "cancel_until_on": row.cancel_until_on,
    }
