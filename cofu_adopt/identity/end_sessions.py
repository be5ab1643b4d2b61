"""End all sessions of a person at once, on every browser: her epoch goes on, and what carries the old one is void."""

from __future__ import annotations

from sqlalchemy import update

from cofu_adopt.core import audit
from cofu_adopt.core.db import db
from cofu_adopt.identity.models import Person


def end_sessions(person_id: int) -> int:
    """End them, and return the epoch of sessions to come."""
    epoch, username = db.session.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(session_epoch=Person.session_epoch + 1)
        .returning(Person.session_epoch, Person.username)
        .execution_options(synchronize_session=False)
    ).one()
    audit.record("person.end_sessions", "person", person_id, after={"username": username} if username else None)
    return int(epoch)
