"""Make people and give them roles. All are idempotent."""

from __future__ import annotations

from dataclasses import dataclass

from argon2 import PasswordHasher
from sqlalchemy import select

from cofu_adopt.core import audit, clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db
from cofu_adopt.identity.models import Person, PersonRole
from cofu_adopt.identity.phone import phone_index

hasher = PasswordHasher()


def find_or_make_by_phone(phone: str, *, locale: str = "zh_Hans", display_name: str | None = None) -> Person:
    """The person with this phone (normalised), made as an adopter when there is none yet."""
    index = phone_index(phone)
    person = db.session.scalar(select(Person).where(Person.phone_index == index))
    if person is None:
        person = Person(
            phone=phone,
            phone_index=index,
            phone_last4=phone[-4:],
            display_name=display_name or f"{phone[-4:]}",
            locale=locale,
            is_guest=False,
            created_at=clock.now(),
        )
        db.session.add(person)
        db.session.flush()
    grant_role(person.id, Role.ADOPTER)
    return person


def enrol_household_person(phone: str, display_name: str) -> int:
    """The id of the person with this phone (normalised), who now also has the role household."""
    person = find_or_make_by_phone(phone, display_name=display_name)
    grant_role(person.id, Role.HOUSEHOLD)
    return person.id


def enrol_staff(username: str, password: str, display_name: str, roles: tuple[Role, ...]) -> int:
    """The id of the staff member, made with this password when there is none yet; an existing password stays."""
    person = db.session.scalar(select(Person).where(Person.username == username))
    if person is None:
        person = Person(
            username=username,
            password_hash=hasher.hash(password),
            display_name=display_name,
            locale="zh_Hans",
            is_guest=False,
            created_at=clock.now(),
        )
        db.session.add(person)
        db.session.flush()
        audit.record("staff.enrol", "person", person.id, after={"username": username, "roles": list(roles)})
    for role in roles:
        grant_role(person.id, role)
    return person.id


def make_guest(locale: str) -> Person:
    """A visitor who has not signed in and is about to hold a rope."""
    guest = Person(display_name="", locale=locale, is_guest=True, created_at=clock.now())
    db.session.add(guest)
    db.session.flush()
    return guest


def grant_role(person_id: int, role: Role) -> None:
    """Give a role; fine if the person has it."""
    if db.session.get(PersonRole, (person_id, role)) is None:
        db.session.add(PersonRole(person_id=person_id, role=role))
        db.session.flush()


def roles_of(person_id: int) -> frozenset[Role]:
    """The person's roles."""
    found = db.session.scalars(select(PersonRole.role).where(PersonRole.person_id == person_id))
    return frozenset(Role(role) for role in found)


def email_of(person_id: int) -> str | None:
    """The e-mail address that the person gave."""
    return db.session.get_one(Person, person_id).email


@dataclass(frozen=True, slots=True)
class Contact:
    """Where and in which language a person is reached."""

    phone: str | None
    locale: str


def contact_of(person_id: int) -> Contact:
    """Where and in which language the person is reached."""
    person = db.session.get_one(Person, person_id)
    return Contact(person.phone, person.locale)


def set_locale(person_id: int, locale: str) -> None:
    """Speak to the person in this language from now on."""
    db.session.get_one(Person, person_id).locale = locale
