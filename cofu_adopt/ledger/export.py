"""The books for two independent programs, in integer FEN, so that a wrong fen cannot hide in a tolerance."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import select

from cofu_adopt.core.db import db
from cofu_adopt.ledger.chart import AccountKind
from cofu_adopt.ledger.models import LedgerAccount
from cofu_adopt.ledger.queries import EntryRow, list_entries

ROOTS = {
    AccountKind.ASSET: "Assets",
    AccountKind.LIABILITY: "Liabilities",
    AccountKind.INCOME: "Income",
    AccountKind.EXPENSE: "Expenses",
}
FORMATS = ("beancount", "hledger")
EARLIEST = "2020-01-01"
UNSAFE = re.compile(r"[^A-Za-z0-9-]")


def export_lines(file_format: str) -> Iterator[str]:
    """The lines of the export, deterministic: the same books give the same bytes. `file_format` is one of FORMATS."""
    accounts = list(db.session.scalars(select(LedgerAccount).order_by(LedgerAccount.code)))
    names = {account.code: _name(account) for account in accounts}
    if file_format == "beancount":
        yield 'option "title" "cofu_adopt"'
        for account in accounts:
            yield f"{EARLIEST} open {names[account.code]} {_commodity(account.currency, file_format)}"
    else:
        for currency in sorted({account.currency for account in accounts}):
            yield f"commodity 1. {_commodity(currency, file_format)}"
        for account in accounts:
            yield f"account {names[account.code]}"
    for entry in sorted(list_entries(), key=lambda entry: (entry.effective_on, entry.id)):
        yield from _entry(entry, names, file_format)


def _entry(entry: EntryRow, names: dict[str, str], file_format: str) -> Iterator[str]:
    memo = _plain(entry.memo)
    yield ""
    if file_format == "beancount":
        yield f'{entry.effective_on} * "{memo}"'
        yield f'  source: "{_plain(entry.source)}"'
    else:
        # The empty code in brackets keeps a memo that begins with one from being read as a code.
        yield f"{entry.effective_on} * () {memo}  ; source: {_plain(entry.source)}"
    for code, amount in entry.lines:
        yield f"  {names[code]}  {amount} {_commodity(entry.currency, file_format)}"


def _name(account: LedgerAccount) -> str:
    parts = [UNSAFE.sub("-", part) for part in account.code.split(":")]
    named = [part[:1].upper() + part[1:] for part in parts]
    return ":".join([ROOTS[AccountKind(account.kind)], *named])


def _commodity(currency: str, file_format: str) -> str:
    if currency == "cny":
        return "FEN"
    # hledger reads a symbol with a point in it only in quotes.
    return f"{currency.upper()}.CENT" if file_format == "beancount" else f'"{currency.upper()}.CENT"'


def _plain(text: str) -> str:
    return re.sub(r'[\\"\n\r;|]', " ", text)
