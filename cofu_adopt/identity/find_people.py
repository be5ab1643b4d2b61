"""Find people by phone, and say who they are without saying the phone. For the desk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db
from cofu_adopt.identity.models import Person, PersonRole


@dataclass(frozen=True, slots=True)
class Face:
    """A person as the desk shows her: staff by name, others by the last four digits."""

    id: int
    name: str
    username: str | None
    phone_last4: str | None
    is_guest: bool


def ids_of_phone(index: str) -> list[int]:
    """The person who signs in with the phone of this blind index: one or nobody."""
    return list(db.session.scalars(select(Person.id).where(Person.phone_index == index)))


def ids_of_last4(last4: str) -> list[int]:
    """Everybody whose phone ends in these four digits."""
    return list(db.session.scalars(select(Person.id).where(Person.phone_last4 == last4)))


def faces(person_ids: Collection[int | None]) -> dict[int, Face]:
    """The people of these ids, in one query."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    if not wanted:
        return {}
    return {face.id: face for face in _faces(Person.id.in_(wanted))}


def ids_of_role(role: Role) -> list[int]:
    """Everybody who has the role."""
    query = select(PersonRole.person_id).where(PersonRole.role == role).order_by(PersonRole.person_id)
    return list(db.session.scalars(query))


def list_staff() -> list[Face]:
    """Everybody who signs in by name and password, or once did, by name."""
    # Not "is not null": the comparison is answered from the index of user names.
    return sorted(_faces(Person.username > ""), key=lambda face: face.name)


def _faces(condition: object) -> list[Face]:
    # Columns, not rows: an encrypted phone that nobody is to see is not decrypted either.
    query = select(Person.id, Person.display_name, Person.username, Person.phone_last4, Person.is_guest)
    return [Face(*row) for row in db.session.execute(query.where(condition))]  # type: ignore[arg-type]
