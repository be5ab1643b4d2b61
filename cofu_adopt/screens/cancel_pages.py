"""The desk ends an order: first what it would do, then, agreed and with a reason, exactly that. And what is held."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.adoptions import search_orders, show_order
from cofu_adopt.adoptions.cancel_by_staff import ENDED, cancel_by_staff, preview_cancel
from cofu_adopt.adoptions.errors import NotCancellable, PreviewOutdated, TwoPeopleNeeded
from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.core import access
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.reason import load_reason
from cofu_adopt.identity import find_people
from cofu_adopt.offers.name_offers import offer_names
from cofu_adopt.payments.errors import GatewayTrouble, PaymentDisputed, PaymentUnderWay
from cofu_adopt.screens.desk_roles import ACTORS, READERS
from cofu_adopt.screens.desk_words import for_templates

bp = Blueprint("desk_cancel", __name__, template_folder="templates", url_prefix="/desk")
bp.context_processor(for_templates)


@bp.get("/holds")
@access.allow(*READERS)
def holds() -> str:
    """What is held now, soonest to end first."""
    rows = search_orders.list_holds()
    return render_template(
        "screens/desk/holds.html",
        rows=rows,
        faces=find_people.faces({row.person_id for row in rows}),
        offers=offer_names(),
        minutes_left=search_orders.minutes_left,
    )


@bp.get("/orders/<code>/cancel")
@access.allow(*ACTORS)
def ask(code: str) -> Any:
    """What ending the order would do now."""
    if not preview_cancel(code).possible:
        return redirect(url_for("desk_orders.show", code=code))
    return _ask(code)


@bp.post("/orders/<code>/cancel")
@access.allow(*ACTORS, own_transactions=True, fresh=True)
def cancel(code: str) -> Any:
    """Do what was agreed; when the order has changed since, show the new preview and do nothing."""
    typed = request.form.get("reason", "")
    with unit_of_work(writes=False):
        before = preview_cancel(code).state
    try:
        reason = load_reason(typed)
        cancel_by_staff(code, reason=reason, agreed=request.form.get("agreed", ""))
    except Invalid as error:
        with unit_of_work(writes=False):
            return _ask(code, fault=error.fields["reason"], typed=typed), 422
    except (PreviewOutdated, PaymentUnderWay, PaymentDisputed, TwoPeopleNeeded) as error:
        with unit_of_work(writes=False):
            return _ask(code, refusal=error.message, typed=typed), error.status
    except NotCancellable:
        flash(_("这一单现在不能这样取消，什么都没有变。请看下面到了哪一步。"), "warn")
        return redirect(url_for("desk_orders.show", code=code))
    except GatewayTrouble as error:
        words = _("支付渠道没有回应，什么都没有变。过一会儿再试。")
        with unit_of_work(writes=False):
            return _ask(code, refusal=words, typed=typed), error.status
    if before in ENDED:
        flash(_("这一单早就结束了，这次什么都没有变，写的原因没有记下。"), "warn")
    else:
        flash(_("绳已放开。") if before is AdoptionState.HELD else _("已取消，退款在下面能看到。"))
    return redirect(url_for("desk_orders.show", code=code))


def _ask(code: str, *, refusal: str = "", fault: str = "", typed: str = "") -> str:
    order = show_order.get_detail(code)
    return render_template(
        "screens/desk/cancel.html",
        order=order,
        preview=preview_cancel(code),
        face=find_people.faces({order.person_id}).get(order.person_id),
        refusal=refusal,
        fault=fault,
        typed=typed,
    )
