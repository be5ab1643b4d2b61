"""/me/credit: a person's credit, where it came from, what it has paid, and the way back to money."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.adoptions.queries import names_of
from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.money import price
from cofu_adopt.payments import credit, refund_credit
from cofu_adopt.payments.errors import CreditChanged

bp = Blueprint("credit", __name__, template_folder="templates")


@bp.get("/me/credit")
@access.allow(Role.ADOPTER)
def show() -> str:
    """What there is, and what taking it back would do."""
    return _page()


@bp.post("/me/credit/refund")
@access.allow(Role.ADOPTER, writes=True)
def refund() -> Any:
    """Take all back as money, as the page said; when that is no longer what would happen, show the new figures."""
    try:
        done = refund_credit.refund_credit(access.signed_in().person_id, request.form.get("agreed", ""))
    except CreditChanged as error:
        return _page(error.message), error.status
    flash(_("%(amount)s 从余额里退出来了，下面能看到退到哪一步。", amount=price(done.amount_fen)))
    return redirect(url_for("credit.show"))


def _page(refusal: str = "") -> str:
    person_id = access.signed_in().person_id
    found = credit.credit_of(person_id)
    preview = refund_credit.preview_refund(person_id)
    return render_template(
        "adoptions/credit.html", credit=found, preview=preview, names=names_of(found.order_ids), refusal=refusal
    )
