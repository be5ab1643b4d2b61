"""What messages say, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from cofu_adopt.core import clock
from cofu_adopt.core.money import price


@dataclass(frozen=True, slots=True)
class Text:
    """A message as read: a headline, a body, and where it leads."""

    title: str
    body: str
    href: str | None


def _adopted(params: dict[str, Any]) -> Text:
    return Text(
        _("%(rope)s 是您的了", rope=params["rope"]),
        _(
            "付款 %(amount)s 已收到，订单号 %(code)s。养殖户会照看它到采收，收据在订单页上。",
            amount=price(params["amount_fen"]),
            code=params["code"],
        ),
        f"/orders/{params['code']}",
    )


def _refund_due(params: dict[str, Any]) -> Text:
    bodies = {
        "cancelled_by_staff": _("工坊取消了 %(rope)s。", rope=params["rope"]),
        "cancelled": _("%(rope)s 已取消。", rope=params["rope"]),
        "second_payment": _("%(rope)s 付了两次，多付的一笔退给您，绳还是您的。", rope=params["rope"]),
        "overpaid": _("%(rope)s 的转账多了，多的退给您，绳还是您的。", rope=params["rope"]),
        "underpaid": _("%(rope)s 的转账没有转足，收到的退给您。", rope=params["rope"]),
        "paid_too_late": _("付款到的时候，%(rope)s 已经被别人认走了。", rope=params["rope"]),
    }
    if params["by_hand"]:
        return Text(
            _("%(amount)s 会另外转给您", amount=price(params["amount_fen"])),
            bodies[params["reason"]] + _("这笔钱要另外转，工坊会联系您，把钱转到您指定的账户。"),
            f"/orders/{params['code']}",
        )
    return Text(
        _("退款 %(amount)s 已在路上", amount=price(params["amount_fen"])),
        bodies[params["reason"]] + _("钱会原路退回，一般 1–3 天到账。到了再告诉您。"),
        f"/orders/{params['code']}",
    )


def _refunded(params: dict[str, Any]) -> Text:
    return Text(
        _("退款 %(amount)s 已退回", amount=price(params["amount_fen"])),
        _("%(rope)s 的钱已经原路退回。", rope=params["rope"]),
        f"/orders/{params['code']}",
    )


def _transfer_asked(params: dict[str, Any]) -> Text:
    return Text(
        _("请转账 %(amount)s，附言写 %(ref)s", amount=price(params["amount_fen"]), ref=params["ref"]),
        _(
            "%(rope)s 为您留到 %(until)s。收款户名和账号在订单页上；钱到了再告诉您。",
            rope=params["rope"],
            until=_moment(params),
        ),
        f"/orders/{params['code']}",
    )


def _transfer_short(params: dict[str, Any]) -> Text:
    return Text(
        _(
            "收到 %(amount)s，还差 %(missing)s",
            amount=price(params["amount_fen"]),
            missing=price(params["missing_fen"]),
        ),
        _(
            "请在 %(until)s 前把差的转过来，附言还写 %(ref)s，%(rope)s 才是您的。到时没有转足，收到的全部退给您。",
            until=_moment(params),
            ref=params["ref"],
            rope=params["rope"],
        ),
        f"/orders/{params['code']}",
    )


def _transfer_over(params: dict[str, Any]) -> Text:
    return Text(
        _("没有等到转账，%(rope)s 已放开", rope=params["rope"]),
        _(
            "等到 %(until)s，%(amount)s 没有到齐。请不要再转；已经转出的，到了会处理，钱不会丢。",
            until=_moment(params),
            amount=price(params["amount_fen"]),
        ),
        f"/orders/{params['code']}",
    )


def _transfer_undone(params: dict[str, Any]) -> Text:
    return Text(
        _("%(rope)s 的到账弄错了，还在等您的转账", rope=params["rope"]),
        _(
            "工坊把别人的一笔钱算到了您这一单。对不起。绳还为您留到 %(until)s；您转过的话，请联系工坊。",
            until=_moment(params),
        ),
        f"/orders/{params['code']}",
    )


def _moment(params: dict[str, Any]) -> str:
    return clock.moment_words(datetime.fromisoformat(params["until"]))


TEXTS: dict[str, Callable[[dict[str, Any]], Text]] = {
    "adopted": _adopted,
    "refund_due": _refund_due,
    "refunded": _refunded,
    "transfer_asked": _transfer_asked,
    "transfer_short": _transfer_short,
    "transfer_over": _transfer_over,
    "transfer_undone": _transfer_undone,
}


def text_of(template: str, params: dict[str, Any]) -> Text:
    """The text of a message in the language of the moment."""
    return TEXTS[template](params)


def sms_text(payload: dict[str, Any], code: str) -> str:
    """The text of a sign-in code."""
    minutes = payload["minutes"]
    return str(_("【格子海】验证码 %(code)s，%(minutes)s 分钟内有效。请不要告诉别人。", code=code, minutes=minutes))
