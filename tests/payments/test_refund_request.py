"""Staff give a part back: alone up to a set amount, else by two people, for one order or many, once (case 15)."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import DueRow
from cofu_adopt.payments import refund_request
from cofu_adopt.payments.errors import AnotherPersonNeeded, RefundTooLarge, RequestDecided
from cofu_adopt.payments.refund_models import RefundLine, RefundRequest
from cofu_adopt.payments.refund_request import decline_request
from tests.payments import desk
from tests.season import PRICE_FEN, Season


def left_out() -> list[str | None]:
    with unit_of_work(writes=False):
        return list(db.session.scalars(select(RefundLine.left_out).order_by(RefundLine.id)))


def test_up_to_the_set_amount_one_person_decides(season: Season) -> None:
    order, (maker, _checker) = season.paid(), desk.staff()
    made = desk.ask(season, [order], 3000, maker)
    assert (made.state, made.decided_by_id) == ("approved", maker)
    season.tick(seconds=1)
    [refund] = season.refunds(order)
    assert (refund.amount_fen, refund.reason) == (3000, "goodwill")
    season.tick(seconds=1)
    assert desk.states() == ["succeeded"]
    assert season.state(order) == "paid"
    assert season.violations() == {}


def test_above_it_another_person_decides(season: Season) -> None:
    orders, (maker, checker) = [season.paid(), season.paid()], desk.staff()
    made = desk.ask(season, orders, 10001, maker)
    season.tick(seconds=1)
    assert (made.state, desk.states()) == ("waiting", [])
    with pytest.raises(AnotherPersonNeeded):
        desk.approve(made, maker)
    desk.approve(made, checker)
    desk.approve(made, checker)
    season.tick(seconds=1)
    season.tick(seconds=1)
    assert desk.states() == ["succeeded", "succeeded"]
    assert season.violations() == {}


def test_the_database_refuses_one_person_for_two(season: Season) -> None:
    order, other, (maker, _checker) = season.paid(), season.paid(), desk.staff()
    made = desk.ask(season, [order, other], 15000, maker)
    decided = update(RefundRequest).where(RefundRequest.id == made.id)
    with pytest.raises(AnotherPersonNeeded), unit_of_work():
        db.session.execute(decided.values(state="approved", decided_by_id=maker))
    with pytest.raises(IntegrityError), unit_of_work():
        db.session.execute(decided.values(state="approved"))


def test_small_pieces_do_not_go_round_the_checker(season: Season) -> None:
    order, (maker, _checker) = season.paid(), desk.staff()
    with unit_of_work():
        season.app.extensions["settings"] = season.app.extensions["settings"].__class__(
            env="test", database_url=season.app.extensions["settings"].database_url, refund_approval_fen=5000
        )
    assert desk.ask(season, [order], 3000, maker, key="form-1").state == "approved"
    assert desk.ask(season, [order], 3000, maker, key="form-2").state == "waiting"
    season.tick(seconds=1)
    assert desk.ask(season, [order], 3000, maker, key="form-3").weighed_fen == 9000


def test_a_double_click_is_one_refund(season: Season) -> None:
    order, (maker, _checker) = season.paid(), desk.staff()
    assert desk.ask(season, [order], 3000, maker).id == desk.ask(season, [order], 3000, maker).id
    season.tick(seconds=1)
    season.tick(seconds=1)
    assert [one.amount_fen for one in season.refunds(order)] == [3000]


def test_more_than_is_left_is_refused_and_says_what_is_left(season: Season) -> None:
    order, (maker, _checker) = season.paid(), desk.staff()
    desk.ask(season, [order], 3000, maker)
    season.tick(seconds=1)
    with pytest.raises(RefundTooLarge) as refused:
        desk.ask(season, [order], PRICE_FEN - 2999, maker, key="form-2")
    assert "¥168.00" in refused.value.message


def test_what_does_not_fit_any_more_is_left_out_and_the_rest_is_done(season: Season) -> None:
    orders, (maker, checker) = [season.paid(), season.paid()], desk.staff()
    made = desk.ask(season, orders, 12000, maker)
    season.cancel(orders[0])
    desk.approve(made, checker)
    season.tick(seconds=1)
    season.tick(seconds=1)
    assert left_out() == ["refund_too_large", None]
    assert [one.amount_fen for one in season.refunds(orders[1])] == [12000]
    assert (season.state(orders[0]), season.state(orders[1])) == ("refunded", "paid")
    assert season.violations() == {}


def test_pieces_are_due_rows_and_a_line_is_done_once(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refund_request, "LINES_IN_A_PIECE", 1)
    orders, (maker, checker) = [season.paid(), season.paid()], desk.staff()
    made = desk.ask(season, orders, 12000, maker)
    desk.approve(made, checker)
    with unit_of_work(writes=False):
        rows = list(db.session.scalars(select(DueRow).where(DueRow.kind == refund_request.REFUND_PIECE)))
    assert sorted(row.subject for row in rows) == [f"{made.id}:0", f"{made.id}:1"]
    for row in (*rows, *rows):
        refund_request.do_piece(row)  # type: ignore[arg-type]
    assert [len(season.refunds(order)) for order in orders] == [1, 1]
    assert season.violations() == {}


def test_declined_nothing_happens_and_it_cannot_be_approved(season: Season) -> None:
    orders, (maker, checker) = [season.paid(), season.paid()], desk.staff()
    made = desk.ask(season, orders, 12000, maker)
    with unit_of_work():
        decline_request(made.id, checker, "没有少收")
    with pytest.raises(RequestDecided):
        desk.approve(made, checker)
    season.tick(seconds=1)
    assert desk.states() == []


def test_asked_for_with_the_orders_end(season: Season) -> None:
    order, other, (maker, checker) = season.paid(plot="A1-01", rope=1), season.paid(), desk.staff()
    desk.approve(desk.ask(season, [order, other], PRICE_FEN, maker, ends=True), checker)
    season.tick(seconds=1)
    assert season.holder("A1-01", 1) is None
    season.tick(seconds=1)
    assert (season.state(order), season.state(other)) == ("refunded", "refunded")
    assert season.violations() == {}
