"""The second step of staff: a code from the phone (RFC 6238), good once, or a recovery code in its place.

Every limit is decided in SQL, so that no number of processes can pass it.
"""

from __future__ import annotations

import hmac
import unicodedata

import pyotp
from sqlalchemy import delete, select, update

from cofu_adopt.core import audit, clock
from cofu_adopt.core.db import db
from cofu_adopt.identity import limits, recovery_codes
from cofu_adopt.identity.codes import CodeCheck
from cofu_adopt.identity.models import Person, Totp

ISSUER = "格子海"
STEP_SECONDS = 30
CODE_DIGITS = 6
MOST_STEPS_OFF = 1
"""A phone's clock may be half a minute wrong."""


def is_set_up(person_id: int) -> bool:
    """True when signing in asks the person for a code."""
    query = select(Totp.person_id).where(Totp.person_id == person_id, Totp.confirmed_at.is_not(None))
    return db.session.scalar(query) is not None


def start(person_id: int) -> str:
    """A new secret for the phone; it counts from confirm() on, and an older one counts until then."""
    secret = pyotp.random_base32()
    row = db.session.get(Totp, person_id, with_for_update=True)
    if row is None:
        row = Totp(person_id=person_id)
        db.session.add(row)
    row.pending_secret = secret
    db.session.flush()
    return secret


def pending_secret(person_id: int) -> str | None:
    """The secret that waits for its first code."""
    return db.session.scalar(select(Totp.pending_secret).where(Totp.person_id == person_id))


def confirm(person_id: int, typed: str) -> CodeCheck:
    """Let the pending secret count, if `typed` is its code; must be committed whatever the answer."""
    if limits.count_try(limits.SECOND_STEP_PER_PERSON, str(person_id)) is not None:
        return CodeCheck.TOO_MANY
    row = db.session.get(Totp, person_id, with_for_update=True)
    if row is None or row.pending_secret is None:
        return CodeCheck.DEAD
    step = _step_of(row.pending_secret, tidy(typed))
    if step is None:
        return CodeCheck.WRONG
    row.secret, row.pending_secret, row.confirmed_at, row.last_step = row.pending_secret, None, clock.now(), step
    audit.record("totp.set_up", "person", person_id, after={"username": _username(person_id)})
    return CodeCheck.RIGHT


def check(person_id: int, typed: str) -> CodeCheck:
    """Check a code of the phone or a recovery code; must be committed whatever the answer.

    The code's half minute is claimed by a conditional update: of two at once, or one seen over the shoulder, one is in.
    """
    if limits.count_try(limits.SECOND_STEP_PER_PERSON, str(person_id)) is not None:
        return CodeCheck.TOO_MANY
    code = tidy(typed)
    if len(code) != CODE_DIGITS:
        if not recovery_codes.use_code(person_id, code):
            return CodeCheck.WRONG
        left = recovery_codes.count_left(person_id)
        audit.record("totp.recover", "person", person_id, after={"username": _username(person_id), "codes_left": left})
        return CodeCheck.RIGHT
    secret = db.session.scalar(select(Totp.secret).where(Totp.person_id == person_id, Totp.confirmed_at.is_not(None)))
    step = _step_of(secret, code) if secret else None
    if step is None:
        return CodeCheck.WRONG
    claimed = db.session.execute(
        update(Totp)
        .where(Totp.person_id == person_id, Totp.last_step < step)
        .values(last_step=step)
        .execution_options(synchronize_session=False)
    )
    return CodeCheck.RIGHT if claimed.rowcount == 1 else CodeCheck.DEAD  # type: ignore[attr-defined]


def reset(person_id: int) -> None:
    """Forget the phone and the recovery codes: the next sign-in asks for the password only, then for a new set-up."""
    db.session.execute(delete(Totp).where(Totp.person_id == person_id))
    recovery_codes.remove_codes(person_id)
    audit.record("totp.reset", "person", person_id, after={"username": _username(person_id)})


def renew_recovery_codes(person_id: int) -> list[str]:
    """Ten new recovery codes; the old ones are void."""
    audit.record("totp.recovery_codes", "person", person_id, after={"username": _username(person_id)})
    return recovery_codes.make_codes(person_id)


def address_for_phone(secret: str, username: str) -> str:
    """What the QR code says to the app on the phone."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def tidy(typed: str) -> str:
    """A code as it was meant: no spaces and dashes, plain digits, capital letters."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(one for one in plain if one.isascii() and one.isalnum())


def _step_of(secret: str, code: str) -> int | None:
    """The half minute around now whose code this is."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in range(now - MOST_STEPS_OFF, now + MOST_STEPS_OFF + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            return step
    return None


def _username(person_id: int) -> str | None:
    return db.session.scalar(select(Person.username).where(Person.id == person_id))
