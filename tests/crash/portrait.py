"""How everything stands: the same after a crash and a second try as without one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import func, select

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.media.models import Photo
from cofu_adopt.core.outbox import OutboxRow
from cofu_adopt.core.verify import run_checks
from cofu_adopt.farm.models import Household, Plot, PlotMeasurement, Rope
from cofu_adopt.ledger.models import JournalEntry
from cofu_adopt.ledger.queries import balance
from cofu_adopt.notify.dev_inbox import DevMessage
from cofu_adopt.notify.models import Message
from cofu_adopt.payments import sandbox_book
from cofu_adopt.payments.credit_models import CreditUse
from cofu_adopt.payments.dispute_models import Dispute, GatewayPayoutRow, SandboxDispute, SettlementRow
from cofu_adopt.payments.models import GatewayEvent, Payment, PaymentState, Refund
from cofu_adopt.payments.refund_models import RefundAccount, RefundLine, RefundTransfer
from cofu_adopt.payments.transfer_models import BankLine
from cofu_adopt.webhooks.models import WebhookDelivery


def portrait() -> dict[str, Any]:
    """Orders, money, entries, messages and the sea. How often the gateway had to be asked is no part of it."""
    with unit_of_work(writes=False):
        return {
            "orders": _count(Adoption.state),
            "paid": _count(Payment.state, Payment.state == PaymentState.SUCCEEDED),
            "refunds": _count(Refund.state),
            "credit": _count(CreditUse.state),
            "disputes": _count(Dispute.state),
            "answers": _count(SandboxDispute.state, SandboxDispute.evidence_key.is_not(None)),
            "payouts": _count(GatewayPayoutRow.state, GatewayPayoutRow.lines_at.is_not(None)),
            "payout lines": _count(SettlementRow.kind),
            "asked": _count(RefundLine.left_out),
            "paid by hand": _count(RefundTransfer.state),
            "erased": db.session.scalar(select(func.count(RefundAccount.erased_at))),
            "entries": dict(Counter(source.rpartition(":")[2] for source in _all(JournalEntry.source))),
            "messages": _count(Message.template),
            "sent": _count(OutboxRow.type, OutboxRow.sent_at.is_not(None)),
            "arrived": _count(DevMessage.channel),
            "told programs": _count(WebhookDelivery.state),
            "bank lines": [
                [line.bank_ref, line.voided_at is not None, line.returned_at is not None]
                for line in db.session.scalars(select(BankLine).order_by(BankLine.id))
            ],
            "photos": db.session.scalar(select(func.count()).select_from(Photo)),
            "ropes kept": db.session.scalar(select(func.count(Rope.live_adoption_id))),
            "sea": [
                db.session.scalar(select(func.count()).select_from(table))
                for table in (Household, Plot, Rope, PlotMeasurement)
            ],
        }


def faults() -> list[str]:
    """What `flask verify` finds, and where the sandbox's own book and ours differ."""
    found = [f"{name}: {one}" for name, many in run_checks().items() for one in many]
    with unit_of_work(writes=False):
        held, booked = sandbox_book.balance(), balance("Gateway:sandbox")
        if held != booked:
            found.append(f"the gateway has {held} fen of ours, the books say {booked}")
        found += [f"event {one} is not done" for one in _all(GatewayEvent.id, GatewayEvent.done_at.is_(None))]
    return found


def _count(column: Any, *conditions: Any) -> dict[str, int]:
    return dict(Counter(str(value) for value in _all(column, *conditions)))


def _all(column: Any, *conditions: Any) -> list[Any]:
    return list(db.session.scalars(select(column).where(*conditions)))
