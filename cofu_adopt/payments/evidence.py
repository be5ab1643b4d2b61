"""What payments can tell a bank of an order."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from cofu_adopt.core.clock import full_moment_words
from cofu_adopt.core.money import price
from cofu_adopt.core.registry import EvidenceText, evidence
from cofu_adopt.payments.models import PaymentState, RefundState
from cofu_adopt.payments.queries import list_payments, list_refunds


@evidence("payments")
def tell_payments(order_id: int) -> Iterator[EvidenceText]:
    """Each payment that succeeded and each refund that has gone back."""
    for payment in list_payments(order_id):
        if payment.state is PaymentState.SUCCEEDED and payment.succeeded_at is not None:
            yield EvidenceText(
                _("收款"),
                _(
                    "%(at)s 收到 %(amount)s，支付渠道的编号 %(ref)s。",
                    at=full_moment_words(payment.succeeded_at),
                    amount=price(payment.amount_fen),
                    ref=payment.gateway_ref or "-",
                ),
            )
    for refund in list_refunds(order_id):
        if refund.state is RefundState.SUCCEEDED and refund.finished_at is not None:
            yield EvidenceText(
                _("退款"),
                _(
                    "%(at)s 已退回 %(amount)s。",
                    at=full_moment_words(refund.finished_at),
                    amount=price(refund.amount_fen),
                ),
            )
