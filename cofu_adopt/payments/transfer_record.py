"""Write a line of the bank down: the money is in the books at once, in suspense until somebody says what it is."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from cofu_adopt.core import audit, clock
from cofu_adopt.core.db import db, map_constraint
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.ledger.post import post_entry, reverse_entry
from cofu_adopt.payments.transfer_errors import LineKnown, LineTaken
from cofu_adopt.payments.transfer_gateway import TransferGateway, find_transfer
from cofu_adopt.payments.transfer_models import BankLine, LineMatch
from cofu_adopt.payments.transfer_rules import read_fen

SUSPENSE = "Suspense:BankCredit"
"""Money on our account of which nobody has said yet what it is for, or whose whole amount has not come."""
LONGEST_REF, LONGEST_PAYER, LONGEST_REMARK = 64, 60, 140
BANK_REF = re.compile(rf"[0-9A-Z][0-9A-Z/_.-]{{3,{LONGEST_REF - 1}}}")
map_constraint("uq_bank_line_bank_ref", LineKnown)


def load_line(typed: dict[str, str]) -> dict[str, object]:
    """What was typed of a bank line, understood. Raises Invalid with a sentence for each field."""
    faults: dict[str, str] = {}
    bank_ref = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed.get("bank_ref", ""))).upper()
    if not BANK_REF.fullmatch(bank_ref):
        faults["bank_ref"] = _("银行流水号是字母和数字，至少 4 位，请照银行的抄。")
    amount_fen = read_fen(typed.get("amount", ""))
    if amount_fen is None:
        faults["amount"] = _("金额看不懂，请写成 198.00，最多两位小数。")
    paid_on = _read_day(typed.get("paid_on", ""))
    if paid_on is None or paid_on > clock.today():
        faults["paid_on"] = _("请填到账那天，不能在今天以后。")
    payer, remark = _tidy(typed.get("payer", "")), _tidy(typed.get("remark", ""))
    if not payer or len(payer) > LONGEST_PAYER:
        faults["payer"] = _("请填付款人户名，最多 %(count)s 个字。", count=LONGEST_PAYER)
    if len(remark) > LONGEST_REMARK:
        faults["remark"] = _("附言最多 %(count)s 个字。", count=LONGEST_REMARK)
    if faults:
        raise Invalid(faults)
    return {"bank_ref": bank_ref, "amount_fen": amount_fen, "paid_on": paid_on, "payer": payer, "remark": remark}


def record_line(person_id: int, *, bank_ref: str, amount_fen: int, paid_on: date, payer: str, remark: str) -> BankLine:
    """Write a line down in the open unit of work, with its entry. Raises LineKnown for a line that was there before.

    One person is enough for money that comes in: the bank's own number makes it count once, and the bank's statement
    shows every line that was made up.
    """
    account = account_number(_account())
    known = select(BankLine.id).where(
        BankLine.account == account, BankLine.bank_ref == bank_ref, BankLine.voided_at.is_(None)
    )
    if db.session.scalar(known) is not None:
        raise LineKnown
    line = BankLine(
        account=account,
        bank_ref=bank_ref,
        amount_fen=amount_fen,
        currency=current_app.extensions["settings"].currency,
        paid_on=paid_on,
        payer=payer,
        remark=remark,
        recorded_by=person_id,
        recorded_at=clock.now(),
    )
    db.session.add(line)
    db.session.flush()
    post_entry(
        f"bankline:{line.id}:recorded",
        [(f"Bank:{account}", amount_fen), (SUSPENSE, -amount_fen)],
        memo=f"bank line {bank_ref}",
        currency=line.currency,
        effective_on=paid_on,
    )
    audit.record("bank_line.record", "bank_line", line.id, after={"bank_ref": bank_ref, "amount_fen": amount_fen})
    return line


def void_line(line_id: int, person_id: int, reason: str) -> None:
    """Take a line back that was written down wrongly and is not counted, in the open unit of work.

    Its entry is reversed and its number is free for the right line. Raises NotFound, LineTaken.
    """
    line = lock_idle_line(line_id)
    line.voided_by, line.voided_at = person_id, clock.now()
    reverse_entry(
        f"bankline:{line.id}:voided", of_source=f"bankline:{line.id}:recorded", memo=f"bank line {line.bank_ref}"
    )
    audit.record("bank_line.void", "bank_line", line.id, after={"bank_ref": line.bank_ref, "reason": reason})


def lock_idle_line(line_id: int) -> BankLine:
    """The line, locked, of which nothing is said yet. Raises NotFound; LineTaken when somebody was quicker."""
    line = db.session.get(BankLine, line_id, with_for_update=True, populate_existing=True)
    if line is None:
        raise NotFound
    counted = select(LineMatch.id).where(LineMatch.line_id == line_id, LineMatch.undone_at.is_(None))
    if line.voided_at or line.return_asked_at or db.session.scalar(counted) is not None:
        raise LineTaken
    return line


def account_number(gateway: TransferGateway) -> str:
    """The account's number as the books name it."""
    return "".join(gateway.number.split())


def _account() -> TransferGateway:
    found = find_transfer()
    if found is None:
        raise NotFound
    return found


def _read_day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


def _tidy(typed: str) -> str:
    shown = "".join(one for one in typed if unicodedata.category(one) not in {"Cc", "Cf", "Cs"} or one.isspace())
    return " ".join(shown.split())
