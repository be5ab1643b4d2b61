"""The bank's lines: known, unknown, wrong, sent back; and two people at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import Invalid
from cofu_adopt.payments import transfer_queries, transfer_return
from cofu_adopt.payments.transfer_errors import LineKnown, LineTaken, NotYourOwn, UndoTooLate
from cofu_adopt.payments.transfer_record import load_line, void_line
from tests.payments.transfers import Finance
from tests.season import PRICE_FEN, Season


@pytest.fixture
def finance(season: Season) -> Finance:
    return Finance(season)


def test_the_same_line_twice_is_refused(season: Season, finance: Finance) -> None:
    finance.line(PRICE_FEN, bank_ref="A-0001")
    with pytest.raises(LineKnown):
        finance.line(PRICE_FEN, bank_ref="A-0001")
    assert finance.suspense == PRICE_FEN
    assert season.violations() == {}


def test_one_line_written_down_by_two_at_once_counts_once(season: Season, finance: Finance) -> None:
    works: list[Callable[[], int]] = [lambda: finance.line(PRICE_FEN, bank_ref="A-0001")] * 4
    done = season.at_once(works, threads=4)
    assert sorted(type(one).__name__ for one in done) == ["LineKnown"] * 3 + ["int"]
    assert finance.suspense == PRICE_FEN
    assert season.violations() == {}


def test_one_line_counted_by_two_at_once_counts_once(season: Season, finance: Finance) -> None:
    first, second = season.hold(), season.hold()
    refs = [finance.begin(first), finance.begin(second)]
    line = finance.line(PRICE_FEN)
    works: list[Callable[[], object]] = [
        lambda: finance.match(line, refs[0]).meaning.value,
        lambda: finance.match(line, refs[1], by=finance.checker).meaning.value,
        lambda: finance.match(line, refs[0], by=finance.checker).meaning.value,
    ]
    done = season.at_once(works, threads=3)
    assert [one for one in done if not isinstance(one, LineTaken)] == ["exact"]
    assert sorted((season.state(first), season.state(second))) == ["held", "paid"]
    assert season.violations() == {}


def test_two_lines_for_one_transfer_at_once(season: Season, finance: Finance) -> None:
    adoption = season.hold()
    ref = finance.begin(adoption)
    lines = [finance.line(PRICE_FEN), finance.line(PRICE_FEN)]
    works: list[Callable[[], str]] = [partial(finance.count, line, ref) for line in lines]
    done = season.at_once(works, threads=2)
    assert sorted(map(str, done)) == ["again", "exact"]
    assert season.state(adoption) == "paid"
    assert [one.reason for one in season.refunds(adoption)] == ["overpaid"]
    assert season.violations() == {}


def test_money_that_comes_while_the_hold_ends(season: Season, finance: Finance) -> None:
    adoption = season.hold(plot="A1-01", rope=1)
    ref = finance.begin(adoption)
    line = finance.line(PRICE_FEN)
    season.clock.advance(hours=48)
    done = season.at_once([lambda: season.tick(seconds=0), lambda: finance.match(line, ref)], threads=2)
    assert not any(isinstance(one, Exception) for one in done), done
    season.tick(hours=2)
    assert season.state(adoption) == "paid", "the money won, or the rope was still free"
    assert season.holder("A1-01", 1) == adoption.id
    assert season.violations() == {}


def test_a_line_that_nobody_knows_waits_in_suspense(season: Season, finance: Finance) -> None:
    adoption = season.hold()
    ref = finance.begin(adoption)
    by_name, by_amount, unknown = (
        finance.line(1, remark=f"格子海 {ref.lower().replace('-', ' ')}"),
        finance.line(PRICE_FEN),
        finance.line(77),
    )
    with unit_of_work(writes=False):
        found = {
            line_id: [
                (one.transfer.ref, one.by_reference)
                for one in transfer_queries.list_candidates(transfer_queries.get_line(line_id).line)
            ]
            for line_id in (by_name, by_amount, unknown)
        }
    assert found == {by_name: [(ref, True)], by_amount: [(ref, False)], unknown: []}
    assert finance.suspense == 1 + PRICE_FEN + 77
    assert season.violations() == {}


def test_it_is_sent_back_by_two_people(season: Season, finance: Finance) -> None:
    line = finance.line(77)
    with unit_of_work():
        transfer_return.ask_return(line, finance.maker, "附言空着，对不上")
    with pytest.raises(NotYourOwn), unit_of_work():
        transfer_return.confirm_return(line, finance.maker, "B-0001")
    with pytest.raises(Invalid), unit_of_work():
        transfer_return.confirm_return(line, finance.checker, "")
    with pytest.raises(LineTaken):
        finance.match(line, finance.begin(season.hold()))
    with unit_of_work():
        transfer_return.confirm_return(line, finance.checker, "B-0001")
    assert finance.suspense == 0
    with pytest.raises(LineTaken), unit_of_work():
        transfer_return.confirm_return(line, finance.checker, "B-0002")
    assert season.violations() == {}


def test_a_line_written_down_wrongly_is_voided_and_its_number_is_free(season: Season, finance: Finance) -> None:
    line = finance.line(9900, bank_ref="A-0001")
    with unit_of_work():
        void_line(line, finance.maker, "金额抄错了")
    finance.line(19900, bank_ref="A-0001")
    assert finance.suspense == 19900
    with pytest.raises(LineTaken):
        finance.match(line, finance.begin(season.hold()))
    assert season.violations() == {}


def test_a_line_counted_by_mistake_is_taken_back_by_another(season: Season, finance: Finance) -> None:
    wrong, right = season.hold(plot="A1-01", rope=1), season.hold()
    refs = finance.begin(wrong), finance.begin(right)
    line = finance.line(PRICE_FEN)
    finance.match(line, refs[0])
    with pytest.raises(NotYourOwn):
        finance.undo(line, by=finance.maker)
    assert season.state(wrong) == "paid"
    season.clock.advance(hours=40)
    finance.undo(line)
    assert season.state(wrong) == "held"
    assert season.holder("A1-01", 1) == wrong.id
    assert finance.suspense == PRICE_FEN
    assert finance.told()[0] == "transfer_undone"
    assert season.violations() == {}
    finance.match(line, refs[1])
    assert season.state(right) == "paid"
    # It is waited for by the same reference, with its whole time again; and paid by the right line in the end.
    season.tick(hours=47)
    assert finance.comes(refs[0], PRICE_FEN) == "exact"
    assert season.state(wrong) == "paid"
    assert season.violations() == {}


def test_a_part_counted_by_mistake_is_taken_back(season: Season, finance: Finance) -> None:
    adoption = season.hold()
    ref = finance.begin(adoption)
    line = finance.line(100)
    finance.match(line, ref)
    finance.undo(line)
    assert finance.instructions(adoption).missing_fen == PRICE_FEN
    assert finance.comes(ref, PRICE_FEN) == "exact"
    assert season.violations() == {}


def test_what_is_on_its_way_back_to_the_payer_is_not_taken_back(season: Season, finance: Finance) -> None:
    adoption = season.hold()
    ref = finance.begin(adoption)
    line = finance.line(PRICE_FEN)
    finance.match(line, ref)
    season.cancel(adoption)
    with pytest.raises(UndoTooLate):
        finance.undo(line)
    assert season.violations() == {}


def test_what_is_typed_of_a_line(season: Season) -> None:
    typed = {"bank_ref": "icbc 2026/1", "amount": "¥1,980.5", "paid_on": "2026-11-24", "payer": " 王 小海 "}
    read = load_line(typed)
    assert (read["bank_ref"], read["amount_fen"], read["payer"]) == ("ICBC2026/1", 198050, "王 小海")
    for name, bad in (
        ("bank_ref", "a b"), ("amount", "1.005"), ("amount", "0"), ("amount", "-1"), ("amount", "1e3"),
        ("paid_on", "2026-11-25"), ("paid_on", "昨天"), ("payer", ""), ("remark", "x" * 141),
    ):  # fmt: skip
        with pytest.raises(Invalid) as raised:
            load_line(typed | {name: bad})
        assert set(raised.value.fields) == {name}
