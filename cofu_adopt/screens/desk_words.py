"""What the desk calls states, ways of paying, and the acts and fields of the audit log."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.core import clock
from cofu_adopt.core.money import price
from cofu_adopt.identity.find_people import Face
from cofu_adopt.identity.people_pages import ROLES
from cofu_adopt.identity.token_pages import SCOPE_WORDS
from cofu_adopt.payments.ask import Answer
from cofu_adopt.payments.exceptions import review_words
from cofu_adopt.payments.models import PaymentState
from cofu_adopt.remedies.words import CHOOSERS
from cofu_adopt.remedies.words import OUTCOMES as REMEDIES
from cofu_adopt.webhooks.words import OFF_WORDS

MINUTES_OF_HOURS, HOURS_OF_DAYS = 120, 72
"""Up to two hours an age is said in minutes, up to three days in hours."""

STATES: dict[str, Any] = {
    AdoptionState.HELD: _l("待支付"),
    AdoptionState.PAID: _l("已认养"),
    AdoptionState.HARVESTED: _l("已采收"),
    AdoptionState.DELIVERED: _l("已签收"),
    AdoptionState.EXPIRED: _l("已过时"),
    AdoptionState.OWED: _l("待选择"),
    AdoptionState.CANCELLED: _l("已取消"),
    AdoptionState.REFUNDED: _l("已退款"),
    AdoptionState.LOST: _l("绝收"),
}
PAYMENT_STATES: dict[str, Any] = {
    PaymentState.OPENING: _l("在开付款页"),
    PaymentState.OPEN: _l("付款页开着"),
    PaymentState.PENDING: _l("等渠道确认"),
    PaymentState.SUCCEEDED: _l("钱已到账"),
    PaymentState.CLOSED: _l("付款页已关"),
    PaymentState.REVIEW: _l("要人核对"),
}
OUTCOMES: dict[str, Any] = {
    "waiting": _l("还没办"),
    "applied": _l("办了"),
    "nothing_changed": _l("早就知道了"),
    "ignored": _l("不是我们的"),
}
ANSWERS: dict[str, Any] = {
    Answer.CHANGED: _l("渠道有新说法，已照办。"),
    Answer.SAME: _l("渠道说的和这里一样，没有变化。"),
    Answer.SILENT: _l("渠道没有回应，什么都没有变。过一会儿再试。"),
    Answer.UNKNOWN: _l("渠道不认得这笔付款，什么都没有变。请到渠道后台按单号查一查。"),
}
OFFER_STATES: dict[str, Any] = {"draft": _l("草稿"), "published": _l("已发布"), "stopped": _l("已停售")}
WALLETS: dict[str, Any] = {
    "wechat_pay": _l("微信支付"),
    "alipay": _l("支付宝"),
    "card": _l("银行卡"),
    "bank_transfer": _l("银行转账"),
}
REFUND_REASONS: dict[str, Any] = {
    "cancelled": _l("认养人取消"),
    "cancelled_by_staff": _l("工坊取消"),
    "paid_too_late": _l("付款时绳已被认走"),
    "second_payment": _l("重复付款"),
    "overpaid": _l("转账转多了"),
    "underpaid": _l("转账没转足"),
    "dispute_lost": _l("拒付输了，剩下的退回"),
    "goodwill": _l("补偿"),
    "price_adjustment": _l("退差价"),
    "credit_gone": _l("要抵的余额已用掉"),
    "credit_to_money": _l("余额退成现金"),
}
REFUND_STATES: dict[str, Any] = {
    "approved": _l("等着发出"),
    "sent": _l("渠道在退"),
    "succeeded": _l("已退回"),
    "failed": _l("没退成"),
    "replaced": _l("没退成，已另退"),
    "manual_due": _l("要另外转账"),
    "manual_ready": _l("已批，等转账"),
    "paid": _l("已转账"),
    "returned": _l("银行退回"),
    "by_dispute": _l("银行已退给付款人"),
}
ACTS: dict[str, Any] = {
    "adoption.cancel": _l("认养人取消订单"),
    "adoption.cancel_by_staff": _l("工坊取消订单"),
    "adoption.end_by_dispute": _l("拒付输了，订单结束"),
    "dispute.answer": _l("答复拒付"),
    "remedy.choose": _l("选定补救办法"),
    "adoption.reveal": _l("查看收货信息"),
    "farm.import": _l("导入一季"),
    "growth.hide": _l("撤下生长记录"),
    "growth.restore": _l("放出生长记录"),
    "growth.accept_reading": _l("量的数算数"),
    "growth.reject_reading": _l("量的数不算"),
    "growth.people": _l("照片上的人"),
    "growth.remind": _l("提醒发记录"),
    "growth.set_species": _l("改一个种怎么长"),
    "growth.revoke_people": _l("收回有人的照片"),
    "talk.hide": _l("收起留言"),
    "talk.restore": _l("放出留言"),
    "talk.keep": _l("留言看过，没事"),
    "talk.look_again": _l("留言再看一次"),
    "talk.mute": _l("暂停留言"),
    "talk.unmute": _l("恢复留言"),
    "household.reveal": _l("查看养殖户信息"),
    "household.story": _l("改养殖户介绍"),
    "offer.draft": _l("起草方案"),
    "offer.change": _l("改方案"),
    "offer.publish": _l("发布方案"),
    "offer.stop": _l("停售方案"),
    "orders.export": _l("导出订单"),
    "payments.export": _l("导出付款"),
    "silent_plots.export": _l("导出没消息的桁"),
    "measurements.export": _l("导出量的数"),
    "forecasts.export": _l("导出预计"),
    "harvest_calendar.export": _l("导出采收日历"),
    "payment.ask": _l("问支付渠道"),
    "payment.end_review": _l("结束付款核对"),
    "inbox.replay": _l("重办渠道通知"),
    "households.export": _l("导出养殖户"),
    "staff.enrol": _l("登记员工"),
    "bank_line.record": _l("登记到款"),
    "bank_line.match": _l("到款算到转账"),
    "bank_line.undo": _l("撤回到款"),
    "bank_line.void": _l("作废到款"),
    "bank_line.ask_return": _l("申请退回到款"),
    "bank_line.drop_return": _l("不退回到款了"),
    "bank_line.return": _l("到款已退回"),
    "refund.ask": _l("申请退款"),
    "refund.approve": _l("批准退款"),
    "refund.decline": _l("不批退款"),
    "refund.retry": _l("重新退款"),
    "refund.by_hand": _l("改为另外转账"),
    "refund.give_account": _l("认养人给了收款账户"),
    "refund.reveal": _l("查看收款账户"),
    "refund.propose": _l("提出转账"),
    "refund.approve_transfer": _l("批准转账"),
    "refund.decline_transfer": _l("不批转账"),
    "refund.paid": _l("记下已转账"),
    "refund.returned": _l("记下银行退回"),
    "refund.erase_account": _l("删掉收款账户"),
    "token.make": _l("新建接口令牌"),
    "token.revoke": _l("撤销接口令牌"),
    "totp.set_up": _l("设置两步验证"),
    "totp.reset": _l("重设两步验证"),
    "totp.recover": _l("用掉一个恢复码"),
    "totp.recovery_codes": _l("换一批恢复码"),
    "person.end_sessions": _l("在各处退出"),
    "webhook.register": _l("登记推送地址"),
    "webhook.change": _l("改推送地址"),
    "webhook.on": _l("开启推送"),
    "webhook.off": _l("停下推送"),
    "webhook.rotate": _l("换推送的密钥"),
    "webhook.test": _l("试推一次"),
    "webhook.replay": _l("重发一条推送"),
    "webhook.replay_failed": _l("重发没送到的推送"),
    "webhook.delete": _l("删掉推送地址"),
}
FIELDS: dict[str, Any] = {
    "state": _l("状态"),
    "reason": _l("原因"),
    "note": _l("说明"),
    "days": _l("几天"),
    "answer": _l("渠道怎么说"),
    "outcome": _l("结果"),
    "refund_fen": _l("退款"),
    "amount_fen": _l("金额"),
    "bank_ref": _l("银行流水号"),
    "transfer": _l("转账"),
    "meaning": _l("算作"),
    "chosen_by": _l("谁选的"),
    "rope": _l("绳"),
    "refund_way": _l("怎样退"),
    "credit_fen": _l("退回余额"),
    "after_cutoff": _l("过了自助取消日"),
    "field": _l("哪一项"),
    "total_fen": _l("合计"),
    "orders": _l("几单"),
    "why": _l("为什么退"),
    "ends_order": _l("订单也结束"),
    "alone": _l("一个人定的"),
    "new_refund": _l("新的退款"),
    "kind": _l("哪一种"),
    "holder": _l("收款人姓名"),
    "number": _l("账号"),
    "bank": _l("银行"),
    "bank_account": _l("从哪个账户"),
    "bank_reference": _l("银行流水号"),
    "paid_on": _l("哪天付的"),
    "returned_on": _l("哪天退回的"),
    "price_fen": _l("价钱"),
    "rows": _l("行数"),
    "format": _l("格式"),
    "public_name": _l("公开称呼"),
    "story": _l("介绍"),
    "story_en": _l("英文介绍"),
    "consent": _l("同意公开"),
    "title": _l("名称"),
    "code": _l("编号"),
    "username": _l("登录名"),
    "texts": _l("资料份数"),
    "codes_left": _l("还剩的恢复码"),
    "token": _l("第几个令牌"),
    "scopes": _l("可以做什么"),
    "error": _l("出了什么错"),
    "roles": _l("角色"),
    "parcels": _l("箱数"),
    "parcel_cost_fen": _l("每箱包装、冰和运费"),
    "gateway_fee_bp": _l("支付手续费，估"),
    "service_fee_bp": _l("工坊服务费"),
    "fund_bp": _l("共富基金"),
    "host_bp": _l("主播佣金"),
    "household_floor_bp": _l("养殖户至少得"),
    "holdback_bp": _l("留到签收后的部分"),
    "holdback_days": _l("签收后几天放"),
    "households": _l("养殖户"),
    "plots": _l("桁"),
    "ropes": _l("串"),
    "name": _l("名称"),
    "url": _l("网址"),
    "events": _l("哪些事要推"),
    "off_reason": _l("为什么停"),
    "delivery": _l("哪一条推送"),
    "since": _l("从哪天起"),
    "people": _l("几个人"),
    "linf_mm": _l("最大壳长"),
    "k_per_year": _l("快慢 K"),
    "c": _l("季节 C"),
    "ts": _l("长得最快的时候"),
    "market_mm": _l("上市壳长"),
}
VALUES: dict[str, Any] = {
    "phone": _l("手机号"),
    "bank_account": _l("银行账号"),
    "delivery": _l("收货信息"),
    "wallet": _l("原路退回"),
    "by_hand": _l("另外转账"),
    "none": _l("没有付款，不用退"),
    "account": _l("收款账户"),
    "bank_card": _l("银行卡"),
    "wechat": _l("微信"),
    "alipay": _l("支付宝"),
}
STATES_OF: dict[str, dict[Any, Any]] = {
    "adoption": STATES,
    "offer": OFFER_STATES,
    "payment": PAYMENT_STATES,
    "refund": REFUND_STATES,
    "refund_request": {"approved": _l("已批准"), "declined": _l("没有批")},
}
"""The words of a state, by the kind of what is in it: an order that is paid is not a refund that is."""
WORDS_OF: dict[str, dict[str, Any]] = {
    "field": VALUES,
    "refund_way": VALUES,
    "kind": VALUES,
    "why": REFUND_REASONS,
    "answer": ANSWERS,
    "outcome": OUTCOMES | {str(name): words for name, words in REMEDIES.items()},
    "chosen_by": {str(name): words for name, words in CHOOSERS.items()},
    "off_reason": {str(name): words for name, words in OFF_WORDS.items()},
    "roles": {str(name): words for name, words in ROLES.items()},
    "scopes": {str(name): words for name, words in SCOPE_WORDS.items()},
}
"""The words of values, by the field that they are of."""


def state_words(state: AdoptionState) -> str:
    """The state of an order."""
    return str(STATES[state])


def payment_state_words(state: str) -> str:
    """The state of a payment."""
    return str(PAYMENT_STATES[PaymentState(state)])


def outcome_words(outcome: str | None) -> str:
    """What became of an event of the inbox."""
    return str(OUTCOMES.get(outcome or "waiting", outcome))


def age_words(since: datetime) -> str:
    """How long ago something was, in the largest unit that fits."""
    minutes = max(0, int((clock.now() - since).total_seconds() // 60))
    if minutes < MINUTES_OF_HOURS:
        return str(ngettext("%(num)s 分钟", "%(num)s 分钟", minutes))
    hours = minutes // 60
    if hours < HOURS_OF_DAYS:
        return str(ngettext("%(num)s 小时", "%(num)s 小时", hours))
    return str(ngettext("%(num)s 天", "%(num)s 天", hours // 24))


def wallet_words(wallet: str | None) -> str:
    """What was paid with."""
    return str(WALLETS.get(wallet or "", wallet or ""))


def provider_words(provider: str) -> str:
    """Through whom was paid."""
    known: dict[str, str] = {"sandbox": _("沙盒支付"), "stripe": "Stripe", "transfer": _("银行转账")}
    return known.get(provider, provider)


def refund_reason_words(reason: str) -> str:
    """Why money goes back."""
    return str(REFUND_REASONS.get(reason, reason))


def refund_state_words(state: str) -> str:
    """How far a refund is."""
    return str(REFUND_STATES.get(state, state))


def left_out_words(why: str) -> str:
    """Why an order is not in a request, or a line of one was not done."""
    kind, _colon, more = why.partition(":")
    if kind == "state":
        return str(_("%(state)s的单不能这样退", state=STATES.get(more, more)))
    if kind == "left":
        return str(_("只剩 %(amount)s 可退", amount=price(int(more))))
    words = {
        "unknown": _("没有这个订单号"),
        "nothing_left": _("已经全退了"),
        "whole": _("这是剩下的全部，要选“全部退回”"),
        "refund_too_large": _("批的时候已经不够退了"),
        "not_cancellable": _("批的时候订单已经变了"),
        "not_refundable": _("批的时候订单已经变了"),
    }
    return str(words.get(why, why))


def act_words(act: str) -> str:
    """An act of the audit log; an act that nobody named yet is shown as it is stored."""
    return str(ACTS.get(act, act))


def field_words(name: str) -> str:
    """A field of the audit log."""
    return str(FIELDS.get(name, name))


def value_words(name: str, value: Any, kind: str = "") -> str:
    """A value of the audit log as people read it; `kind` is the kind of what the act was about."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    words = STATES_OF.get(kind, {}) if name == "state" else WORDS_OF.get(name, {})
    if isinstance(value, list):
        return str(_("、")).join(str(words.get(one, one)) for one in value) or "–"
    if isinstance(value, int):
        return _number_words(name.rpartition(".")[2], value)
    return str(words.get(value, value))


def _number_words(name: str, value: int) -> str:
    if name.endswith("_fen"):
        return price(value)
    if name.endswith("_bp"):
        return f"{Decimal(value).scaleb(-2).normalize():f}%"
    return str(value)


def face_words(face: Face | None) -> str:
    """Who somebody is: staff by name, adopters by the end of the phone, guests as such."""
    if face is None:
        return str(_("系统"))
    if face.username:
        return face.name or face.username
    if face.is_guest:
        return str(_("访客"))
    return str(_("尾号 %(digits)s", digits=face.phone_last4)) if face.phone_last4 else face.name


def misread_words(name: str) -> str:
    """What is said of a filter that cannot be understood and is left out."""
    if name in {"from", "to", "day"}:
        return str(_("日期看不懂，请写成 2026-09-12。"))
    return str(_("有一个条件看不懂，没有用它。"))


def for_templates() -> dict[str, Any]:
    """The words above, for the templates of the desk."""
    words = (
        act_words, age_words, face_words, field_words, left_out_words, outcome_words, payment_state_words,
        provider_words, refund_reason_words, refund_state_words, review_words, state_words, value_words, wallet_words,
    )  # fmt: skip
    return {word.__name__: word for word in words}
