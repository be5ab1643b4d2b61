"""What the gateway pays out is stored once, line by line; what does not fit is listed and never fixed by itself."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments import payouts
from cofu_adopt.payments.dispute_models import GatewayPayoutRow, SandboxLine, SandboxPayout, SettlementRow
from cofu_adopt.payments.read_payouts import LineRow, list_lines, list_misfits, list_unsound_payouts
from tests.payments.bank import (
    DISPUTE_FEE_FEN,
    FEE_FEN,
    all_is_well,
    books,
    ends,
    opens,
    paid_by_card,
    payout_of,
    pays_out,
    tell,
)
from tests.season import PRICE_FEN, Season


def misfits() -> list[tuple[str, str | None]]:
    with unit_of_work(writes=False):
        return [(line.kind, line.misfit) for line in list_misfits()]


def lines_of(ref: str) -> list[LineRow]:
    payout_id = payout_of(ref).id
    with unit_of_work(writes=False):
        return list_lines(payout_id)


def rows(table: Any) -> int:
    with unit_of_work(writes=False):
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def change_lines(**values: Any) -> None:
    """The gateway's lines are not what we know; before we ask for them."""
    with unit_of_work():
        db.session.execute(update(SandboxLine).where(SandboxLine.kind == "payment").values(**values))


def test_stored_once_and_on_its_way(season: Season) -> None:
    adoption = season.paid()
    gone = season.paid()
    season.cancel(gone)
    season.tick(seconds=1)
    ref = pays_out()
    for _ in range(3):
        tell("payout.paid", ref, "payout")
        season.tick(seconds=1)
    payouts.ask_for_payouts()
    season.tick(seconds=1)
    assert (rows(GatewayPayoutRow), rows(SettlementRow)) == (1, 3)
    sent = PRICE_FEN - 2 * FEE_FEN
    assert books("Transit:sandbox", "Gateway:sandbox") == [sent, 0]
    assert payout_of(ref).amount_fen == sent
    assert sorted((line.kind, line.gross_fen, line.fee_fen) for line in lines_of(ref)) == [
        ("payment", PRICE_FEN, FEE_FEN),
        ("payment", PRICE_FEN, FEE_FEN),
        ("refund", -PRICE_FEN, 0),
    ]
    assert {line.order_id for line in lines_of(ref)} == {adoption.id, gone.id}
    assert misfits() == []
    all_is_well(season)


def test_nobody_tells_and_the_clock_asks(season: Season) -> None:
    season.paid()
    with unit_of_work():
        db.session.add(
            SandboxPayout(ref="po_1", amount_fen=100, currency="cny", state="paid", created_at=season.clock.at)
        )
    payouts.ask_for_payouts()
    season.tick(seconds=1)
    assert books("Transit:sandbox") == [100]
    with unit_of_work(writes=False):
        assert [one.gateway_ref for one in list_unsound_payouts()] == ["po_1"]
    all_is_well(season)


def test_a_dispute_won_and_one_lost_in_the_lines(season: Season) -> None:
    won, lost = paid_by_card(season), paid_by_card(season)
    ends(opens(season, won), "won_fee_back")
    ends(opens(season, lost), "lost")
    ref = pays_out()
    season.tick(seconds=1)
    assert sorted((line.kind, line.net_fen) for line in lines_of(ref)) == [
        ("dispute", -PRICE_FEN - DISPUTE_FEE_FEN),
        ("dispute", -PRICE_FEN - DISPUTE_FEE_FEN),
        ("dispute_reversal", PRICE_FEN + DISPUTE_FEE_FEN),
        ("payment", PRICE_FEN - FEE_FEN),
        ("payment", PRICE_FEN - FEE_FEN),
    ]
    assert misfits() == []
    all_is_well(season)


def test_it_fails_and_the_money_is_at_the_gateway_again(season: Season) -> None:
    season.paid()
    ref = pays_out()
    season.tick(seconds=1)
    with unit_of_work():
        db.session.execute(update(SandboxPayout).values(state="failed"))
    for _ in range(2):
        tell("payout.failed", ref, "payout")
        season.tick(seconds=1)
    assert payout_of(ref).state == "failed"
    assert books("Transit:sandbox", "Gateway:sandbox") == [0, PRICE_FEN - FEE_FEN]
    all_is_well(season)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"source_ref": "cs_nobodys"}, "unknown"),
        ({"kind": "reserve"}, "unknown"),
        ({"gross_fen": PRICE_FEN + 1, "net_fen": PRICE_FEN + 1 - FEE_FEN}, "amount"),
        ({"currency": "hkd"}, "amount"),
        ({"fee_fen": FEE_FEN + 1, "net_fen": PRICE_FEN - FEE_FEN - 1}, "fee"),
    ],
)
def test_case_27_a_line_that_does_not_fit_is_listed_and_nothing_is_booked(
    season: Season, changed: dict[str, Any], why: str
) -> None:
    season.paid()
    ref = pays_out()
    change_lines(**changed)
    season.tick(seconds=1)
    before = books("Transit:sandbox", "Gateway:sandbox", "FeeLost")
    assert misfits() == [(changed.get("kind", "payment"), why)]
    season.tick(hours=5)
    payouts.ask_for_payouts()
    season.tick(seconds=1)
    assert misfits() == [(changed.get("kind", "payment"), why)]
    assert books("Transit:sandbox", "Gateway:sandbox", "FeeLost") == before
    assert [line.misfit for line in lines_of(ref)] == [why]
    all_is_well(season)
