"""What messages say, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from cofu_adopt.core.money import price


@dataclass(frozen=True, slots=True)
class Text:
    """A message as read: a headline, a body, and where it leads."""

    title: str
    body: str
    href: str | None


def _adopted(params: dict[str, Any]) -> Text:
    credit = _("其中余额抵 %(amount)s。", amount=price(params["credit_fen"])) if params.get("credit_fen") else ""
    return Text(
        _("%(rope)s 是您的了", rope=params["rope"]),
        _(
            "付款 %(amount)s 已收到，订单号 %(code)s。养殖户会照看它到采收，收据在订单页上。",
            amount=price(params["amount_fen"]),
            code=params["code"],
        )
        + credit,
        f"/orders/{params['code']}",
    )


def _refund_due(params: dict[str, Any]) -> Text:
    bodies = {
        "cancelled_by_staff": _("工坊取消了 %(rope)s。", rope=params["rope"]),
        "cancelled": _("%(rope)s 已取消。", rope=params["rope"]),
        "second_payment": _("%(rope)s 付了两次，多付的一笔退给您，绳还是您的。", rope=params["rope"]),
        "credit_gone": _("付款到的时候，要抵 %(rope)s 的余额已经用掉了，不够付这一单。", rope=params["rope"]),
        "paid_too_late": _("付款到的时候，%(rope)s 已经被别人认走了。", rope=params["rope"]),
    }
    credit = (
        _("余额 %(amount)s 已退回您的余额。", amount=price(params["credit_fen"])) if params.get("credit_fen") else ""
    )
    if params["by_hand"]:
        return Text(
            _("%(amount)s 会另外转给您", amount=price(params["amount_fen"])),
            bodies[params["reason"]] + _("付款太久，不能原路退回了，工坊会联系您，把钱转到您指定的账户。") + credit,
            f"/orders/{params['code']}",
        )
    return Text(
        _("退款 %(amount)s 已在路上", amount=price(params["amount_fen"])),
        bodies[params["reason"]] + _("钱会原路退回，一般 1–3 天到账。到了再告诉您。") + credit,
        f"/orders/{params['code']}",
    )


def _credit_again(params: dict[str, Any]) -> Text:
    return Text(
        _("%(amount)s 已退回您的余额", amount=price(params["amount_fen"])),
        _("%(rope)s 已取消。这一单是用余额付的，现在又是您的余额，随时可以用，也可以退成现金。", rope=params["rope"]),
        f"/orders/{params['code']}",
    )


def _refunded(params: dict[str, Any]) -> Text:
    return Text(
        _("退款 %(amount)s 已退回", amount=price(params["amount_fen"])),
        _("%(rope)s 的钱已经原路退回。", rope=params["rope"]),
        f"/orders/{params['code']}",
    )


TEXTS: dict[str, Callable[[dict[str, Any]], Text]] = {
    "adopted": _adopted,
    "refund_due": _refund_due,
    "refunded": _refunded,
    "credit_again": _credit_again,
}


def text_of(template: str, params: dict[str, Any]) -> Text:
    """The text of a message in the language of the moment."""
    return TEXTS[template](params)


def sms_text(payload: dict[str, Any], code: str) -> str:
    """The text of a sign-in code."""
    minutes = payload["minutes"]
    return str(_("【格子海】验证码 %(code)s，%(minutes)s 分钟内有效。请不要告诉别人。", code=code, minutes=minutes))
