"""Review: where to deliver, the receipt, and the fresh-goods confirmation, kept on the order."""

from __future__ import annotations

from cofu_adopt.adoptions import rules
from cofu_adopt.adoptions.delivery_index import index_delivery
from cofu_adopt.adoptions.errors import AlreadyPaid, ChoiceAwaited, HoldExpired
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.queries import find_own, label_of
from cofu_adopt.core import clock
from cofu_adopt.payments.errors import PaymentUnderWay
from cofu_adopt.payments.queries import awaits_word


def find_held(code: str, person_id: int) -> Adoption:
    """The person's held adoption, locked. Raises NotFound, ChoiceAwaited, AlreadyPaid, HoldExpired, PaymentUnderWay."""
    adoption = find_own(code, person_id, lock=True)
    if adoption.state == AdoptionState.OWED:
        raise ChoiceAwaited
    if adoption.paid_at is not None:
        raise AlreadyPaid
    if adoption.state != AdoptionState.HELD:
        raise HoldExpired(rope=label_of(adoption))
    if rules.time_is_over(adoption.held_until, clock.now()):
        # Kept beyond its time while the payer waits for a word: "you have not paid" would be a lie.
        raise PaymentUnderWay if awaits_word(adoption.id) else HoldExpired(rope=label_of(adoption))
    return adoption


def save_review(
    adoption: Adoption, *, delivery: dict[str, str], receipt_email: str | None, locale: str, fresh_goods_confirmed: bool
) -> None:
    """Keep on the held order where to deliver, as a snapshot, and the moment and text version of the confirmation."""
    adoption.delivery = delivery
    for column, value in index_delivery(delivery).items():
        setattr(adoption, column, value)
    adoption.receipt_email, adoption.locale = receipt_email, locale
    if fresh_goods_confirmed:
        adoption.fresh_goods_confirmed_at = clock.now()
        adoption.fresh_goods_text_version = rules.FRESH_GOODS_TEXT_VERSION
    else:
        adoption.fresh_goods_confirmed_at = None
        adoption.fresh_goods_text_version = None
