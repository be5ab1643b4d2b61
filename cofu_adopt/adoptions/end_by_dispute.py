"""A lost dispute ends its order as long as the rope hangs in the sea: the money is gone, the rope is free again.

After the cut the work is done and the goods are on their way: the order goes on, and the money is a loss of ours.
"""

from __future__ import annotations

from cofu_adopt.adoptions.confirm import owe_back, tell_credited
from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.queries import lock_adoption
from cofu_adopt.adoptions.release import free_rope
from cofu_adopt.adoptions.settle_owed import end_owed
from cofu_adopt.core import audit
from cofu_adopt.events import DisputeLost
from cofu_adopt.ledger.queries import balance
from cofu_adopt.payments import credit, spend_credit
from cofu_adopt.payments.models import RefundReason
from cofu_adopt.payments.overtake import cover_from_order


def end_by_dispute(event: DisputeLost) -> None:
    """End the order, let its prepaid money cover the loss, and owe the rest of it back: the payer pays for nothing.

    What credit has paid was never the bank's to give back: it is credit again.
    """
    adoption = lock_adoption(event.order_id)
    before = AdoptionState(adoption.state)
    if before not in {AdoptionState.PAID, AdoptionState.OWED} or not event.pays_order:
        return
    if before is AdoptionState.PAID:
        free_rope(adoption, AdoptionState.CANCELLED)
    else:
        # It waits for a choice and has no rope; what is chosen instead is nothing more (remedies/handlers.py).
        end_owed(adoption)
    audit.record(
        "adoption.end_by_dispute",
        "adoption",
        adoption.id,
        before={"state": before},
        after={"state": AdoptionState.CANCELLED},
    )
    credit_fen = credit.spent_on(adoption.id)
    held_fen = -balance(f"Prepaid:{adoption.id}") - credit_fen
    rest_fen = held_fen - cover_from_order(event.dispute_id, held_fen)
    spend_credit.return_credit(adoption.id)
    if rest_fen > 0:
        owe_back(adoption, event.payment_id, rest_fen, RefundReason.DISPUTE_LOST, credit_fen=credit_fen)
    elif credit_fen:
        tell_credited(adoption, credit_fen, chosen=False)
