"""What the desk calls states, ways of paying, and the acts and fields of the audit log."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.core.money import price
from cofu_adopt.identity.find_people import Face

STATES: dict[str, Any] = {
    AdoptionState.HELD: _l("待支付"),
    AdoptionState.PAID: _l("已认养"),
    AdoptionState.HARVESTED: _l("已采收"),
    AdoptionState.DELIVERED: _l("已签收"),
    AdoptionState.EXPIRED: _l("已过时"),
    AdoptionState.CANCELLED: _l("已取消"),
    AdoptionState.REFUNDED: _l("已退款"),
    AdoptionState.LOST: _l("绝收"),
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
}
ACTS: dict[str, Any] = {
    "adoption.cancel": _l("认养人取消订单"),
    "adoption.cancel_by_staff": _l("工坊取消订单"),
    "adoption.reveal": _l("查看收货信息"),
    "farm.import": _l("导入一季"),
    "growth.hide": _l("撤下生长记录"),
    "growth.restore": _l("放出生长记录"),
    "growth.accept_reading": _l("量的数算数"),
    "growth.reject_reading": _l("量的数不算"),
    "growth.people": _l("照片上的人"),
    "growth.revoke_people": _l("收回有人的照片"),
    "household.reveal": _l("查看养殖户信息"),
    "household.story": _l("改养殖户介绍"),
    "offer.draft": _l("起草方案"),
    "offer.change": _l("改方案"),
    "offer.publish": _l("发布方案"),
    "offer.stop": _l("停售方案"),
    "orders.export": _l("导出订单"),
    "households.export": _l("导出养殖户"),
    "staff.enrol": _l("登记员工"),
    "bank_line.record": _l("登记到款"),
    "bank_line.match": _l("到款算到转账"),
    "bank_line.undo": _l("撤回到款"),
    "bank_line.void": _l("作废到款"),
    "bank_line.ask_return": _l("申请退回到款"),
    "bank_line.drop_return": _l("不退回到款了"),
    "bank_line.return": _l("到款已退回"),
    "totp.set_up": _l("设置两步验证"),
    "totp.reset": _l("重设两步验证"),
    "totp.recover": _l("用掉一个恢复码"),
    "totp.recovery_codes": _l("换一批恢复码"),
    "person.end_sessions": _l("在各处退出"),
}
FIELDS: dict[str, Any] = {
    "state": _l("状态"),
    "reason": _l("原因"),
    "refund_fen": _l("退款"),
    "amount_fen": _l("金额"),
    "bank_ref": _l("银行流水号"),
    "transfer": _l("转账"),
    "meaning": _l("算作"),
    "refund_way": _l("怎样退"),
    "after_cutoff": _l("过了自助取消日"),
    "field": _l("哪一项"),
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
    "codes_left": _l("还剩的恢复码"),
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
}
VALUES: dict[str, Any] = {
    "phone": _l("手机号"),
    "bank_account": _l("银行账号"),
    "delivery": _l("收货信息"),
    "wallet": _l("原路退回"),
    "by_hand": _l("另外转账"),
    "none": _l("没有付款，不用退"),
}


def state_words(state: AdoptionState) -> str:
    """The state of an order."""
    return str(STATES[state])


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


def act_words(act: str) -> str:
    """An act of the audit log; an act that nobody named yet is shown as it is stored."""
    return str(ACTS.get(act, act))


def field_words(name: str) -> str:
    """A field of the audit log."""
    return str(FIELDS.get(name, name))


def value_words(name: str, value: Any) -> str:
    """A value of the audit log as people read it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, list):
        return str(_("、")).join(str(one) for one in value) or "–"
    if isinstance(value, int):
        return _number_words(name.rpartition(".")[2], value)
    words = STATES | OFFER_STATES if name == "state" else VALUES if name in {"field", "refund_way"} else {}
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
    return {
        word.__name__: word for word in (act_words, face_words, field_words, state_words, value_words, wallet_words)
    }
