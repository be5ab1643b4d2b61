"""One-time sign-in codes by SMS. Every limit is decided in SQL, so that no number of processes can pass it."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from enum import StrEnum

from flask_babel import get_locale
from sqlalchemy import select, update

from cofu_adopt.core import clock, outbox
from cofu_adopt.core.crypto import blind_index
from cofu_adopt.core.db import db
from cofu_adopt.identity import limits
from cofu_adopt.identity.errors import TooManyCodes
from cofu_adopt.identity.models import SignInCode
from cofu_adopt.identity.phone import phone_index

CODE_DIGITS = 6
CODE_MINUTES = 10
MOST_TRIES = 5


class CodeCheck(StrEnum):
    """What came of a code that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    DEAD = "dead"
    """Used, too old, tried too often, or never sent."""
    TOO_MANY = "too_many"
    """Too many tries from this network address."""


def send_code(phone: str) -> None:
    """Send a new code to `phone` (normalised), once count_request() has allowed it; any older one dies."""
    now = clock.now()
    index = phone_index(phone)
    db.session.execute(
        update(SignInCode)
        .where(SignInCode.phone_index == index, SignInCode.used_at.is_(None), SignInCode.expires_at > now)
        .values(expires_at=now)
    )
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    row = SignInCode(
        phone_index=index,
        code_hash=_hash(index, code),
        created_at=now,
        expires_at=now + timedelta(minutes=CODE_MINUTES),
    )
    db.session.add(row)
    db.session.flush()
    outbox.put(
        "sms",
        {"template": "sign_in_code", "minutes": CODE_MINUTES, "locale": str(get_locale() or "zh_Hans")},
        aggregatetype="sign_in_code",
        aggregateid=row.id,
        secret=f"{phone} {code}",
    )


def count_request(phone: str, *, network_address: str) -> TooManyCodes | None:
    """Count the code that is to be sent; returns the refusal when a limit is reached, else None.

    A refused request counts towards nothing: nobody can lock a phone out for a day by asking for it often.
    """
    wait = limits.claim((limits.CODE_PER_PHONE, phone), (limits.CODE_PER_ADDRESS, network_address))
    return None if wait is None else TooManyCodes(retry_after_seconds=wait)


def check_code(phone: str, code: str, *, network_address: str) -> CodeCheck:
    """Check a typed code in the open unit of work, which must be committed whatever the answer.

    The try is claimed first, by a conditional update, and compared after: a thousand requests at once have five
    tries together. A right code is used up by a second conditional update: of two at once, one signs in.
    """
    if limits.count_try(limits.TRY_PER_ADDRESS, network_address) is not None:
        return CodeCheck.TOO_MANY
    now, index = clock.now(), phone_index(phone)
    newest = (
        select(SignInCode.id).where(SignInCode.phone_index == index).order_by(SignInCode.id.desc()).limit(1)
    ).scalar_subquery()
    alive = (SignInCode.used_at.is_(None)) & (SignInCode.expires_at > now) & (SignInCode.tries < MOST_TRIES)
    claimed = db.session.execute(
        update(SignInCode)
        .where(SignInCode.id == newest, alive)
        .values(tries=SignInCode.tries + 1)
        .returning(SignInCode.id, SignInCode.code_hash)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if claimed is None:
        return CodeCheck.DEAD
    if not hmac.compare_digest(claimed.code_hash, _hash(index, code)):
        return CodeCheck.WRONG
    used = db.session.execute(
        update(SignInCode)
        .where(SignInCode.id == claimed.id, SignInCode.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return CodeCheck.RIGHT if used.rowcount == 1 else CodeCheck.DEAD  # type: ignore[attr-defined]


def _hash(index: str, code: str) -> str:
    return blind_index(f"{index}:{code}", purpose="sign-in-code")
