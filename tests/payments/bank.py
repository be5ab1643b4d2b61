"""The payer's bank, the gateway's treasury and the books, for the tests of disputes and payouts."""

from __future__ import annotations

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.ledger.queries import balance
from cofu_adopt.payments import sandbox_book
from cofu_adopt.payments.answer_dispute import decide_answer
from cofu_adopt.payments.dispute_models import Dispute, GatewayPayoutRow
from cofu_adopt.payments.sandbox_pages import tell_webhook
from tests.season import Season

FEE_FEN, DISPUTE_FEE_FEN = 436, 1500


def paid_by_card(season: Season) -> Adoption:
    """A paid order whose payment can be disputed."""
    adoption = season.hold()
    season.pay(adoption, wallet="card")
    return season.read(adoption)


def opens(season: Season, adoption: Adoption, *, told: bool = True, amount_fen: int | None = None) -> str:
    """The payer disputes the order's payment."""
    checkout = season.payments(adoption)[0].gateway_ref or ""
    with unit_of_work():
        ref = sandbox_book.open_dispute(checkout, amount_fen=amount_fen)
    if told:
        tell("charge.dispute.created", ref)
    return ref


def ends(ref: str, end: str, *, told: bool = True) -> None:
    """The bank decides."""
    with unit_of_work():
        assert sandbox_book.end_dispute(ref, end)
    if told:
        tell("charge.dispute.closed", ref)


def tell(event_type: str, ref: str, kind: str = "dispute") -> None:
    """A really signed event through the real webhook view."""
    assert tell_webhook(event_type, kind, ref) == 200


def pays_out() -> str:
    """The gateway sends what it can to the bank, and says so."""
    with unit_of_work():
        ref = sandbox_book.pay_out()
    assert ref is not None
    tell("payout.paid", ref, "payout")
    return ref


def books(*codes: str) -> list[int]:
    """How accounts stand."""
    with unit_of_work(writes=False):
        return [balance(code) for code in codes]


def dispute_of(ref: str) -> Dispute:
    """The dispute as it is stored."""
    with unit_of_work(writes=False):
        return db.session.query(Dispute).filter_by(gateway_ref=ref).one()


def payout_of(ref: str) -> GatewayPayoutRow:
    """The payout as it is stored."""
    with unit_of_work(writes=False):
        return db.session.query(GatewayPayoutRow).filter_by(gateway_ref=ref).one()


def all_is_well(season: Season) -> None:
    """Every check holds, and the sum of the gateway's book equals the ledger."""
    assert season.violations() == {}
    with unit_of_work(writes=False):
        assert balance("Gateway:sandbox") == sandbox_book.balance()


def answers(ref: str, note: str = "") -> None:
    """Staff decide what the bank is told."""
    dispute_id = dispute_of(ref).id
    with unit_of_work():
        decide_answer(dispute_id, note)
