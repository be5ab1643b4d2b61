"""End all sessions of a person at once, on every browser: her epoch goes on, and what carries the old one is void.

A token that she named herself carries none: whoever sat in her account may have made one, so that it can be ended, too.
"""

from __future__ import annotations

from sqlalchemy import update

from cofu_adopt.core import audit
from cofu_adopt.core.db import db
from cofu_adopt.identity import staff, tokens
from cofu_adopt.identity.models import Person


def end_sessions(person_id: int, *, with_tokens: bool = False) -> int:
    """End them, with her named tokens if that is wanted, and return the epoch of sessions to come."""
    epoch, username = db.session.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(session_epoch=Person.session_epoch + 1)
        .returning(Person.session_epoch, Person.username)
        .execution_options(synchronize_session=False)
    ).one()
    audit.record("person.end_sessions", "person", person_id, after={"username": username} if username else None)
    if with_tokens:
        tokens.revoke_named(person_id)
    return int(epoch)


def end_sessions_of_member(person_id: int, *, by_id: int) -> None:
    """Sign another member of staff out of every browser and end her tokens. Raises NotFound.

    Not for oneself: for that she has her own page, which her second step guards.
    """
    end_sessions(staff.other_member(person_id, by_id), with_tokens=True)
