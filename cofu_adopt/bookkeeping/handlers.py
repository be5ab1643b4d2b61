"""Each event's journal entry. Source: MONEY.md, journals."""

from __future__ import annotations

from cofu_adopt.core import clock
from cofu_adopt.events import (
    AdoptionRefundDue,
    DisputeCovered,
    DisputeFeeChanged,
    DisputeLost,
    DisputeOpened,
    DisputeWon,
    MoneyNotDue,
    PaymentFeeKnown,
    PaymentFeeMoved,
    PaymentSucceeded,
    PaymentTakenBack,
    PayoutFailed,
    PayoutSent,
    RefundAgreed,
    RefundFailed,
    RefundNotOvertaken,
    RefundOvertaken,
    RefundPaidByHand,
    RefundReplaced,
    RefundReturned,
    RefundSucceeded,
)
from cofu_adopt.ledger.post import post_entry, reverse_entry


def on_payment_succeeded(event: PaymentSucceeded) -> None:
    """payment:<id>:captured. The money is in the books whatever becomes of the order."""
    post_entry(
        f"payment:{event.payment_id}:captured",
        [(_where(event.provider), event.amount_fen), (f"Prepaid:{event.order_id}", -event.amount_fen)],
        memo=f"order {event.order_id} paid",
        currency=event.currency,
        effective_on=clock.day_of(event.paid_at),
    )


def on_money_not_due(event: MoneyNotDue) -> None:
    """payment:<id>:captured, as for money that is due: the order owes it back in the same moment."""
    post_entry(
        f"payment:{event.payment_id}:captured",
        [(_where(event.provider), event.amount_fen), (f"Prepaid:{event.order_id}", -event.amount_fen)],
        memo=f"order {event.order_id}: {event.reason}",
        currency=event.currency,
        effective_on=clock.day_of(event.came_at),
    )


def on_payment_taken_back(event: PaymentTakenBack) -> None:
    """payment:<id>:taken_back reverses what was confirmed by mistake."""
    reverse_entry(
        f"payment:{event.payment_id}:taken_back",
        of_source=f"payment:{event.payment_id}:captured",
        memo=f"order {event.order_id}: its transfer was confirmed by mistake",
    )


def _where(provider: str) -> str:
    # A transfer is in the bank before anybody knows what it is for: it has stood in suspense since then.
    return "Suspense:BankCredit" if provider == "transfer" else f"Gateway:{provider}"


def on_refund_due(event: AdoptionRefundDue) -> None:
    """refund:<id>:due, for an order that was cancelled, paid too late or paid twice, or for a part of its price.

    A paid order whose price was partly given back keeps Prepaid = price - refunded: that is what is split later.
    """
    post_entry(
        f"refund:{event.refund_id}:due",
        [(f"Prepaid:{event.adoption_id}", event.amount_fen), (f"RefundDue:{event.refund_id}", -event.amount_fen)],
        memo=f"order {event.adoption_id}: {event.reason}",
        currency=event.currency,
    )


def on_refund_succeeded(event: RefundSucceeded) -> None:
    """refund:<id>:succeeded."""
    post_entry(
        f"refund:{event.refund_id}:succeeded",
        [(f"RefundDue:{event.refund_id}", event.amount_fen), (f"Gateway:{event.provider}", -event.amount_fen)],
        memo=f"refund {event.refund_id} of order {event.order_id} has gone back",
        currency=event.currency,
    )


def on_refund_failed(event: RefundFailed) -> None:
    """refund:<id>:failed reverses the success that was told before; else nothing was booked yet and it stays owed."""
    if event.succeeded_before:
        reverse_entry(
            f"refund:{event.refund_id}:failed",
            of_source=f"refund:{event.refund_id}:succeeded",
            memo=f"refund {event.refund_id} of order {event.order_id} failed later",
        )


def on_fee_known(event: PaymentFeeKnown) -> None:
    """payment:<id>:fee. It waits with the order, whose end says who bears it."""
    if event.fee_fen:
        post_entry(
            f"payment:{event.payment_id}:fee",
            [(f"FeeDeferred:{event.order_id}", event.fee_fen), (f"Gateway:{event.provider}", -event.fee_fen)],
            memo=f"fee of payment {event.payment_id} of order {event.order_id}",
            currency=event.currency,
        )


def on_fee_moved(event: PaymentFeeMoved) -> None:
    """payment:<id>:fee:<n>. Lost with money that has gone back; deferred again when it had not gone back after all."""
    if event.fee_fen:
        moved_fen = event.fee_fen if event.lost else -event.fee_fen
        post_entry(
            f"payment:{event.payment_id}:fee:{event.move}",
            [(f"FeeDeferred:{event.order_id}", -moved_fen), ("FeeLost", moved_fen)],
            memo=f"fee of payment {event.payment_id} is {'lost' if event.lost else 'deferred again'}",
            currency=event.currency,
        )


def on_dispute_opened(event: DisputeOpened) -> None:
    """dispute:<id>:opened."""
    lines = [(f"DisputeHeld:{event.dispute_id}", event.amount_fen)]
    if event.fee_fen:
        lines.append(("DisputeFee", event.fee_fen))
    post_entry(
        f"dispute:{event.dispute_id}:opened",
        [*lines, (f"Gateway:{event.provider}", -event.amount_fen - event.fee_fen)],
        memo=f"dispute {event.dispute_id} of order {event.order_id}",
        currency=event.currency,
    )


def on_dispute_fee_changed(event: DisputeFeeChanged) -> None:
    """dispute:<id>:fee:<n>, as soon as the gateway says so: mostly a fee given back with a won dispute."""
    post_entry(
        f"dispute:{event.dispute_id}:fee:{event.change}",
        [("DisputeFee", event.more_fen), (f"Gateway:{event.provider}", -event.more_fen)],
        memo=f"dispute {event.dispute_id}: the gateway's fee changed",
        currency=event.currency,
    )


def on_dispute_won(event: DisputeWon) -> None:
    """dispute:<id>:won."""
    post_entry(
        f"dispute:{event.dispute_id}:won",
        [(f"Gateway:{event.provider}", event.amount_fen), (f"DisputeHeld:{event.dispute_id}", -event.amount_fen)],
        memo=f"dispute {event.dispute_id} of order {event.order_id} is won",
        currency=event.currency,
    )


def on_dispute_lost(event: DisputeLost) -> None:
    """dispute:<id>:lost. A loss, until an order's prepaid money or a refund that was owed covers it."""
    post_entry(
        f"dispute:{event.dispute_id}:lost",
        [("ChargebackLoss", event.amount_fen), (f"DisputeHeld:{event.dispute_id}", -event.amount_fen)],
        memo=f"dispute {event.dispute_id} of order {event.order_id} is lost",
        currency=event.currency,
    )


def on_dispute_covered(event: DisputeCovered) -> None:
    """dispute:<id>:covered."""
    post_entry(
        f"dispute:{event.dispute_id}:covered",
        [(f"Prepaid:{event.order_id}", event.covered_fen), ("ChargebackLoss", -event.covered_fen)],
        memo=f"order {event.order_id} ended by dispute {event.dispute_id}",
        currency=event.currency,
    )


def on_refund_overtaken(event: RefundOvertaken) -> None:
    """refund:<id>:by_dispute."""
    post_entry(
        f"refund:{event.refund_id}:by_dispute",
        [(f"RefundDue:{event.refund_id}", event.amount_fen), ("ChargebackLoss", -event.amount_fen)],
        memo=f"refund {event.refund_id} of order {event.order_id} went back by a dispute",
        currency=event.currency,
    )


def on_refund_not_overtaken(event: RefundNotOvertaken) -> None:
    """refund:<id>:paid_twice reverses what was booked when the refund was taken for overtaken."""
    reverse_entry(
        f"refund:{event.refund_id}:paid_twice",
        of_source=f"refund:{event.refund_id}:by_dispute",
        memo=f"refund {event.refund_id} of order {event.order_id} went back beside a dispute",
    )


def on_payout_sent(event: PayoutSent) -> None:
    """payout:<id>:sent. The bank's side comes with the bank's own line."""
    if event.amount_fen:
        post_entry(
            f"payout:{event.payout_id}:sent",
            [(f"Transit:{event.provider}", event.amount_fen), (f"Gateway:{event.provider}", -event.amount_fen)],
            memo=f"payout {event.payout_id} of {event.provider}",
            currency=event.currency,
        )


def on_payout_failed(event: PayoutFailed) -> None:
    """payout:<id>:failed."""
    reverse_entry(
        f"payout:{event.payout_id}:failed",
        of_source=f"payout:{event.payout_id}:sent",
        memo=f"payout {event.payout_id} of {event.provider} came back",
    )


def on_refund_replaced(event: RefundReplaced) -> None:
    """refund:<id>:due of the refund that is tried again: what the failed one owed, it owes."""
    post_entry(
        f"refund:{event.refund_id}:due",
        [
            (f"RefundDue:{event.replaced_id}", event.amount_fen),
            (f"RefundDue:{event.refund_id}", -event.amount_fen),
        ],
        memo=f"refund {event.refund_id} of order {event.order_id} takes the place of {event.replaced_id}",
        currency=event.currency,
    )


def on_refund_agreed(event: RefundAgreed) -> None:
    """refund:<id>:manual: the person is to be paid. Once a refund, so that what it clears is cleared once."""
    post_entry(
        f"refund:{event.refund_id}:manual",
        [
            (f"RefundDue:{event.refund_id}", event.amount_fen),
            (f"Payable:adopter:{event.person_id}", -event.amount_fen),
        ],
        memo=f"refund {event.refund_id} of order {event.order_id} is paid by hand",
        currency=event.currency,
    )


def on_refund_paid_by_hand(event: RefundPaidByHand) -> None:
    """refund_transfer:<id>:paid, on the day of the bank's line."""
    post_entry(
        f"refund_transfer:{event.transfer_id}:paid",
        [
            (f"Payable:adopter:{event.person_id}", event.amount_fen),
            (f"Bank:{event.bank_account}", -event.amount_fen),
        ],
        memo=f"refund {event.refund_id} of order {event.order_id} paid by hand",
        currency=event.currency,
        effective_on=event.paid_on,
    )


def on_refund_returned(event: RefundReturned) -> None:
    """refund_transfer:<id>:returned: the bank gave it back, and the person is to be paid again."""
    post_entry(
        f"refund_transfer:{event.transfer_id}:returned",
        [
            (f"Bank:{event.bank_account}", event.amount_fen),
            (f"Payable:adopter:{event.person_id}", -event.amount_fen),
        ],
        memo=f"refund {event.refund_id} of order {event.order_id}: returned by the bank",
        currency=event.currency,
        effective_on=event.returned_on,
    )
