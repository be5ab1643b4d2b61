"""The adopter chooses: an equal rope, credit or the money, once, and what cannot be had changes nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import DomainError, NotFound
from cofu_adopt.ledger.models import JournalEntry
from cofu_adopt.ledger.queries import balance
from cofu_adopt.notify.tell import list_messages
from cofu_adopt.offers.draft import stop_offer
from cofu_adopt.payments.models import SandboxRefund
from cofu_adopt.payments.sandbox_pages import tell_webhook
from cofu_adopt.remedies.errors import AlreadyChosen, NoEqualRope, NotOffered
from tests.remedies.late import choice_of, choices_in_audit, choose_as_adopter, pay_too_late, remedy_of
from tests.season import PRICE_FEN, Season


def entries() -> int:
    with unit_of_work(writes=False):
        return db.session.scalar(select(func.count()).select_from(JournalEntry)) or 0


def told(season: Season) -> list[str]:
    with unit_of_work(writes=False):
        return [message.template for message in reversed(list_messages(season.person_id))]


def test_what_is_owed_is_in_the_books_and_she_is_told(season: Season) -> None:
    adoption = pay_too_late(season)
    remedy = remedy_of(adoption)
    assert (remedy.cause, remedy.amount_fen, remedy.lost_label) == ("late_payment", PRICE_FEN, "A1-01-001")
    assert (remedy.offered, remedy.default_outcome, remedy.state) == (("rope", "credit", "money"), "money", "open")
    assert (remedy.choose_until - remedy.opened_at).total_seconds() == 24 * 3600
    assert told(season) == ["remedy_opened"]
    with unit_of_work(writes=False):
        assert balance(f"Prepaid:{adoption.id}") == -PRICE_FEN
    assert season.violations() == {}


def test_an_equal_rope_moves_no_money_and_is_hers(season: Season) -> None:
    adoption = pay_too_late(season)
    before = entries()
    assert choice_of(adoption).equal_rope == "A1-01-002"
    choose_as_adopter(adoption, "rope")
    kept = season.read(adoption)
    assert (kept.state, kept.plot_id, kept.rope_number) == ("paid", season.plots["A1-01"], 2)
    assert (kept.paid_at, kept.ended_at) == (adoption.paid_at, None)
    assert season.holder("A1-01", 2) == adoption.id
    assert entries() == before
    remedy = remedy_of(adoption)
    assert (remedy.state, remedy.outcome, remedy.chosen_by) == ("done", "rope", "adopter")
    assert told(season) == ["remedy_opened", "adopted"]
    (act,) = choices_in_audit()
    assert act.before == {"state": "owed", "rope": "A1-01-001"}
    assert act.after == {"state": "paid", "rope": "A1-01-002", "outcome": "rope", "chosen_by": "adopter"}
    season.tick(hours=25)
    assert season.state(adoption) == "paid"
    assert season.violations() == {}


def test_the_rope_that_she_wanted_comes_first_when_it_is_free_again(season: Season) -> None:
    adoption = pay_too_late(season, rope=4)
    season.tick(minutes=16)
    choose_as_adopter(adoption, "rope")
    assert season.holder("A1-01", 4) == adoption.id
    assert season.violations() == {}


def test_money_goes_back_once(season: Season) -> None:
    adoption = pay_too_late(season)
    choose_as_adopter(adoption, "money")
    assert (season.state(adoption), remedy_of(adoption).state) == ("cancelled", "chosen")
    choose_as_adopter(adoption, "money")
    season.tick(seconds=1)
    assert (season.state(adoption), remedy_of(adoption).state) == ("refunded", "done")
    assert [(one.reason, one.amount_fen) for one in season.refunds(adoption)] == [("paid_too_late", PRICE_FEN)]
    assert told(season) == ["remedy_opened", "refund_due", "refunded"]
    assert len(choices_in_audit()) == 1
    assert season.violations() == {}


def test_another_choice_later_is_refused_and_the_same_is_fine(season: Season) -> None:
    adoption = pay_too_late(season)
    for _ in range(2):
        choose_as_adopter(adoption, "rope")
    with pytest.raises(AlreadyChosen):
        choose_as_adopter(adoption, "money")
    assert season.refunds(adoption) == []
    assert season.state(adoption) == "paid"
    assert season.violations() == {}


def test_when_all_are_sold_the_rope_is_not_to_be_had_and_nothing_changes(season: Season) -> None:
    adoption = pay_too_late(season)
    for _ in range(11):
        season.hold(season.person())
    found = choice_of(adoption)
    assert (found.possible, found.equal_rope) == (("credit", "money"), None)
    with pytest.raises(NoEqualRope):
        choose_as_adopter(adoption, "rope")
    assert (season.state(adoption), remedy_of(adoption).state) == ("owed", "open")
    assert season.violations() == {}
    season.tick(minutes=16)
    choose_as_adopter(adoption, "rope")
    assert season.state(adoption) == "paid"


def test_the_next_plot_when_hers_is_full_and_never_one_that_is_not_sold(season: Season) -> None:
    adoption = pay_too_late(season, plot="A1-02", rope=3)
    for number in (1, 2, 4, 5, 6):
        season.hold(season.person(), plot="A1-02", rope=number)
    assert choice_of(adoption).equal_rope == "A1-01-003"
    choose_as_adopter(adoption, "rope")
    assert season.holder("A1-01", 3) == adoption.id


def test_she_has_paid_so_neither_the_end_of_the_sale_nor_the_limit_is_asked_again(season: Season) -> None:
    adoption = pay_too_late(season)
    for _ in range(3):
        season.hold()
    with unit_of_work():
        stop_offer(season.offer_id)
    choose_as_adopter(adoption, "rope")
    assert season.state(adoption) == "paid"
    assert season.violations() == {}


@pytest.mark.parametrize("outcome", ["goods", "", "绳"])
def test_what_is_not_offered_cannot_be_chosen(season: Season, outcome: str) -> None:
    adoption = pay_too_late(season)
    with pytest.raises(NotOffered):
        choose_as_adopter(adoption, outcome)
    assert season.state(adoption) == "owed"


def test_an_order_to_which_nothing_is_owed_has_no_choice(season: Season) -> None:
    with pytest.raises(NotFound):
        choose_as_adopter(season.paid(), "money")


def test_meanwhile_it_can_neither_be_cancelled_nor_paid_again(season: Season) -> None:
    adoption = pay_too_late(season)
    for act in (season.cancel, season.open_page):
        with pytest.raises(DomainError) as refusal:
            act(adoption)
        assert refusal.value.code == "choice_awaited"


def test_a_refund_that_fails_later_opens_the_remedy_again(season: Season) -> None:
    adoption = pay_too_late(season)
    choose_as_adopter(adoption, "money")
    season.tick(seconds=1)
    (refund,) = season.refunds(adoption)
    assert refund.gateway_ref is not None
    with unit_of_work():
        db.session.get_one(SandboxRefund, refund.gateway_ref).state = "failed"
    assert tell_webhook("refund.updated", "refund", refund.gateway_ref) == 200
    assert (season.state(adoption), remedy_of(adoption).state) == ("cancelled", "chosen")
    assert remedy_of(adoption).done_at is None
    assert season.violations() == {}
