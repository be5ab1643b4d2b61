"""Past the wallet's window (case 18): an account, two people, the bank's line; returned, paid again, forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.ledger.queries import list_entries
from cofu_adopt.notify.tell import list_messages
from cofu_adopt.payments.errors import AccountFixed, AccountMissing, AnotherPersonNeeded, ReferenceUsed, RefundMoved
from cofu_adopt.payments.refund_account import reveal_account
from cofu_adopt.payments.refund_desk import list_payable
from cofu_adopt.payments.refund_models import RefundAccount, RefundTransfer
from cofu_adopt.payments.refund_transfer import decline_transfer, record_returned
from tests.payments import desk
from tests.season import PRICE_FEN, Season


def lines() -> dict[str, tuple[tuple[str, int], ...]]:
    with unit_of_work(writes=False):
        return {entry.source: entry.lines for entry in list_entries()}


def told(season: Season) -> list[str]:
    with unit_of_work(writes=False):
        return [message.template for message in reversed(list_messages(season.person_id))]


def returned(transfer_id: int, person_id: int, season: Season) -> None:
    with unit_of_work():
        record_returned(transfer_id, person_id, reason="户名不符", returned_on=season.clock.at.date())


def test_the_whole_way(season: Season) -> None:
    order, refund = desk.owed_by_hand(season)
    maker, checker = desk.staff()
    with pytest.raises(AccountMissing):
        desk.propose(refund, maker)
    desk.give(refund, season.person_id)
    transfer = desk.propose(refund, maker)
    assert desk.propose(refund, maker) == transfer
    with pytest.raises(AnotherPersonNeeded):
        desk.agree(transfer, maker)
    desk.agree(transfer, checker)
    desk.agree(transfer, checker)
    payee = f"Payable:adopter:{season.person_id}"
    assert lines()[f"refund:{refund.id}:manual"] == ((f"RefundDue:{refund.id}", PRICE_FEN), (payee, -PRICE_FEN))
    with unit_of_work(writes=False):
        [payable] = list_payable()
    assert (payable.refund_id, payable.person_id, payable.amount_fen) == (refund.id, season.person_id, PRICE_FEN)
    assert season.violations() == {}
    with pytest.raises(AnotherPersonNeeded):
        desk.pay(transfer, checker)
    desk.pay(transfer, maker)
    desk.pay(transfer, maker)
    assert lines()[f"refund_transfer:{transfer}:paid"] == ((payee, PRICE_FEN), ("Bank:main", -PRICE_FEN))
    assert (season.state(order), desk.states()) == ("refunded", ["paid"])
    assert told(season) == ["adopted", "refund_due", "refund_paid"]
    assert season.violations() == {}


def test_the_bank_sends_it_back_and_it_is_paid_to_another_account(season: Season) -> None:
    order, refund = desk.owed_by_hand(season)
    maker, checker = desk.staff()
    desk.give(refund, season.person_id)
    first = desk.propose(refund, maker)
    desk.agree(first, checker)
    desk.pay(first, maker)
    returned(first, maker, season)
    returned(first, maker, season)
    assert (season.state(order), desk.states(), told(season)[-1]) == ("cancelled", ["returned"], "refund_returned")
    assert season.violations() == {}
    with pytest.raises(AccountMissing):
        desk.propose(refund, maker)
    desk.give(refund, season.person_id, replace(desk.ACCOUNT, number="6222021001112223349"))
    second = desk.propose(refund, maker)
    desk.agree(second, checker)
    with pytest.raises(ReferenceUsed):
        desk.pay(second, maker)
    desk.pay(second, maker, reference="ICBC-20270809-7")
    assert season.state(order) == "refunded"
    sources = [source for source in lines() if "refund" in source]
    assert sources == [
        f"refund:{refund.id}:due",
        f"refund:{refund.id}:manual",
        f"refund_transfer:{first}:paid",
        f"refund_transfer:{first}:returned",
        f"refund_transfer:{second}:paid",
    ]
    assert season.violations() == {}


def test_another_account_voids_the_proposal_and_after_the_approval_it_is_fixed(season: Season) -> None:
    _order, refund = desk.owed_by_hand(season)
    maker, checker = desk.staff()
    desk.give(refund, season.person_id)
    first = desk.propose(refund, maker)
    desk.give(refund, season.person_id)
    desk.give(refund, season.person_id, replace(desk.ACCOUNT, holder="林小美"))
    with pytest.raises(RefundMoved):
        desk.agree(first, checker)
    second = desk.propose(refund, maker)
    desk.agree(second, checker)
    with pytest.raises(AccountFixed):
        desk.give(refund, season.person_id)


def test_declined_it_stays_owed_and_can_be_proposed_again(season: Season) -> None:
    _order, refund = desk.owed_by_hand(season)
    maker, checker = desk.staff()
    desk.give(refund, season.person_id)
    first = desk.propose(refund, maker)
    with unit_of_work():
        decline_transfer(first, checker, "户名和认养人不同")
    assert desk.states() == ["manual_due"]
    assert desk.propose(refund, maker) != first
    assert season.violations() == {}


def test_the_database_refuses_one_person_for_two_and_money_without_evidence(season: Season) -> None:
    _order, refund = desk.owed_by_hand(season)
    maker, checker = desk.staff()
    desk.give(refund, season.person_id)
    transfer = update(RefundTransfer).where(RefundTransfer.id == desk.propose(refund, maker))
    paid = {"state": "paid", "decided_by_id": checker, "bank_account": "main", "paid_on": season.clock.at.date()}
    for values in (
        {"state": "approved", "decided_by_id": maker},
        {"state": "approved"},
        {**paid, "paid_by_id": checker, "bank_reference": "x"},
        {**paid, "paid_by_id": maker},
    ):
        with pytest.raises(AnotherPersonNeeded), unit_of_work():
            db.session.execute(transfer.values(**values))


def test_the_account_is_encrypted_revealed_for_a_reason_and_erased(season: Season) -> None:
    _order, refund = desk.owed_by_hand(season)
    maker, checker = desk.staff()
    desk.give(refund, season.person_id)
    with unit_of_work(writes=False):
        stored = dict(db.session.execute(text("SELECT * FROM refund_account")).mappings().one())
    assert desk.ACCOUNT.number not in str(stored)
    assert desk.ACCOUNT.holder not in str(stored)
    assert stored["number_masked"] == "622****3331"
    with unit_of_work():
        assert reveal_account(refund.id, "去银行转账") == desk.ACCOUNT
    with unit_of_work(writes=False):
        logged = list(db.session.scalars(select(AuditRecord)))
    assert [one.after for one in logged if one.act == "refund.reveal"] == [{"field": "account", "reason": "去银行转账"}]
    assert desk.ACCOUNT.number not in str([(one.before, one.after) for one in logged])
    transfer = desk.propose(refund, maker)
    desk.agree(transfer, checker)
    desk.pay(transfer, maker)
    season.tick(days=89)
    season.clock.at += timedelta(days=1)
    season.tick(seconds=1)
    with unit_of_work(writes=False):
        account = db.session.scalars(select(RefundAccount)).one()
    assert (account.holder, account.number, account.number_masked) == (None, None, "622****3331")
    assert account.erased_at is not None


@pytest.mark.parametrize(
    ("table", "values", "check"),
    [
        ("refund", "state = 'manual_due'", "payments: what is owed back stands in RefundDue until it has gone back"),
        ("refund", "state = 'paid'", "payments: a refund by hand is as far as its payment by hand"),
        ("refund_transfer", "amount_fen = 1", "payments: a refund by hand is as far as its payment by hand"),
    ],
)
def test_verify_finds_a_refund_by_hand_that_is_not_what_the_books_say(
    season: Season, table: str, values: str, check: str
) -> None:
    _order, refund = desk.owed_by_hand(season)
    maker, checker = desk.staff()
    desk.give(refund, season.person_id)
    desk.agree(desk.propose(refund, maker), checker)
    assert season.violations() == {}
    with unit_of_work():
        db.session.execute(text(f"UPDATE {table} SET {values}"))  # noqa: S608 - ours
    assert check in season.violations()
