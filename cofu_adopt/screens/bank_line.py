"""What staff type of the bank's line when a refund was paid by hand, and of the day on which it came back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

from cofu_adopt.core import clock
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.showable import is_showable, unshowable
from cofu_adopt.payments.house_rules import house
from cofu_adopt.payments.refund_transfer import Evidence

LONGEST_REFERENCE, LONGEST_NOTE = 64, 200


def load_evidence(typed: Mapping[str, str]) -> Evidence:
    """What was typed of the bank's line: bank_account, bank_reference, paid_on, note. Raises Invalid."""
    faults: dict[str, str] = {}
    bank_account = typed.get("bank_account", "")
    reference = " ".join(typed.get("bank_reference", "").split())
    note = " ".join(typed.get("note", "").split())
    paid_on = clock.today()
    if bank_account not in house().bank_accounts:
        faults["bank_account"] = _("请选从哪个账户付的。")
    if not reference:
        faults["bank_reference"] = _("请填银行流水号，这是付了款的凭据。")
    elif len(reference) > LONGEST_REFERENCE:
        faults["bank_reference"] = _("流水号最多 %(count)s 个字。", count=LONGEST_REFERENCE)
    if len(note) > LONGEST_NOTE:
        faults["note"] = _("备注最多 %(count)s 个字。", count=LONGEST_NOTE)
    faults |= {
        name: unshowable() for name, value in (("bank_reference", reference), ("note", note)) if not is_showable(value)
    }
    try:
        paid_on = load_past_day(typed, "paid_on")
    except Invalid as error:
        faults |= error.fields
    if faults:
        raise Invalid(faults)
    return Evidence(bank_account, reference, paid_on, note)


def load_past_day(typed: Mapping[str, str], name: str) -> date:
    """A day that has come. Raises Invalid."""
    try:
        day = date.fromisoformat(typed.get(name, ""))
    except ValueError as error:
        raise Invalid({name: _("日期看不懂，请写成 2026-09-12。")}) from error
    if day > clock.today():
        raise Invalid({name: _("这一天还没有到。")})
    return day
