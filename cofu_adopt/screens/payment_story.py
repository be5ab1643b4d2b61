"""Everything that happened to one payment, in time: its own steps, its refunds, what the gateway told, the books."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from cofu_adopt.core import read_audit
from cofu_adopt.ledger.entries_of import entries_of
from cofu_adopt.payments.money_of_order import RefundSteps, list_payment_steps, list_refund_steps
from cofu_adopt.payments.search_events import EventRow, events_about
from cofu_adopt.payments.search_payments import PaymentLine
from cofu_adopt.screens.desk_words import outcome_words
from cofu_adopt.screens.order_story import Step, of_payment, of_refund


@dataclass(frozen=True, slots=True)
class PaymentStory:
    """The steps, oldest first, and what they are about."""

    steps: tuple[Step, ...]
    refunds: tuple[RefundSteps, ...]
    events: tuple[EventRow, ...]


def tell_payment(payment: PaymentLine) -> PaymentStory:
    """The whole story of a payment, in a fixed number of queries."""
    own = next(one for one in list_payment_steps(payment.order_id) if one.id == payment.id)
    refunds = [one for one in list_refund_steps(payment.order_id) if one.payment_id == payment.id]
    refs = (payment.gateway_ref, payment.payment_ref, *(refund.gateway_ref for refund in refunds))
    events = events_about({ref for ref in refs if ref})
    steps = [*of_payment(own), *_told(events), *_booked(payment, refunds)]
    for refund in refunds:
        steps += of_refund(refund)
    acts = read_audit.list_acts_on("payment", [payment.id])
    acts += read_audit.list_acts_on("gateway_event", [event.id for event in events])
    steps += [Step(act.at, "audit", act.act, act=act, order=6) for act in acts]
    return PaymentStory(tuple(sorted(steps, key=lambda step: (step.at, step.order))), tuple(refunds), tuple(events))


def _told(events: list[EventRow]) -> list[Step]:
    return [
        Step(
            event.received_at,
            "msg",
            _("渠道通知：%(type)s", type=event.type),
            " · ".join(filter(None, (outcome_words(event.outcome), event.last_error))),
            path=f"/desk/inbox/{event.id}",
            order=2,
        )
        for event in events
    ]


def _booked(payment: PaymentLine, refunds: list[RefundSteps]) -> list[Step]:
    """The entries of this payment and of its refunds; what the order did with the money is the order's own story."""
    accounts = [f"Prepaid:{payment.order_id}", f"FeeDeferred:{payment.order_id}"]
    accounts += [f"RefundDue:{refund.id}" for refund in refunds]
    sources = (f"payment:{payment.id}:", *(f"refund:{refund.id}:" for refund in refunds))
    return [
        Step(entry.created_at, "book", entry.source, entry.memo, lines=entry.lines, order=5)
        for entry in entries_of(accounts)
        if entry.source.startswith(sources)
    ]
