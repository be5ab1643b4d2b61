"""All that paid a given-up order goes back: money the way it came, credit as credit, at once."""

from __future__ import annotations

from cofu_adopt.adoptions.confirm import owe_back, tell_credited
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.adoptions.refund_handlers import settle_refunded
from cofu_adopt.payments import credit, spend_credit
from cofu_adopt.payments import queries as payments
from cofu_adopt.payments.models import Refund, RefundReason
from cofu_adopt.payments.refund import given_back


def give_all_back(adoption: Adoption, reason: RefundReason) -> Refund | None:
    """Let what is left of a locked order's price go back, its payments being locked, and return the refund of money.

    None when no money is left of it: then the order is refunded as soon as its earlier refunds have ended.
    """
    payment_id, credit_fen = payments.find_paying(adoption.id), credit.spent_on(adoption.id)
    if payment_id is None and not credit_fen:
        raise AssertionError(f"adoption {adoption.id} is paid without money or credit")
    left_fen = 0 if payment_id is None else adoption.price_fen - credit_fen - given_back(payment_id)
    refund = None
    if payment_id is not None and left_fen:
        refund = owe_back(adoption, payment_id, left_fen, reason, credit_fen=credit_fen)
    spend_credit.return_credit(adoption.id)
    if refund is None and credit_fen:
        tell_credited(adoption, credit_fen, chosen=False)
    settle_refunded(adoption)
    return refund
