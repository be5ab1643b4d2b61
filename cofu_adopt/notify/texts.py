"""What messages say, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from cofu_adopt.core.clock import day_words
from cofu_adopt.core.money import price


@dataclass(frozen=True, slots=True)
class Text:
    """A message as read: a headline, a body, and where it leads."""

    title: str
    body: str
    href: str | None
    is_about_money: bool = True


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
        "paid_too_late": _("付款到的时候，%(rope)s 已经被别人认走了。", rope=params["rope"]),
    }
    if params["by_hand"]:
        return Text(
            _("%(amount)s 会另外转给您", amount=price(params["amount_fen"])),
            bodies[params["reason"]] + _("付款太久，不能原路退回了，工坊会联系您，把钱转到您指定的账户。"),
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


def _update(params: dict[str, Any]) -> Text:
    photos = params["photos"]
    with_photos = ngettext("，有 %(num)s 张照片", "，有 %(num)s 张照片", photos) if photos else ""
    return Text(
        _("%(ropes)s：有新的记录", ropes=_ropes(params)),
        _("%(day)s，%(who)s记了一笔", who=_who(params), day=_day(params)) + with_photos + _("。"),
        _rope_href(params),
        is_about_money=False,
    )


def _first_photo(params: dict[str, Any]) -> Text:
    return Text(
        _("%(ropes)s：第一张照片到了", ropes=_ropes(params)),
        _("%(day)s，%(who)s在海上拍的。以后它怎么长，都记在同一页上。", who=_who(params), day=_day(params)),
        _rope_href(params),
        is_about_money=False,
    )


def _market_size(params: dict[str, Any]) -> Text:
    return Text(
        _("%(ropes)s：该长到 %(mm)s 毫米了", ropes=_ropes(params), mm=params["mm"]),
        _("这是照最近一次测量推算的，已经够大。什么时候采收，还要看窗口和海况。"),
        _rope_href(params),
        is_about_money=False,
    )


def _harvest_opens(params: dict[str, Any]) -> Text:
    return Text(
        _("%(ropes)s：采收窗口今天开了", ropes=_ropes(params)),
        _("从今天起，养殖户看海况安排采收。定下哪一天，再告诉您。"),
        _rope_href(params),
        is_about_money=False,
    )


def _digest(params: dict[str, Any]) -> Text:
    return Text(
        _("%(ropes)s：这一周", ropes=_ropes(params)),
        ngettext("养殖户记了 %(num)s 笔，都在绳的页上。", "养殖户记了 %(num)s 笔，都在绳的页上。", params["posts"]),
        _rope_href(params),
        is_about_money=False,
    )


def _confirm_email(params: dict[str, Any]) -> Text:
    return Text(
        _("请确认这个邮箱"),
        _("有人把这个邮箱填作格子海的消息邮箱。是您的话，点开下面的链接确认，两天内有效。不是您，不用理会。"),
        f"/confirm-email/{params['token']}",
        is_about_money=False,
    )


def _ropes(params: dict[str, Any]) -> str:
    if params["ropes"] == 1:
        return str(params["rope"])
    return str(_("%(rope)s 等 %(count)s 串", rope=params["rope"], count=params["ropes"]))


def _who(params: dict[str, Any]) -> str:
    return str(_("%(name)s家", name=params["household"]) if params["household"] else _("那户养殖户"))


def _day(params: dict[str, Any]) -> str:
    return day_words(date.fromisoformat(params["day"]))


def _rope_href(params: dict[str, Any]) -> str:
    return f"/orders/{params['code']}" if params["ropes"] == 1 else "/my/ropes"


TEXTS: dict[str, Callable[[dict[str, Any]], Text]] = {
    "adopted": _adopted,
    "refund_due": _refund_due,
    "refunded": _refunded,
    "update": _update,
    "first_photo": _first_photo,
    "market_size": _market_size,
    "harvest_opens": _harvest_opens,
    "digest": _digest,
    "confirm_email": _confirm_email,
}


def text_of(template: str, params: dict[str, Any]) -> Text:
    """The text of a message in the language of the moment."""
    return TEXTS[template](params)


def sms_text(payload: dict[str, Any], code: str) -> str:
    """The text of a sign-in code."""
    minutes = payload["minutes"]
    return str(_("【格子海】验证码 %(code)s，%(minutes)s 分钟内有效。请不要告诉别人。", code=code, minutes=minutes))


def note_sms_text(template: str, params: dict[str, Any]) -> str:
    """The text of an SMS about a rope: its headline, as each character costs."""
    return str(_("【格子海】%(title)s。", title=text_of(template, params).title))
