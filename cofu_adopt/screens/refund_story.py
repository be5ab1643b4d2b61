"""Everything that happened to one refund, in time: its steps, the books, the messages, who did what."""

from __future__ import annotations

from flask_babel import gettext as _

from cofu_adopt.core import read_audit
from cofu_adopt.core.money import price
from cofu_adopt.ledger.entries_of import entries_of
from cofu_adopt.payments.models import RefundState
from cofu_adopt.payments.refund_desk import DeskRefund, TransferRow
from cofu_adopt.screens.desk_words import refund_reason_words
from cofu_adopt.screens.order_story import Step, messages_of, refund_facts


def tell_refund(
    refund: DeskRefund, transfers: list[TransferRow], *, person_id: int, request_id: int | None
) -> list[Step]:
    """The story, oldest first."""
    ids = [transfer.id for transfer in transfers]
    detail = f"{price(refund.amount_fen)} · {refund_reason_words(refund.reason)}"
    steps = [Step(refund.requested_at, "wallet", _("退款记下，欠认养人"), detail)]
    if refund.sent_at:
        steps.append(Step(refund.sent_at, "clock", _("退款交给支付渠道"), refund.gateway_ref or "", order=1))
    if refund.finished_at and refund.state is RefundState.SUCCEEDED:
        steps.append(Step(refund.finished_at, "ok", _("退款到账"), refund.gateway_ref or "", order=1))
    if refund.finished_at and refund.state in {RefundState.FAILED, RefundState.REPLACED}:
        steps.append(Step(refund.finished_at, "alert", _("退款没成，钱还欠着"), refund.last_error or "", order=1))
    sources = {f"refund_transfer:{one}:{what}" for one in ids for what in ("paid", "returned")}
    own = f"RefundDue:{refund.id}"
    steps += [
        Step(entry.created_at, "book", entry.source, entry.memo, lines=entry.lines, order=3)
        for entry in entries_of([own, f"Payable:adopter:{person_id}"])
        if entry.source in sources or own in dict(entry.lines)
    ]
    acts = read_audit.list_acts_on("refund", [refund.id])
    if request_id is not None:
        acts += read_audit.list_acts_on("refund_request", [request_id])
    steps += [Step(act.at, "audit", act.act, act=act, order=2) for act in acts]
    steps += messages_of(person_id, refund_facts(refund.id, ids))
    return sorted(steps, key=lambda step: (step.at, step.order))
