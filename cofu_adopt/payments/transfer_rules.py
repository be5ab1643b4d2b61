"""References that people copy by hand, and what a sum of bank lines means. Pure functions, no database."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from enum import StrEnum

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 O 1 I L. There are 31, a prime: the check character finds every wrong and every exchanged character."""
LONG = 4
REFERENCE = re.compile(r"GZ[^0-9A-Z]{0,3}([0-9A-Z]{4})[^0-9A-Z]{0,3}([0-9A-Z])(?![0-9A-Z])")


class Meaning(StrEnum):
    """What one more bank line means for a transfer."""

    EXACT = "exact"
    """With it the amount has come, to the fen."""
    SHORT = "short"
    """There is something missing still: it waits for the rest."""
    OVER = "over"
    """More than asked for: paid, and the surplus goes back."""
    AGAIN = "again"
    """It was paid before: all of it goes back."""
    LATE = "late"
    """The waiting time is over and it is the whole amount: the rope if it is still free, else it goes back."""
    LATE_SHORT = "late_short"
    """The waiting time is over and it is not the whole amount: it goes back."""


def make_ref(number: int) -> str:
    """The reference of a number, such as GZ-7K3M-9."""
    body = ""
    for _ in range(LONG):
        number, rest = divmod(number, len(ALPHABET))
        body += ALPHABET[rest]
    return f"GZ-{body}-{check_character(body)}"


def check_character(body: str) -> str:
    """What stands at the end of a reference."""
    total = sum(place * ALPHABET.index(character) for place, character in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]


def read_refs(text: str) -> list[str]:
    """All sound references in a remark, however it was typed: full-width, small letters, blanks for dashes."""
    tidy = unicodedata.normalize("NFKC", text).upper()
    found = []
    for body, check in REFERENCE.findall(tidy):
        if all(character in ALPHABET for character in body) and check_character(body) == check:
            found.append(f"GZ-{body}-{check}")
    return list(dict.fromkeys(found))


def meaning_of(*, amount_fen: int, waiting_fen: int, line_fen: int, is_paid: bool, is_closed: bool) -> Meaning:
    """What a line of `line_fen` means for a transfer of `amount_fen` of which `waiting_fen` has come before."""
    if is_paid:
        return Meaning.AGAIN
    together = waiting_fen + line_fen
    if is_closed:
        return Meaning.LATE if together >= amount_fen else Meaning.LATE_SHORT
    if together < amount_fen:
        return Meaning.SHORT
    return Meaning.EXACT if together == amount_fen else Meaning.OVER


def read_fen(typed: str) -> int | None:
    """The fen of an amount as the bank writes it (1,980.00); None for what is none, or has more than two decimals."""
    tidy = unicodedata.normalize("NFKC", typed).strip().removeprefix("¥").replace(",", "").strip()
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", tidy):
        return None
    return int(Decimal(tidy) * 100) or None
