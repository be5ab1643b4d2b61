"""Send a line that belongs to nobody back to its sender: one person asks, another does it and has the bank's number."""

from __future__ import annotations

import re
import unicodedata

from flask_babel import gettext as _

from cofu_adopt.core import audit, clock
from cofu_adopt.core.db import db, map_constraint
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.ledger.post import post_entry
from cofu_adopt.payments.transfer_errors import LineTaken, NotYourOwn
from cofu_adopt.payments.transfer_models import BankLine
from cofu_adopt.payments.transfer_record import BANK_REF, SUSPENSE, lock_idle_line

map_constraint("ck_bank_line_returned_by_another", NotYourOwn)
map_constraint("ck_line_match_undone_by_another", NotYourOwn)


def ask_return(line_id: int, person_id: int, reason: str) -> None:
    """Ask for a line to be sent back, in the open unit of work. Raises NotFound, LineTaken."""
    line = lock_idle_line(line_id)
    line.return_asked_by, line.return_asked_at, line.return_reason = person_id, clock.now(), reason
    audit.record("bank_line.ask_return", "bank_line", line.id, after={"amount_fen": line.amount_fen, "reason": reason})


def drop_return(line_id: int) -> None:
    """Do not send it back after all, in the open unit of work. Raises NotFound, LineTaken."""
    line = _lock_asked(line_id)
    before = {"reason": line.return_reason}
    line.return_asked_by = line.return_asked_at = line.return_reason = None
    audit.record("bank_line.drop_return", "bank_line", line.id, before=before)


def confirm_return(line_id: int, person_id: int, return_ref: str) -> None:
    """Book that the bank has sent it back under `return_ref`, by another person, in the open unit of work.

    Raises NotFound, LineTaken, NotYourOwn, Invalid.
    """
    line = _lock_asked(line_id)
    if line.return_asked_by == person_id:
        raise NotYourOwn
    tidy = re.sub(r"\s", "", unicodedata.normalize("NFKC", return_ref)).upper()
    if not BANK_REF.fullmatch(tidy):
        raise Invalid({"return_ref": _("银行流水号是字母和数字，至少 4 位，请照银行的抄。")})
    line.returned_by, line.returned_at, line.return_ref = person_id, clock.now(), tidy
    post_entry(
        f"bankline:{line.id}:returned",
        [(SUSPENSE, line.amount_fen), (f"Bank:{line.account}", -line.amount_fen)],
        memo=f"bank line {line.bank_ref} sent back, {tidy}",
        currency=line.currency,
    )
    audit.record("bank_line.return", "bank_line", line.id, after={"amount_fen": line.amount_fen, "bank_ref": tidy})


def _lock_asked(line_id: int) -> BankLine:
    line = db.session.get(BankLine, line_id, with_for_update=True, populate_existing=True)
    if line is None:
        raise NotFound
    if line.return_asked_at is None or line.returned_at is not None:
        raise LineTaken
    return line
