"""What messages say, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from cofu_adopt.core import clock
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
        "overpaid": _("%(rope)s 的转账多了，多的退给您，绳还是您的。", rope=params["rope"]),
        "underpaid": _("%(rope)s 的转账没有转足，收到的退给您。", rope=params["rope"]),
        "dispute_lost": _("付款人的银行退回了 %(rope)s 的一部分钱，这一单结束，剩下的也退。", rope=params["rope"]),
        "goodwill": _("%(rope)s 还是您的，这是工坊补给您的一部分。", rope=params["rope"]),
        "price_adjustment": _("%(rope)s 还是您的，差价退给您。", rope=params["rope"]),
        "credit_gone": _("付款到的时候，要抵 %(rope)s 的余额已经用掉了，不够付这一单。", rope=params["rope"]),
        "paid_too_late": _("付款到的时候，%(rope)s 已经被别人认走了。", rope=params["rope"]),
    }
    credit = (
        _("余额付的 %(amount)s 已退回您的余额。", amount=price(params["credit_fen"]))
        if params.get("credit_fen")
        else ""
    )
    why = bodies.get(params["reason"], "")
    if params["by_hand"]:
        return Text(
            _("%(amount)s 会另外转给您", amount=price(params["amount_fen"])),
            why + _("这笔钱不能原路退回。请告诉我们转到哪个账户，收到账户后工坊就办。") + credit,
            _account_href(params),
        )
    return Text(
        _("退款 %(amount)s 已在路上", amount=price(params["amount_fen"])),
        why + _("钱会原路退回，哪天到写在订单页上。到了再告诉您。") + credit,
        f"/orders/{params['code']}",
    )


def _refunded(params: dict[str, Any]) -> Text:
    return Text(
        _("退款 %(amount)s 已退回", amount=price(params["amount_fen"])),
        _("%(rope)s 的钱已经原路退回。", rope=params["rope"]),
        f"/orders/{params['code']}",
    )


def _credited(params: dict[str, Any]) -> Text:
    why = (
        _("%(rope)s 没能留住，照您选的，付的钱记成了余额。", rope=params["rope"])
        if params["chosen"]
        else _("%(rope)s 这一单结束了，用余额付的又是您的余额。", rope=params["rope"])
    )
    return Text(
        _("%(amount)s 在您的余额里", amount=price(params["amount_fen"])),
        why + _("下次认养可以用，也随时可以退成现金。"),
        "/me/credit",
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


def _refund_failed(params: dict[str, Any]) -> Text:
    return Text(
        _("退款 %(amount)s 没能退成", amount=price(params["amount_fen"])),
        _(
            "%(rope)s 的钱这一次没能原路退回，一分不少还是您的。工坊会再退一次，或请您给收款账户，定了就告诉您。",
            rope=params["rope"],
        ),
        f"/orders/{params['code']}",
    )


def _refund_again(params: dict[str, Any]) -> Text:
    return Text(
        _("退款 %(amount)s 又退了一次", amount=price(params["amount_fen"])),
        _("%(rope)s 的钱重新原路退回，哪天到写在订单页上。到了再告诉您。", rope=params["rope"]),
        f"/orders/{params['code']}",
    )


def _refund_account(params: dict[str, Any]) -> Text:
    return Text(
        _("请告诉我们 %(amount)s 转到哪里", amount=price(params["amount_fen"])),
        _("%(rope)s 的钱不能原路退回，工坊另外转给您。请填收款账户，收到账户后工坊就办。", rope=params["rope"]),
        _account_href(params),
    )


def _refund_paid(params: dict[str, Any]) -> Text:
    return Text(
        _("%(amount)s 已转给您", amount=price(params["amount_fen"])),
        _(
            "%(rope)s 的退款已转到 %(to)s，一般当天到，最晚两天。没收到请找工坊。",
            rope=params["rope"],
            to=params["to"],
        ),
        f"/orders/{params['code']}",
    )


def _refund_returned(params: dict[str, Any]) -> Text:
    return Text(
        _("%(amount)s 被银行退了回来", amount=price(params["amount_fen"])),
        _("%(rope)s 的退款没能转进您给的账户，钱还是您的。请核对账户，再填一次。", rope=params["rope"]),
        _account_href(params),
    )


def _account_href(params: dict[str, Any]) -> str:
    if "refund_id" not in params:
        return f"/orders/{params['code']}"
    return f"/orders/{params['code']}/refunds/{params['refund_id']}/account"


def _remedy_opened(params: dict[str, Any]) -> Text:
    causes = {"late_payment": _("付款到的时候，%(rope)s 刚被别人认走。", rope=params["rope"])}
    return Text(
        _("%(rope)s 没能留住，请选怎么办", rope=params["rope"]),
        causes[params["cause"]]
        + _(
            "您付的 %(amount)s 已收到，一分不少。可以换一样的、记成余额，也可以全额退款。"
            "%(time)s 前没有选，就全额退款。",
            amount=price(params["amount_fen"]),
            time=clock.moment_words(datetime.fromisoformat(params["until"])),
        ),
        f"/orders/{params['code']}/remedy",
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


def _post_reminder(params: dict[str, Any]) -> Text:
    plots = params["plot"]
    if params["plots"] > 1:
        plots = _("%(plot)s 等 %(count)s 桁", plot=params["plot"], count=params["plots"])
    waiting = params["adopters"]
    wait = ngettext("%(num)s 位认养人在等。", "%(num)s 位认养人在等。", waiting) if waiting else ""
    return Text(
        _("%(plots)s：该发一条记录了", plots=plots),
        wait + _("到海上时拍一张照片，写一句也行。"),
        "/household",
        is_about_money=False,
    )


def _asked(params: dict[str, Any]) -> Text:
    return Text(
        _("有认养人问您"),
        _("问的是您%(day)s那一篇。回一句，这一桁的认养人都看得到。", day=_day(params)),
        "/household/questions",
        is_about_money=False,
    )


def _answered(params: dict[str, Any]) -> Text:
    return Text(
        _("%(rope)s：您问的有人回了", rope=params["rope"]),
        _(
            "%(who)s回了您在%(day)s那一篇下面问的。",
            who=_("工坊") if params["by_workshop"] else _who(params),
            day=_day(params),
        ),
        f"/my/ropes/{params['code']}/updates/{params['update_id']}",
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


def _webhook_off(params: dict[str, Any]) -> Text:
    why = _("对方说不再收了。") if params["reason"] == "gone" else _("三天没有一次送到。")
    return Text(
        _("推送停了：%(name)s", name=params["name"]),
        why + _("问过对方，好了就开启，再把没送到的重发。"),
        f"/desk/webhooks/{params['id']}",
        is_about_money=False,
    )


TEXTS: dict[str, Callable[[dict[str, Any]], Text]] = {
    "adopted": _adopted,
    "refund_due": _refund_due,
    "refunded": _refunded,
    "credited": _credited,
    "refund_failed": _refund_failed,
    "refund_again": _refund_again,
    "refund_account": _refund_account,
    "refund_paid": _refund_paid,
    "refund_returned": _refund_returned,
    "transfer_asked": _transfer_asked,
    "transfer_short": _transfer_short,
    "transfer_over": _transfer_over,
    "transfer_undone": _transfer_undone,
    "remedy_opened": _remedy_opened,
    "update": _update,
    "first_photo": _first_photo,
    "market_size": _market_size,
    "harvest_opens": _harvest_opens,
    "digest": _digest,
    "post_reminder": _post_reminder,
    "asked": _asked,
    "answered": _answered,
    "confirm_email": _confirm_email,
    "webhook_off": _webhook_off,
}


def text_of(template: str, params: dict[str, Any]) -> Text:
    """The text of a message in the language of the moment."""
    if params.get("of") != "credit":
        return TEXTS[template](params)
    # A refund of credit: the rope that its money once paid for says nothing to the reader.
    text = TEXTS[template]({**params, "rope": _("余额")})
    is_about_order = text.href == f"/orders/{params['code']}"
    return replace(text, href="/me/credit") if is_about_order else text


def sms_text(payload: dict[str, Any], code: str) -> str:
    """The text of a sign-in code."""
    minutes = payload["minutes"]
    return str(_("【格子海】验证码 %(code)s，%(minutes)s 分钟内有效。请不要告诉别人。", code=code, minutes=minutes))


def note_sms_text(template: str, params: dict[str, Any]) -> tuple[str, str]:
    """The headline of an SMS about a rope, and its text: no more, as each character costs."""
    title = text_of(template, params).title
    return title, str(_("【格子海】%(title)s。", title=title))
