"""Where the adopter wants a refund by hand: checked, encrypted, shown masked, revealed for a reason, erased at last."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update

from cofu_adopt.core import audit, clock
from cofu_adopt.core.crypto import mask
from cofu_adopt.core.db import db
from cofu_adopt.core.due import Due
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.core.showable import is_showable, unshowable
from cofu_adopt.payments.errors import AccountFixed
from cofu_adopt.payments.models import Refund, RefundState
from cofu_adopt.payments.refund import lock_refund
from cofu_adopt.payments.refund_models import AccountKind, RefundAccount, RefundTransfer, TransferState
from cofu_adopt.payments.refund_rules import OWED_BY_HAND, number_fault

ERASE_ACCOUNT = "erase_account"
LONGEST_HOLDER, LONGEST_BANK, LONGEST_NUMBER = 30, 30, 50


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it was typed, tidied."""

    kind: AccountKind
    holder: str
    number: str
    bank: str | None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as pages show it."""

    id: int
    kind: AccountKind
    holder_masked: str
    number_masked: str
    bank: str | None
    given_at: datetime
    erased_at: datetime | None


def load_account(typed: Mapping[str, str]) -> Account:
    """The account that was typed: kind, holder, number, bank. Raises Invalid with a sentence for each fault."""
    try:
        kind = AccountKind(typed.get("kind", ""))
    except ValueError as error:
        raise Invalid({"kind": _("请选钱转到哪里。")}) from error
    holder, number, bank = (_tidy(typed.get(name, "")) for name in ("holder", "number", "bank"))
    number = number.replace(" ", "")
    if kind is AccountKind.BANK_CARD:
        number = number.replace("-", "")
    faults = _faults(kind, holder, number, bank)
    if faults:
        raise Invalid(faults)
    return Account(kind, holder, number, bank if kind is AccountKind.BANK_CARD else None)


def _faults(kind: AccountKind, holder: str, number: str, bank: str) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not holder:
        faults["holder"] = _("请填收款人的真实姓名，和账户上的一样。")
    elif len(holder) > LONGEST_HOLDER:
        faults["holder"] = _("姓名最多 %(count)s 个字。", count=LONGEST_HOLDER)
    fault = number_fault(kind, number) if len(number) <= LONGEST_NUMBER else "length"
    if fault is not None:
        faults["number"] = _number_words(kind, fault)
    if kind is AccountKind.BANK_CARD and not bank:
        faults["bank"] = _("请填开户银行，比如：工商银行。")
    elif len(bank) > LONGEST_BANK:
        faults["bank"] = _("银行名最多 %(count)s 个字。", count=LONGEST_BANK)
    for name, value in (("holder", holder), ("number", number), ("bank", bank)):
        if not is_showable(value):
            faults[name] = unshowable()
    return faults


def give_account(refund_id: int, person_id: int, account: Account) -> None:
    """Keep where the adopter wants the money, in the open unit of work. The same account again changes nothing.

    A new one takes the place of an older one, and of a proposal to pay that older one. Raises NotFound, AccountFixed
    when two people have agreed already, or nothing is owed by hand.
    """
    refund, _payment = lock_refund(refund_id)
    if RefundState(refund.state) not in OWED_BY_HAND:
        raise AccountFixed
    known = find_account(refund)
    if known is not None and (known.kind, known.holder, known.number, known.bank) == (
        account.kind, account.holder, account.number, account.bank,
    ):  # fmt: skip
        return
    row = RefundAccount(
        refund_id=refund_id,
        person_id=person_id,
        kind=account.kind,
        holder=account.holder,
        number=account.number,
        bank=account.bank,
        holder_masked=mask(account.holder, head=1, tail=0),
        number_masked=mask_number(account.number),
        given_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    # What was proposed was to pay the account before.
    db.session.execute(
        update(RefundTransfer)
        .where(RefundTransfer.refund_id == refund_id, RefundTransfer.state == TransferState.PROPOSED)
        .values(state=TransferState.DECLINED, decided_at=clock.now(), decline_reason="account changed")
    )
    audit.record(
        "refund.give_account",
        "refund",
        refund_id,
        after={"kind": account.kind, "holder": row.holder_masked, "number": row.number_masked, "bank": account.bank},
    )


def find_account(refund: Refund) -> RefundAccount | None:
    """The account that counts for a refund: the newest, and after a return only one that was given since."""
    query = select(RefundAccount).where(RefundAccount.refund_id == refund.id).order_by(RefundAccount.id.desc()).limit(1)
    found = db.session.scalar(query)
    if found is None or refund.state != RefundState.RETURNED:
        return found
    bounced = db.session.scalar(
        select(RefundTransfer.account_id)
        .where(RefundTransfer.refund_id == refund.id, RefundTransfer.state == TransferState.RETURNED)
        .order_by(RefundTransfer.id.desc())
        .limit(1)
    )
    return None if found.id == bounced else found


def reveal_account(refund_id: int, reason: str) -> Account:
    """The whole account, for `reason`, which the audit log keeps; never the account itself. Raises NotFound."""
    row = db.session.scalar(
        select(RefundAccount).where(RefundAccount.refund_id == refund_id).order_by(RefundAccount.id.desc()).limit(1)
    )
    if row is None or row.holder is None or row.number is None:
        raise NotFound
    audit.record("refund.reveal", "refund", refund_id, after={"field": "account", "reason": reason})
    return Account(AccountKind(row.kind), row.holder, row.number, row.bank)


def erase_account(row: Due) -> None:
    """Forget the accounts of a refund that was paid long ago; one that came back meanwhile keeps its newest."""
    refund, _payment = lock_refund(int(row.subject))
    if refund.state != RefundState.PAID:
        return
    erased = db.session.execute(
        update(RefundAccount)
        .where(RefundAccount.refund_id == refund.id, RefundAccount.erased_at.is_(None))
        .values(holder=None, number=None, erased_at=clock.now())
    )
    if erased.rowcount:  # type: ignore[attr-defined]
        audit.record("refund.erase_account", "refund", refund.id)


def mask_number(number: str) -> str:
    """The end of a card or phone; of a mail address its beginning and host."""
    name, at, host = number.partition("@")
    if at:
        return f"{name[:2]}****@{host}"
    return mask(number, head=3 if number.isdigit() else 2, tail=4 if number.isdigit() else 2)


def row_of(account: RefundAccount) -> AccountRow:
    """The account as pages show it."""
    return AccountRow(
        account.id,
        AccountKind(account.kind),
        account.holder_masked,
        account.number_masked,
        account.bank,
        account.given_at,
        account.erased_at,
    )


def _tidy(typed: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", typed).split())


def _number_words(kind: AccountKind, fault: str) -> str:
    if fault == "empty":
        return str(_("请填账号。"))
    if kind is AccountKind.BANK_CARD:
        words = {
            "digits": _("卡号里只有数字。"),
            "length": _("卡号是 12 到 19 位，请再数一数。"),
            "luhn": _("卡号有一位不对，请照着卡再看一看。"),
        }
        return str(words[fault])
    if kind is AccountKind.ALIPAY:
        return str(_("支付宝账号是手机号或邮箱，请再看一看。"))
    return str(_("微信号至少 6 位，是字母、数字、- 或 _；也可以填绑定的手机号。"))
