"""Staff sign in by password. The slow hash is computed with no transaction open."""

from __future__ import annotations

from argon2.exceptions import VerificationError
from sqlalchemy import select

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.identity import limits, people
from cofu_adopt.identity.errors import TooManyTries
from cofu_adopt.identity.models import Person

NOBODY = people.hasher.hash("nobody has this password")
"""What is compared when the name is unknown, so that the answer takes as long."""


def check_password(username: str, password: str, *, network_address: str) -> int | None:
    """The id of the staff member with this name and password, else None; needs no open unit of work.

    Raises TooManyTries after 10 tries for a name or 30 from a network address in a quarter of an hour.
    """
    with unit_of_work():
        waits = (
            limits.count_try(limits.PASSWORD_PER_NAME, username),
            limits.count_try(limits.PASSWORD_PER_ADDRESS, network_address),
        )
        person = db.session.scalar(select(Person).where(Person.username == username))
        found = (person.id, person.password_hash) if person is not None else (None, None)
    longest = max((wait for wait in waits if wait is not None), default=None)
    if longest is not None:
        raise TooManyTries(retry_after_seconds=longest)
    person_id, password_hash = found
    try:
        people.hasher.verify(password_hash or NOBODY, password)
    except VerificationError:
        return None
    return person_id
