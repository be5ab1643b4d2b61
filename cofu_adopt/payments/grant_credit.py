"""Give credit instead of money: what a payment had paid for an order becomes the person's to spend or to take back."""

from __future__ import annotations

from sqlalchemy import select

from cofu_adopt.core import bus, clock
from cofu_adopt.core.db import db
from cofu_adopt.core.money import price
from cofu_adopt.events import CreditGranted
from cofu_adopt.payments.credit_models import CreditGrant
from cofu_adopt.payments.disputed import has_open_dispute
from cofu_adopt.payments.errors import PaymentDisputed, RefundTooLarge
from cofu_adopt.payments.refund import left_of, lock_payment


def grant_credit(person_id: int, payment_id: int, amount_fen: int, source: str) -> int:
    """Turn `amount_fen` of what the payment paid for its order into the person's credit; return the grant's id.

    In the open unit of work, with the payment and the order locked. The same `source` again gives nothing more.
    Credit that was itself spent on the order is not given anew: spend_credit.return_credit() brings it back, and
    before this. Raises as approve_refund() does: RefundTooLarge, PaymentDisputed.
    """
    before = db.session.scalar(select(CreditGrant).where(CreditGrant.source == source))
    if before is not None:
        if (before.person_id, before.payment_id, before.amount_fen) != (person_id, payment_id, amount_fen):
            raise AssertionError(f"{source} has given other credit before")
        return before.id
    payment = lock_payment(payment_id)
    if has_open_dispute(payment_id):
        raise PaymentDisputed
    if amount_fen > left_of(payment):
        raise RefundTooLarge(left=price(left_of(payment)))
    grant = CreditGrant(
        person_id=person_id,
        payment_id=payment_id,
        source=source,
        amount_fen=amount_fen,
        left_fen=amount_fen,
        covered_fen=0,
        currency=payment.currency,
        granted_at=clock.now(),
    )
    db.session.add(grant)
    db.session.flush()
    bus.publish(
        CreditGranted(
            grant_id=grant.id,
            person_id=person_id,
            order_id=payment.order_id,
            amount_fen=amount_fen,
            currency=payment.currency,
            source=source,
        )
    )
    return grant.id
