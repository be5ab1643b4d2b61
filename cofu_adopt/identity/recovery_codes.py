"""Ten codes that a staff member keeps on paper, each good once when the phone is not at hand."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, func, select, update

from cofu_adopt.core import clock
from cofu_adopt.core.crypto import blind_index
from cofu_adopt.core.db import db
from cofu_adopt.identity.models import RecoveryCode

COUNT = 10
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that paper confuses: 0 and O, 1, I and L."""
LENGTH = 10


def make_codes(person_id: int) -> list[str]:
    """Ten new codes, to be shown this once: only their hashes are kept. All older ones are void."""
    remove_codes(person_id)
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(COUNT)]
    db.session.add_all(RecoveryCode(person_id=person_id, code_hash=_hash(person_id, code)) for code in codes)
    db.session.flush()
    return [f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}" for code in codes]


def use_code(person_id: int, code: str) -> bool:
    """Use up a code, tidied; False when it is none of hers or was used before. Of two tries at once, one succeeds."""
    used = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == _hash(person_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return bool(used.rowcount == 1)  # type: ignore[attr-defined]


def count_left(person_id: int) -> int:
    """How many she still has."""
    query = select(func.count()).select_from(RecoveryCode)
    return db.session.scalar(query.where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))) or 0


def remove_codes(person_id: int) -> None:
    """Make all her codes void."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


def _hash(person_id: int, code: str) -> str:
    return blind_index(f"{person_id}:{code}", purpose="recovery-code")
