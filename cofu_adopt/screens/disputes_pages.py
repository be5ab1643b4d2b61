"""The desk's disputes: what must be answered until when, what would be sent, and sending it once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from cofu_adopt.adoptions.name_orders import order_names
from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import Invalid
from cofu_adopt.identity import find_people
from cofu_adopt.payments.answer_dispute import LONGEST_NOTE, NOTE, collect_evidence, decide_answer, load_note
from cofu_adopt.payments.errors import DisputeNotOpen
from cofu_adopt.payments.read_disputes import MOST, get_dispute, list_disputes
from cofu_adopt.screens.desk_roles import READERS
from cofu_adopt.screens.desk_words import for_templates, provider_words
from cofu_adopt.screens.dispute_story import tell_dispute

bp = Blueprint("desk_disputes", __name__, template_folder="templates", url_prefix="/desk/disputes")
bp.context_processor(for_templates)
ACTORS = (Role.OPERATOR, Role.FINANCE_MAKER)
REASONS: dict[str, Any] = {
    "product_not_received": _l("说没收到货"),
    "product_unacceptable": _l("说货不对板"),
    "fraudulent": _l("说不是本人付的"),
    "duplicate": _l("说付了两次"),
    "credit_not_processed": _l("说该退的没退"),
    "unrecognized": _l("说认不出这笔款"),
    "subscription_canceled": _l("说已经退订"),
    "general": _l("没有写原因"),
}


@bp.get("")
@access.allow(*READERS)
def index() -> str:
    """The disputes: undecided first, by the day until which they must be answered."""
    before = request.args.get("before", "")
    rows = list_disputes(before=int(before[:18]) if before.isdecimal() else None)
    decided = [row for row in rows if row.is_decided]
    return render_template(
        "screens/desk/disputes.html",
        rows=rows,
        orders=order_names({row.order_id for row in rows}),
        reason_words=reason_words,
        older_before=decided[-1].id if len(decided) == MOST else None,
    )


@bp.get("/<id:dispute_id>")
@access.allow(*READERS)
def show(dispute_id: int) -> str:
    """One dispute with its story, and what is or would be sent."""
    return _show(dispute_id)


@bp.post("/<id:dispute_id>/answer")
@access.allow(*ACTORS, own_transactions=True, fresh=True)
def answer(dispute_id: int) -> Any:
    """Send what is shown, with the note. The clock carries it to the gateway, also when that is away now."""
    typed = request.form.get("note", "")
    try:
        note = load_note(typed)
        with unit_of_work("dispute.decide_answer"):
            decide_answer(dispute_id, note)
    except Invalid as error:
        with unit_of_work(writes=False):
            return _show(dispute_id, fault=error.fields[NOTE], typed=typed), error.status
    except DisputeNotOpen as error:
        with unit_of_work(writes=False):
            return _show(dispute_id, refusal=error.message, typed=typed), error.status
    flash(_("答复已定下，马上交给支付渠道。"))
    return redirect(url_for("desk_disputes.show", dispute_id=dispute_id))


def reason_words(reason: str) -> str:
    """Why the payer disputes, as the bank says it."""
    return str(REASONS.get(reason, reason))


def _show(dispute_id: int, *, fault: str = "", refusal: str = "", typed: str = "") -> str:
    dispute = get_dispute(dispute_id)
    steps = tell_dispute(dispute)
    return render_template(
        "screens/desk/dispute.html",
        dispute=dispute,
        order=order_names({dispute.order_id})[dispute.order_id],
        evidence=collect_evidence(dispute_id) if dispute.answerable else dispute.evidence,
        steps=steps,
        faces=find_people.faces({step.act.actor_id for step in steps if step.act}),
        reason_words=reason_words,
        provider_words=provider_words,
        longest=LONGEST_NOTE,
        fault=fault,
        refusal=refusal,
        typed=typed,
    )
