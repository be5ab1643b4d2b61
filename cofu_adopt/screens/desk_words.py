"""What the desk calls states, ways of paying, and the acts and fields of the audit log."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.core.money import price
from cofu_adopt.identity.find_people import Face


def state_words(state: AdoptionState) -> str:
    """The state of an order."""
    words: dict[AdoptionState, str] = {
        AdoptionState.HELD: _("待支付"),
        AdoptionState.PAID: _("已认养"),
        AdoptionState.HARVESTED: _("已采收"),
        AdoptionState.DELIVERED: _("已签收"),
        AdoptionState.EXPIRED: _("已过时"),
        AdoptionState.CANCELLED: _("已取消"),
        AdoptionState.REFUNDED: _("已退款"),
        AdoptionState.LOST: _("绝收"),
    }
    return words[state]


def wallet_words(wallet: str | None) -> str:
    """What was paid with."""
    known: dict[str, str] = {"wechat_pay": _("微信支付"), "alipay": _("支付宝"), "card": _("银行卡")}
    return known.get(wallet or "", wallet or "")


def provider_words(provider: str) -> str:
    """Through whom was paid."""
    known: dict[str, str] = {"sandbox": _("沙盒支付"), "stripe": "Stripe"}
    return known.get(provider, provider)


def refund_reason_words(reason: str) -> str:
    """Why money goes back."""
    known: dict[str, str] = {
        "cancelled": _("认养人取消"),
        "cancelled_by_staff": _("工坊取消"),
        "paid_too_late": _("付款时绳已被认走"),
        "second_payment": _("重复付款"),
    }
    return known.get(reason, reason)


def act_words(act: str) -> str:
    """An act of the audit log; an act that nobody named yet is shown as it is stored."""
    known: dict[str, str] = {
        "adoption.cancel": _("认养人取消订单"),
        "adoption.cancel_by_staff": _("工坊取消订单"),
        "adoption.reveal": _("查看收货信息"),
        "farm.import": _("导入一季"),
        "household.reveal": _("查看养殖户信息"),
        "household.story": _("改养殖户介绍"),
        "offer.draft": _("起草方案"),
        "offer.change": _("改方案"),
        "offer.publish": _("发布方案"),
        "offer.stop": _("停售方案"),
        "orders.export": _("导出订单"),
        "households.export": _("导出养殖户"),
        "staff.enrol": _("登记员工"),
    }
    return known.get(act, act)


def field_words(name: str) -> str:
    """A field of the audit log."""
    known: dict[str, str] = {
        "state": _("状态"),
        "reason": _("原因"),
        "refund_fen": _("退款"),
        "refund_way": _("怎样退"),
        "after_cutoff": _("过了自助取消日"),
        "field": _("哪一项"),
        "price_fen": _("价钱"),
        "rows": _("行数"),
        "format": _("格式"),
        "public_name": _("公开称呼"),
        "story": _("介绍"),
        "story_en": _("英文介绍"),
        "consent": _("同意公开"),
        "title": _("名称"),
        "code": _("编号"),
        "username": _("登录名"),
        "roles": _("角色"),
        "households": _("养殖户"),
        "plots": _("桁"),
        "ropes": _("串"),
    }
    return known.get(name, name)


def value_words(name: str, value: Any) -> str:
    """A value of the audit log as people read it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, list):
        return str(_("、")).join(str(one) for one in value) or "–"
    if isinstance(value, int) and name.rpartition(".")[2].endswith("_fen"):
        return price(value)
    known: dict[str, str] = {
        "phone": _("手机号"),
        "bank_account": _("银行账号"),
        "delivery": _("收货信息"),
        "wallet": _("原路退回"),
        "by_hand": _("另外转账"),
        "none": _("没有付款，不用退"),
    }
    if name == "state" and value in set(AdoptionState):
        return state_words(AdoptionState(value))
    return known.get(value, str(value)) if name in {"field", "refund_way"} else str(value)


def face_words(face: Face | None) -> str:
    """Who somebody is: staff by name, adopters by the end of the phone, guests as such."""
    if face is None:
        return str(_("系统"))
    if face.username:
        return face.name or face.username
    if face.is_guest:
        return str(_("访客"))
    return str(_("尾号 %(digits)s", digits=face.phone_last4)) if face.phone_last4 else face.name


def for_templates() -> dict[str, Any]:
    """The words above, for the templates of the desk."""
    return {
        word.__name__: word for word in (act_words, face_words, field_words, state_words, value_words, wallet_words)
    }
