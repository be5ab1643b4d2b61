"""Everything that happened to an order, in time: its own steps, its money, messages, the books, the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.show_order import OrderDetail
from cofu_adopt.core import read_audit
from cofu_adopt.core.clock import moment_words
from cofu_adopt.core.money import price
from cofu_adopt.core.read_audit import AuditRow
from cofu_adopt.events import Cause
from cofu_adopt.ledger.entries_of import entries_of
from cofu_adopt.notify.texts import text_of
from cofu_adopt.notify.told import told_about
from cofu_adopt.payments import refund_desk
from cofu_adopt.payments.credit import UseRow, uses_of_order
from cofu_adopt.payments.dispute_models import DisputeStep
from cofu_adopt.payments.exceptions import review_words
from cofu_adopt.payments.models import RefundState
from cofu_adopt.payments.money_of_order import PaymentSteps, RefundSteps, list_payment_steps, list_refund_steps
from cofu_adopt.payments.read_disputes import DisputeRow, list_disputes_of
from cofu_adopt.payments.refund_rules import OWED_BY_HAND
from cofu_adopt.remedies.models import Outcome, RemedyState
from cofu_adopt.remedies.queries import RemedyRow, list_of_order
from cofu_adopt.remedies.words import cause_words, chooser_words, outcome_words
from cofu_adopt.screens.desk_words import provider_words, refund_reason_words, wallet_words


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. `kind` is its icon; `lines` are postings (account, fen); `path` leads to more."""

    at: datetime
    kind: str
    title: str
    detail: str = ""
    lines: tuple[tuple[str, int], ...] = ()
    act: AuditRow | None = None
    path: str = ""
    order: int = field(default=0)


def refund_facts(refund_id: int, transfer_ids: Sequence[int]) -> list[str]:
    """All that a person may be told of a refund."""
    facts = [f"refund:{refund_id}:{what}" for what in ("due", "arrived", "failed", "account_needed")]
    return facts + [f"refund_transfer:{one}:{what}" for one in transfer_ids for what in ("paid", "returned")]


@dataclass(frozen=True, slots=True)
class Story:
    """The steps, oldest first, and the money that they are about."""

    steps: tuple[Step, ...]
    payments: tuple[PaymentSteps, ...]
    refunds: tuple[RefundSteps, ...]
    uses: tuple[UseRow, ...]


def tell_order(order: OrderDetail) -> Story:
    """The whole story of an order, in a fixed number of queries."""
    payments, refunds = list_payment_steps(order.id), list_refund_steps(order.id)
    remedies = list_of_order(order.id)
    steps = [*_own(order, remedies)]
    for remedy in remedies:
        steps += _of_remedy(remedy, order)
    for payment in payments:
        steps += of_payment(payment)
    for refund in refunds:
        steps += of_refund(refund)
    uses = uses_of_order(order.id)
    for use in uses:
        steps += _of_credit(use)
    disputes = list_disputes_of(order.id)
    for dispute in disputes:
        steps += _of_dispute(dispute)
    ids = [refund.id for refund in refunds]
    transfers = refund_desk.transfers_of(ids)
    facts = [f"adoption:{order.id}:{what}" for what in ("paid", "credited")]
    facts += [*(f"remedy:{remedy.id}:opened" for remedy in remedies)]
    facts += [fact for one in ids for fact in refund_facts(one, transfers.get(one, []))]
    steps += messages_of(order.person_id, facts)
    accounts = [f"Prepaid:{order.id}", f"FeeDeferred:{order.id}"]
    accounts += [f"RefundDue:{refund.id}" for refund in refunds]
    accounts += [f"DisputeHeld:{dispute.id}" for dispute in disputes]
    steps += [
        Step(entry.created_at, "book", entry.source, entry.memo, lines=entry.lines, order=5)
        for entry in entries_of(accounts)
    ]
    steps += [
        Step(act.at, "audit", act.act, act=act, order=6) for act in read_audit.list_acts_on("adoption", [order.id])
    ]
    return Story(
        tuple(sorted(steps, key=lambda step: (step.at, step.order))), tuple(payments), tuple(refunds), tuple(uses)
    )


def _own(order: OrderDetail, remedies: list[RemedyRow]) -> list[Step]:
    late = any(remedy.cause is Cause.LATE_PAYMENT for remedy in remedies)
    first = remedies[0].lost_label if remedies else order.label
    steps = [Step(order.created_at, "rope", _("占住 %(rope)s", rope=first), price(order.price_fen))]
    if order.fresh_goods_confirmed_at:
        version = order.fresh_goods_text_version or ""
        steps.append(
            Step(order.fresh_goods_confirmed_at, "check", _("填好地址，确认鲜活商品"), _("文本 %(name)s", name=version))
        )
    if order.paid_at and not late:
        steps.append(Step(order.paid_at, "mine", _("已付款，绳归认养人"), order=3))
    if order.ended_at:
        words = _("占位到时，绳放开了") if order.state is AdoptionState.EXPIRED or late else _("订单结束，绳放开了")
        steps.append(Step(order.ended_at, "x", words))
    return steps


def _of_remedy(remedy: RemedyRow, order: OrderDetail) -> list[Step]:
    offered = _("、").join(outcome_words(outcome) for outcome in remedy.offered)
    until = _("%(offered)s，选到 %(time)s", offered=offered, time=moment_words(remedy.choose_until))
    steps = [Step(remedy.opened_at, "alert", cause_words(remedy.cause), until, order=3)]
    if remedy.outcome and remedy.chosen_by and remedy.chosen_at:
        by = chooser_words(remedy.chosen_by)
        words = _("选了：%(outcome)s", outcome=outcome_words(remedy.outcome))
        steps.append(Step(remedy.chosen_at, "check", words, by, order=3))
        if remedy.outcome is Outcome.ROPE and remedy.state is RemedyState.DONE:
            given = _("换到 %(rope)s，绳归认养人", rope=order.label)
            steps.append(Step(remedy.chosen_at, "mine", given, order=4))
    return steps


def of_payment(payment: PaymentSteps) -> list[Step]:
    """The steps of a payment."""
    name = provider_words(payment.provider)
    steps = [Step(payment.opened_at, "wallet", _("开始付款"), f"{price(payment.amount_fen)} · {name}", order=1)]
    if payment.succeeded_at:
        paid_with = wallet_words(payment.wallet)
        detail = " · ".join(filter(None, (price(payment.amount_fen), paid_with, payment.gateway_ref)))
        steps.append(Step(payment.succeeded_at, "ok", _("钱到账"), detail, order=2))
    if payment.closed_at:
        steps.append(Step(payment.closed_at, "x", _("付款页关掉，不能再付"), name, order=1))
    if payment.review_reason:
        steps.append(
            Step(payment.opened_at, "alert", _("金额对不上，要人看"), review_words(payment.review_reason), order=2)
        )
    return steps


def of_refund(refund: RefundSteps) -> list[Step]:
    """The steps of a refund."""
    why = refund_reason_words(refund.reason)
    detail = f"{price(refund.amount_fen)} · {why}"
    by_hand = refund.state in OWED_BY_HAND | {RefundState.MANUAL_READY, RefundState.PAID}
    asked = _("要另外转账退回") if by_hand else _("批准退款，原路退回")
    steps = [Step(refund.requested_at, "wallet", asked, detail, order=4)]
    if refund.sent_at:
        steps.append(Step(refund.sent_at, "clock", _("退款交给支付渠道"), refund.gateway_ref or "", order=4))
    if refund.finished_at:
        if refund.state is RefundState.BY_DISPUTE:
            steps.append(Step(refund.finished_at, "x", _("不用再退，银行已经退给付款人"), detail, order=4))
        elif refund.state in {RefundState.FAILED, RefundState.REPLACED}:
            steps.append(Step(refund.finished_at, "alert", _("退款没成，钱还欠着"), refund.last_error or "", order=4))
        else:
            words = _("退款已转账") if refund.state is RefundState.PAID else _("退款到账")
            steps.append(Step(refund.finished_at, "ok", words, price(refund.amount_fen), order=4))
    return steps


def _of_credit(use: UseRow) -> list[Step]:
    amount = price(use.amount_fen)
    steps = [Step(use.reserved_at, "wallet", _("留出余额"), amount, order=1)]
    if use.spent_at:
        steps.append(Step(use.spent_at, "ok", _("余额付了"), amount, order=2))
    if use.ended_at:
        steps.append(Step(use.ended_at, "wallet", _("退回余额"), amount, order=4))
    return steps


def _of_dispute(dispute: DisputeRow) -> list[Step]:
    steps = [Step(dispute.opened_at, "alert", _("付款人向银行提出拒付，钱被扣住"), price(dispute.amount_fen), order=4)]
    if dispute.closed_at:
        won = dispute.state is DisputeStep.WON
        words = _("银行判给我们，钱回来了") if won else _("银行判给付款人，钱拿不回来")
        steps.append(Step(dispute.closed_at, "ok" if won else "x", words, order=4))
    return steps


def messages_of(person_id: int, facts: list[str]) -> list[Step]:
    """What the person was told of these facts."""
    steps = []
    for told in told_about(person_id, facts):
        said = text_of(told.template, told.params)
        state = [_("已读") if told.read_at else _("未读")]
        if told.has_email:
            given_up = _("邮件发不到，不再发了")
            state.append(_("邮件已发") if told.email_sent_at else given_up if told.email_given_up_at else _("邮件待发"))
        steps.append(
            Step(told.created_at, "msg", _("告诉认养人：%(title)s", title=said.title), " · ".join(state), order=7)
        )
    return steps
