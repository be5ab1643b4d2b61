"""Credit becomes money again when the person says so: each part the way its money came, while that way is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cofu_adopt.core import bus, clock
from cofu_adopt.core.db import db
from cofu_adopt.events import CreditRefundDue
from cofu_adopt.payments.credit_models import CreditGrant, CreditRefund
from cofu_adopt.payments.disputed import has_open_dispute
from cofu_adopt.payments.errors import CreditChanged
from cofu_adopt.payments.models import Payment, Refund, RefundReason, RefundState
from cofu_adopt.payments.money_of_order import Way
from cofu_adopt.payments.refund import approve_refund, left_for_credit, lock_payment
from cofu_adopt.payments.spend_credit import lock_grants


@dataclass(frozen=True, slots=True)
class Part:
    """What of one grant would go back, and how."""

    grant_id: int
    payment_id: int
    order_id: int
    amount_fen: int
    wallet: str | None
    provider: str
    refundable_until: datetime | None
    way: Way


@dataclass(frozen=True, slots=True)
class CreditPreview:
    """What taking all credit back as money would do at this moment."""

    parts: Sequence[Part]
    disputed_fen: int
    """What is not among them, as the payer's bank holds the money that it came of."""

    @property
    def amount_fen(self) -> int:
        """All that would go back."""
        return sum(part.amount_fen for part in self.parts)

    @property
    def by_hand_fen(self) -> int:
        """What of it the workshop would have to transfer."""
        return sum(part.amount_fen for part in self.parts if part.way is Way.BY_HAND)

    @property
    def fingerprint(self) -> str:
        """What the person agrees to; the refund does exactly this or refuses."""
        return f"{self.amount_fen}:{self.by_hand_fen}"


def preview_refund(person_id: int) -> CreditPreview:
    """What taking all credit back would do, in the open unit of work.

    Never more than what its payments still hold: a lost dispute may have given the money back before.
    """
    query = (
        select(CreditGrant, Payment)
        .join(Payment, Payment.id == CreditGrant.payment_id)
        .where(CreditGrant.person_id == person_id, CreditGrant.left_fen > 0)
        .order_by(CreditGrant.id)
    )
    parts: list[Part] = []
    disputed_fen = 0
    for grant, payment in db.session.execute(query):
        promised_fen = sum(part.amount_fen for part in parts if part.payment_id == payment.id)
        amount_fen = min(grant.left_fen, left_for_credit(payment) - promised_fen)
        if has_open_dispute(payment.id):
            disputed_fen += grant.left_fen
        elif amount_fen > 0:
            parts.append(_part(grant, payment, amount_fen))
    return CreditPreview(parts, disputed_fen)


def refund_credit(person_id: int, agreed: str) -> CreditPreview:
    """Let all of the person's credit go back as money, as `agreed` (a preview's fingerprint), in the open unit of work.

    Raises CreditChanged when it would do something else, also when nothing is left: a second click does nothing.
    """
    # Payments are locked before anything else, as everywhere; then what is left is read again.
    wanted = sorted({part.payment_id for part in preview_refund(person_id).parts})
    for payment_id in wanted:
        lock_payment(payment_id)
    currencies = db.session.scalars(
        select(CreditGrant.currency).where(CreditGrant.person_id == person_id).distinct().order_by(CreditGrant.currency)
    ).all()
    for currency in currencies:
        lock_grants(person_id, currency)
    found = preview_refund(person_id)
    if found.fingerprint != agreed or not found.parts or not {part.payment_id for part in found.parts} <= set(wanted):
        raise CreditChanged
    for part in found.parts:
        _owe(person_id, part)
    return found


def _owe(person_id: int, part: Part) -> None:
    grant = db.session.get_one(CreditGrant, part.grant_id)
    grant.left_fen -= part.amount_fen
    refund: Refund = approve_refund(part.payment_id, part.amount_fen, RefundReason.CREDIT_TO_MONEY)
    by_hand = refund.state == RefundState.MANUAL_DUE
    if by_hand is not (part.way is Way.BY_HAND):
        # The wallet's window closed between the look and the approval.
        raise CreditChanged
    db.session.add(CreditRefund(refund_id=refund.id, grant_id=grant.id, amount_fen=part.amount_fen))
    db.session.flush()
    bus.publish(
        CreditRefundDue(
            refund_id=refund.id,
            payment_id=part.payment_id,
            order_id=part.order_id,
            person_id=person_id,
            amount_fen=part.amount_fen,
            currency=grant.currency,
            by_hand=by_hand,
        )
    )


def _part(grant: CreditGrant, payment: Payment, amount_fen: int) -> Part:
    until = payment.refundable_until
    return Part(
        grant_id=grant.id,
        payment_id=payment.id,
        order_id=payment.order_id,
        amount_fen=amount_fen,
        wallet=payment.wallet,
        provider=payment.provider,
        refundable_until=until,
        way=Way.BY_HAND if until is None or clock.now() > until else Way.WALLET,
    )
