"""What of disputes, payouts and the bank's lines needs a person; registered for the desk's list of exceptions."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from cofu_adopt.core.db import db
from cofu_adopt.core.registry import Matter, exception
from cofu_adopt.payments.dispute_models import Dispute, DisputeStep
from cofu_adopt.payments.models import Payment
from cofu_adopt.payments.read_payouts import Misfit, list_misfits, list_unsound_payouts
from cofu_adopt.payments.transfer_models import BankLine, LineMatch

MISFITS = {
    Misfit.UNKNOWN: _l("说的是这里不认得的一笔"),
    Misfit.AMOUNT: _l("金额或币种和这里记的不一样"),
    Misfit.FEE: _l("手续费和这里记的不一样"),
    Misfit.SUM: _l("毛额减手续费不等于净额"),
}


@exception("dispute_unanswered", _l("等我们答复的拒付"))
def unanswered_disputes(limit: int) -> Sequence[Matter]:
    """Disputes that wait for our evidence, the nearest end first."""
    query = (
        select(Dispute, Payment.order_id)
        .join(Payment, Payment.id == Dispute.payment_id)
        .where(Dispute.state == DisputeStep.OPENED)
        .order_by(Dispute.answer_until, Dispute.id)
        .limit(limit)
    )
    return [
        Matter(
            _("付款人向银行提出拒付，钱被扣住"),
            _("看清资料，写一句说明，在期限以前答复。只能答复一次。"),
            row.opened_at,
            f"/desk/disputes/{row.id}",
            row.amount_fen,
            order_id,
        )
        for row, order_id in db.session.execute(query)
    ]


@exception("bank_line_unknown", _l("到款没人认"))
def unknown_lines(limit: int) -> Sequence[Matter]:
    """Money that came by bank and is counted for nobody."""
    counted = exists().where(LineMatch.line_id == BankLine.id, LineMatch.undone_at.is_(None))
    query = (
        select(BankLine)
        .where(~counted, BankLine.voided_at.is_(None), BankLine.returned_at.is_(None))
        .order_by(BankLine.id)
        .limit(limit)
    )
    return [
        Matter(
            _("银行流水号 %(ref)s", ref=row.bank_ref),
            _("问清是谁付的，算给那一单；不是认养的钱，两个人退回去。"),
            row.recorded_at,
            f"/desk/transfers/lines/{row.id}",
            row.amount_fen,
        )
        for row in db.session.scalars(query)
    ]


@exception("settlement_misfit", _l("渠道打款对不上"))
def misfits(limit: int) -> Sequence[Matter]:
    """Lines of payouts that we do not know or know otherwise, and payouts that are not the sum of their lines."""
    todo = _("不要自己改账。拿渠道的对账单和这里比，找出差在哪一笔。")
    lines = [
        Matter(
            f"{row.gateway_ref} · {MISFITS[row.misfit]}" if row.misfit else row.gateway_ref,
            todo,
            row.at,
            f"/desk/payouts/{row.payout_id}",
            row.net_fen,
            row.order_id,
        )
        for row in list_misfits(limit=limit)
    ]
    payouts = [
        Matter(
            _("%(ref)s 的明细加起来不是打款的数", ref=row.gateway_ref),
            todo,
            row.seen_at,
            f"/desk/payouts/{row.id}",
            row.amount_fen,
        )
        for row in list_unsound_payouts(limit=limit)
    ]
    return [*lines, *payouts][:limit]
