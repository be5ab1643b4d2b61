"""What the desk calls states, ways of paying, and the values of the audit log."""

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
from cofu_adopt.screens.audit_names import ACTS, FIELDS
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
    """A field of the audit log; of a field within a field both are named."""
    return " ".join(str(FIELDS.get(part, part)) for part in name.split("."))


def value_words(name: str, value: Any, kind: str = "") -> str:
    """A value of the audit log as people read it; `kind` is the kind of what the act was about."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    words = STATES_OF.get(kind, {}) if name == "state" else WORDS_OF.get(name, {})
    if isinstance(value, list):
        return str(_("、")).join(_item_words(words, one) for one in value) or "–"
    if isinstance(value, int):
        return _number_words(name.rpartition(".")[2], value)
    return str(words.get(value, value))


def _item_words(words: dict[Any, Any], item: Any) -> str:
    if isinstance(item, dict):
        return " ".join(str(part) for name, part in item.items() if name != "id" and part is not None)
    return str(words.get(item, item))


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
