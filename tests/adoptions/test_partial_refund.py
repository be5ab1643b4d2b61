"""A part of a paid order's price goes back: the order stays, its Prepaid is price - refunded, the rest goes later."""

from __future__ import annotations

from sqlalchemy import update

from cofu_adopt.adoptions import refund_orders
from cofu_adopt.adoptions.errors import NotRefundable, WholeMeansOver
from cofu_adopt.adoptions.search_orders import OrderFilter, understand
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import DomainError
from cofu_adopt.ledger.queries import balance
from cofu_adopt.payments.models import Payment, RefundReason
from cofu_adopt.payments.money_of_order import Way
from cofu_adopt.payments.refund_progress import refunded_fen
from tests.payments import desk
from tests.season import PRICE_FEN, Season


def ask(code: str, amount_fen: int | None, person_id: int) -> str:
    with unit_of_work():
        made = refund_orders.ask_for_order(
            code, amount_fen=amount_fen, key=f"k-{code}-{amount_fen}", reason=RefundReason.GOODWILL, note="少收了",
            person_id=person_id,
        )  # fmt: skip
        return str(made.state)


def refusal(code: str, amount_fen: int | None, person_id: int) -> DomainError:
    try:
        ask(code, amount_fen, person_id)
    except DomainError as error:
        return error
    raise AssertionError("it was not refused")


def test_the_order_stays_and_the_rest_goes_when_it_is_cancelled(season: Season) -> None:
    order, (maker, _checker) = season.paid(), desk.staff()
    ask(order.code, 3000, maker)
    season.tick(seconds=1)
    season.tick(seconds=1)
    with unit_of_work(writes=False):
        assert balance(f"Prepaid:{order.id}") == 3000 - PRICE_FEN
        assert refunded_fen(order.id) == 3000
    assert (season.state(order), season.violations()) == ("paid", {})
    page = season.signed_in().get(f"/orders/{order.code}/cancel").text
    assert "¥168.00 原路退回" in page
    desk.refunds_end("pending")
    season.cancel(order)
    season.tick(seconds=1)
    assert [(one.amount_fen, one.state) for one in season.refunds(order)] == [(3000, "succeeded"), (16800, "sent")]
    # One part is back, the other not: the order does not say that its money is.
    assert (season.state(order), season.violations()) == ("cancelled", {})


def test_what_cannot_go_back_is_refused_with_the_reason(season: Season) -> None:
    paid, held, (maker, _checker) = season.paid(), season.hold(), desk.staff()
    assert "最多还能退 ¥198.00" in refusal(paid.code, PRICE_FEN + 1, maker).message
    assert isinstance(refusal(paid.code, PRICE_FEN, maker), WholeMeansOver)
    assert isinstance(refusal(held.code, 100, maker), NotRefundable)
    assert isinstance(refusal("2345678ABC", 100, maker), NotRefundable)
    assert ask(paid.code, None, maker) == "approved"
    season.tick(seconds=1)
    assert season.state(paid) == "refunded"


def test_a_dry_run_says_how_much_which_way_and_who_is_left_out(season: Season) -> None:
    first, second, gone = season.paid(plot="A1-01", rope=1), season.paid(plot="A1-01", rope=2), season.paid()
    with unit_of_work():
        late = update(Payment).where(Payment.order_id == second.id)
        db.session.execute(late.values(refundable_until=clock.now() - clock.now().resolution))
    season.cancel(gone)
    codes = refund_orders.read_codes(f"{first.code}，{second.code.lower()}\n{gone.code};{first.code} NOSUCHCODE")
    with unit_of_work(writes=False):
        plan = refund_orders.plan_refunds(codes=codes)
        of_plot = refund_orders.plan_refunds(wanted=OrderFilter(search=understand("A1-01")), amount_fen=500)
    assert [line.order.code for line in plan.lines] == [first.code, second.code]
    assert (plan.total_fen, plan.of_way(Way.WALLET), plan.of_way(Way.BY_HAND)) == (
        2 * PRICE_FEN, (1, PRICE_FEN), (1, PRICE_FEN),
    )  # fmt: skip
    assert [(one.code, one.why) for one in plan.left_out] == [
        ("NOSUCHCODE", "unknown"), (gone.code, "state:cancelled"),
    ]  # fmt: skip
    assert {line.order.code for line in of_plot.lines} >= {first.code, second.code}
    assert of_plot.total_fen == 500 * len(of_plot.lines)
