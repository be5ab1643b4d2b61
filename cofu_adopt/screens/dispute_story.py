"""Everything that happened to a dispute, in time: the bank's steps, our answer, the books, the audit log."""

from __future__ import annotations

from flask_babel import gettext as _

from cofu_adopt.core import read_audit
from cofu_adopt.core.money import price
from cofu_adopt.ledger.entries_of import entries_from
from cofu_adopt.payments.dispute_models import DisputeStep
from cofu_adopt.payments.read_disputes import DisputeRow
from cofu_adopt.screens.order_story import Step


def tell_dispute(dispute: DisputeRow) -> list[Step]:
    """The steps, oldest first, in a fixed number of queries."""
    steps = [
        Step(
            dispute.opened_at,
            "alert",
            _("付款人向银行提出拒付，钱被扣住"),
            _("%(amount)s，另收 %(fee)s 手续费", amount=price(dispute.amount_fen), fee=price(dispute.fee_fen)),
        )
    ]
    if dispute.evidence_stored_at:
        steps.append(Step(dispute.evidence_stored_at, "doc", _("定下答复"), order=1))
    if dispute.evidence_sent_at:
        steps.append(Step(dispute.evidence_sent_at, "ok", _("答复交给支付渠道"), dispute.gateway_ref, order=2))
    if dispute.answered_at:
        steps.append(Step(dispute.answered_at, "clock", _("银行收到答复，等它决定"), order=3))
    if dispute.closed_at and dispute.state is DisputeStep.WON:
        steps.append(Step(dispute.closed_at, "ok", _("银行判给我们，钱回来了"), price(dispute.amount_fen), order=4))
    if dispute.closed_at and dispute.state is DisputeStep.LOST:
        detail = (
            _("其中 %(amount)s 没有别的钱可抵，是工坊的损失", amount=price(dispute.loss_fen))
            if dispute.loss_fen
            else ""
        )
        steps.append(Step(dispute.closed_at, "x", _("银行判给付款人，钱拿不回来"), detail, order=4))
    steps += [
        Step(entry.created_at, "book", entry.source, entry.memo, lines=entry.lines, order=5)
        for entry in entries_from(f"dispute:{dispute.id}:")
    ]
    steps += [
        Step(act.at, "audit", act.act, act=act, order=6) for act in read_audit.list_acts_on("dispute", [dispute.id])
    ]
    return sorted(steps, key=lambda step: (step.at, step.order))
