"""What staff do about refunds, in one line each; every function is whole units of work."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments.models import Payment, Refund, RefundReason, RefundState, SandboxSetting
from cofu_adopt.payments.refund_account import Account, give_account
from cofu_adopt.payments.refund_models import AccountKind, RefundRequest
from cofu_adopt.payments.refund_request import Wanted, approve_request, ask_refund
from cofu_adopt.payments.refund_transfer import Evidence, approve_transfer, propose_transfer, record_paid
from tests.people import Who, make_person
from tests.season import Season

ACCOUNT = Account(AccountKind.BANK_CARD, "林小满", "6222021001112223331", "工商银行")


def staff() -> tuple[int, int]:
    """A maker and a checker."""
    return make_person(Who.MAKER), make_person(Who.CHECKER)


def ask(
    season: Season, orders: list[Adoption], amount_fen: int, person_id: int, *, key: str = "form-1", ends: bool = False
) -> RefundRequest:
    """Ask for a part of each order, or with `ends` for so much and its end."""
    lines = [Wanted(order.id, season.payments(order)[0].id, amount_fen) for order in orders]
    reason = RefundReason.CANCELLED_BY_STAFF if ends else RefundReason.GOODWILL
    with unit_of_work():
        return ask_refund(lines, key=key, reason=reason, note="少收了", ends_order=ends, person_id=person_id)


def approve(request: RefundRequest, person_id: int) -> None:
    """Agree."""
    with unit_of_work():
        approve_request(request.id, person_id)


def refunds_end(outcome: str) -> None:
    """What the sandbox does with the next refund."""
    with unit_of_work():
        db.session.merge(SandboxSetting(name="refund_outcome", value=outcome))


def owed_by_hand(season: Season) -> tuple[Adoption, Refund]:
    """An order whose money goes back by hand."""
    adoption = season.paid()
    with unit_of_work():
        db.session.execute(update(Payment).values(refundable_until=clock.now() - timedelta(seconds=1)))
    season.cancel(adoption)
    [refund] = season.refunds(adoption)
    return adoption, refund


def give(refund: Refund, person_id: int, account: Account = ACCOUNT) -> None:
    """The adopter says where."""
    with unit_of_work():
        give_account(refund.id, person_id, account)


def propose(refund: Refund, person_id: int) -> int:
    """Propose to pay it."""
    with unit_of_work():
        return propose_transfer(refund.id, person_id).id


def agree(transfer_id: int, person_id: int) -> None:
    """Approve it."""
    with unit_of_work():
        approve_transfer(transfer_id, person_id)


def pay(transfer_id: int, person_id: int, *, reference: str = "ICBC-20270801-1") -> None:
    """Record that the bank paid."""
    with unit_of_work():
        record_paid(transfer_id, person_id, Evidence("main", reference, clock.today(), ""))


def states() -> list[RefundState]:
    """All refunds' states, oldest first."""
    with unit_of_work(writes=False):
        return [RefundState(state) for state in db.session.scalars(select(Refund.state).order_by(Refund.id))]
