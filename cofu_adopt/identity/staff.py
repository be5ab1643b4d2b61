"""The workshop's people as the administrator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from cofu_adopt.core.access import STAFF, Role
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.identity.models import Person, PersonRole, Totp


@dataclass(frozen=True, slots=True)
class Member:
    """One member of staff; `second_step_since` is None without TOTP."""

    id: int
    name: str
    username: str | None
    roles: tuple[Role, ...]
    second_step_since: datetime | None


def list_members() -> list[Member]:
    """Everybody with a role of the workshop, in two queries, by name."""
    roles: dict[int, list[Role]] = {}
    for person_id, role in db.session.execute(
        select(PersonRole.person_id, PersonRole.role).where(PersonRole.role.in_(sorted(STAFF)))
    ):
        if role in STAFF:
            roles.setdefault(person_id, []).append(Role(role))
    query = (
        select(Person.id, Person.display_name, Person.username, Totp.confirmed_at)
        .outerjoin(Totp, Totp.person_id == Person.id)
        .where(Person.id.in_(roles))
        .order_by(Person.display_name, Person.id)
    )
    return [
        Member(person_id, name, username, tuple(sorted(roles[person_id])), since)
        for person_id, name, username, since in db.session.execute(query)
    ]


def get_member_id(person_id: int) -> int:
    """The id, if it is one of a member of staff; raises NotFound."""
    query = select(exists().where(PersonRole.person_id == person_id, PersonRole.role.in_(sorted(STAFF))))
    if not db.session.scalar(query):
        raise NotFound
    return person_id


def other_member(person_id: int, by_id: int) -> int:
    """The id, if it is one of a member of staff who is not the person who asks; raises NotFound."""
    if person_id == by_id:
        raise NotFound
    return get_member_id(person_id)


def find_staff_id(username: str) -> int | None:
    """The person with this name to sign in by."""
    return db.session.scalar(select(Person.id).where(Person.username == username))
