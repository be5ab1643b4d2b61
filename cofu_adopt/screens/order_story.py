"""Everything that happened to an order, in time: its own steps, its money, messages, the books, the audit log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.show_order import OrderDetail
from cofu_adopt.core import read_audit
from cofu_adopt.core.money import price
from cofu_adopt.core.read_audit import AuditRow
from cofu_adopt.ledger.entries_of import entries_of
from cofu_adopt.notify.texts import text_of
from cofu_adopt.notify.told import told_about
from cofu_adopt.payments.credit import UseRow, uses_of_order
from cofu_adopt.payments.models import RefundState
from cofu_adopt.payments.money_of_order import PaymentSteps, RefundSteps, list_payment_steps, list_refund_steps
from cofu_adopt.screens.desk_words import provider_words, refund_reason_words, wallet_words


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. `kind` is its icon; `lines` are postings (account, fen)."""

    at: datetime
    kind: str
    title: str
    detail: str = ""
    lines: tuple[tuple[str, int], ...] = ()
    act: AuditRow | None = None
    order: int = field(default=0)


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
    steps = [*_own(order)]
    for payment in payments:
        steps += _of_payment(payment)
    for refund in refunds:
        steps += _of_refund(refund)
    uses = uses_of_order(order.id)
    for use in uses:
        steps += _of_credit(use)
    steps += _messages(order, refunds)
    accounts = [f"Prepaid:{order.id}", *(f"RefundDue:{refund.id}" for refund in refunds)]
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


def _own(order: OrderDetail) -> list[Step]:
    steps = [Step(order.created_at, "rope", _("占住 %(rope)s", rope=order.label), price(order.price_fen))]
    if order.fresh_goods_confirmed_at:
        version = order.fresh_goods_text_version or ""
        steps.append(
            Step(order.fresh_goods_confirmed_at, "check", _("填好地址，确认鲜活商品"), _("文本 %(name)s", name=version))
        )
    if order.paid_at:
        steps.append(Step(order.paid_at, "mine", _("已付款，绳归认养人"), order=3))
    if order.ended_at:
        words = _("占位到时，绳放开了") if order.state is AdoptionState.EXPIRED else _("订单结束，绳放开了")
        steps.append(Step(order.ended_at, "x", words))
    return steps


def _of_payment(payment: PaymentSteps) -> list[Step]:
    name = provider_words(payment.provider)
    steps = [Step(payment.opened_at, "wallet", _("开始付款"), f"{price(payment.amount_fen)} · {name}", order=1)]
    if payment.succeeded_at:
        paid_with = wallet_words(payment.wallet)
        detail = " · ".join(filter(None, (price(payment.amount_fen), paid_with, payment.gateway_ref)))
        steps.append(Step(payment.succeeded_at, "ok", _("钱到账"), detail, order=2))
    if payment.closed_at:
        steps.append(Step(payment.closed_at, "x", _("付款页关掉，不能再付"), name, order=1))
    if payment.review_reason:
        steps.append(Step(payment.opened_at, "alert", _("金额对不上，要人看"), payment.review_reason, order=2))
    return steps


def _of_credit(use: UseRow) -> list[Step]:
    amount = price(use.amount_fen)
    steps = [Step(use.reserved_at, "wallet", _("留出余额"), amount, order=1)]
    if use.spent_at:
        steps.append(Step(use.spent_at, "ok", _("余额付了"), amount, order=2))
    if use.ended_at:
        steps.append(Step(use.ended_at, "wallet", _("退回余额"), amount, order=4))
    return steps


def _of_refund(refund: RefundSteps) -> list[Step]:
    why = refund_reason_words(refund.reason)
    detail = f"{price(refund.amount_fen)} · {why}"
    by_hand = refund.state is RefundState.MANUAL_DUE
    asked = _("要另外转账退回") if by_hand else _("批准退款，原路退回")
    steps = [Step(refund.requested_at, "wallet", asked, detail, order=4)]
    if refund.sent_at:
        steps.append(Step(refund.sent_at, "clock", _("退款交给支付渠道"), refund.gateway_ref or "", order=4))
    if refund.finished_at:
        if refund.state is RefundState.FAILED:
            steps.append(Step(refund.finished_at, "alert", _("退款没成，钱还欠着"), refund.last_error or "", order=4))
        else:
            steps.append(Step(refund.finished_at, "ok", _("退款到账"), price(refund.amount_fen), order=4))
    return steps


def _messages(order: OrderDetail, refunds: list[RefundSteps]) -> list[Step]:
    facts = [f"adoption:{order.id}:paid", f"adoption:{order.id}:refunded"]
    facts += [f"refund:{refund.id}:due" for refund in refunds]
    steps = []
    for told in told_about(order.person_id, facts):
        said = text_of(told.template, told.params)
        state = [_("已读") if told.read_at else _("未读")]
        if told.has_email:
            state.append(_("邮件已发") if told.email_sent_at else _("邮件待发"))
        steps.append(
            Step(told.created_at, "msg", _("告诉认养人：%(title)s", title=said.title), " · ".join(state), order=7)
        )
    return steps
