"""What of payments, refunds and the inbox needs a person; registered for the desk's list of exceptions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.money import price
from cofu_adopt.core.registry import Matter, exception, told_elsewhere
from cofu_adopt.payments.inbox import APPLY_EVENT
from cofu_adopt.payments.models import GatewayEvent, Payment, PaymentState, Refund, RefundState

OPENING_TOO_LONG = timedelta(minutes=10)
"""A gateway that was asked for a page has answered by then, or its answer was lost."""
OVERDUE = timedelta(minutes=30)
"""How long after its own end a page may still be undecided: the end of the hold and the clock settle it before."""
INBOX_TOO_LONG = timedelta(minutes=10)
"""How long an event may wait: the clock takes it up each second and after growing pauses."""
AMOUNT, CURRENCY = re.compile(r"(\d+) fen, not (\d+)"), re.compile(r"currency (\w+), not (\w+)")
told_elsewhere.add(APPLY_EVENT)


def review_words(reason: str) -> str:
    """Why a payment is in review, from what rules.difference() wrote down."""
    if found := AMOUNT.fullmatch(reason):
        amounts = (price(int(found[1])), price(int(found[2])))
    elif found := CURRENCY.fullmatch(reason):
        amounts = (found[1].upper(), found[2].upper())
    else:
        return reason
    return str(_("%(found)s，不是 %(asked)s", found=amounts[0], asked=amounts[1]))


@exception("payment_review", _l("付款金额对不上"))
def in_review(limit: int) -> Sequence[Matter]:
    """Payments whose amount or currency is not what was asked for."""
    query = select(Payment).where(Payment.state == PaymentState.REVIEW).order_by(Payment.id).limit(limit)
    return [
        Matter(
            _("渠道收到的是 %(found)s", found=review_words(row.review_reason or "")),
            _("没有入账，绳还留着。到渠道后台把钱退给付款人，再来结束核对。"),
            row.opened_at,
            f"/desk/payments/{row.id}",
            row.amount_fen,
            row.order_id,
        )
        for row in db.session.scalars(query)
    ]


@exception("refund_failed", _l("退款没退成"))
def failed_refunds(limit: int) -> Sequence[Matter]:
    """Refunds that the gateway could not make: the money is still owed."""
    return _refunds(RefundState.FAILED, _("钱还欠着。看清渠道说了什么，再退一次，或另外转账。"), limit)


@exception("refund_manual_due", _l("要另外转账的退款"))
def manual_refunds(limit: int) -> Sequence[Matter]:
    """Refunds past the wallet's window: owed by another way."""
    return _refunds(RefundState.MANUAL_DUE, _("不能原路退回。认养人给了账户以后，两个人批过再转。"), limit)


@exception("refund_returned", _l("被银行退回的转账"))
def returned_refunds(limit: int) -> Sequence[Matter]:
    """Refunds by hand that the bank sent back."""
    return _refunds(RefundState.RETURNED, _("认养人已收到消息。她改了账户以后，两个人批过再转。"), limit)


@exception("inbox_failing", _l("渠道通知办不成"))
def stuck_events(limit: int) -> Sequence[Matter]:
    """Events that are stored and not done although the clock had time enough."""
    query = (
        select(GatewayEvent)
        .where(GatewayEvent.done_at.is_(None), GatewayEvent.received_at < clock.now() - INBOX_TOO_LONG)
        .order_by(GatewayEvent.received_at, GatewayEvent.id)
        .limit(limit)
    )
    return [
        Matter(
            _("%(type)s：试了 %(count)s 次。%(error)s", type=row.type, count=row.attempts, error=row.last_error or ""),
            _("先看渠道通不通。原因消了，自己会办成；也可以打开它，现在再办一次。"),
            row.received_at,
            f"/desk/inbox/{row.id}",
        )
        for row in db.session.scalars(query)
    ]


@exception("payment_waiting", _l("付款等得太久"))
def waiting_payments(limit: int) -> Sequence[Matter]:
    """Payments that should have been decided by now: nobody knows whether the money came."""
    now = clock.now()
    query = (
        select(Payment)
        .where(
            or_(
                (Payment.state == PaymentState.OPENING) & (Payment.opened_at < now - OPENING_TOO_LONG),
                Payment.state.in_((PaymentState.OPENING, PaymentState.OPEN, PaymentState.PENDING))
                & (Payment.expires_at < now - OVERDUE),
            )
        )
        .order_by(Payment.id)
        .limit(limit)
    )
    return [
        Matter(
            _("渠道没回答：付款页开没开") if row.state == PaymentState.OPENING else _("渠道没说清：钱到没到"),
            _("打开它，现在问渠道。绳在问清以前不会放开。"),
            row.opened_at,
            f"/desk/payments/{row.id}",
            row.amount_fen,
            row.order_id,
        )
        for row in db.session.scalars(query)
    ]


def _refunds(state: RefundState, todo: str, limit: int) -> list[Matter]:
    query = (
        select(Refund, Payment.order_id)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.state == state)
        .order_by(Refund.id)
        .limit(limit)
    )
    return [
        Matter(
            " · ".join(filter(None, (_("第 %(id)s 号退款", id=row.id), row.last_error))),
            todo,
            row.finished_at or row.requested_at,
            f"/desk/refunds/{row.id}",
            row.amount_fen,
            order_id,
        )
        for row, order_id in db.session.execute(query)
    ]
