"""One person of each kind, and a browser signed in as her."""

from __future__ import annotations

from enum import StrEnum

from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.identity.models import Person
from cofu_adopt.identity.people import grant_role


class Who(StrEnum):
    """Everybody who may come: the roles, a visitor without any session, and a guest who holds a rope."""

    VISITOR = "visitor"
    GUEST = "guest"
    ADOPTER = "adopter"
    HOUSEHOLD = "household"
    HOST = "host"
    OPERATOR = "operator"
    MAKER = "finance_maker"
    CHECKER = "finance_checker"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def role(self) -> Role | None:
        """The role, if she has one."""
        return None if self in {Who.VISITOR, Who.GUEST} else Role(self.value)


def make_person(who: Who, *others: Role) -> int:
    """Make the person, with other roles beside, in a unit of work of its own, and return her id."""
    with unit_of_work():
        person = Person(
            display_name=who.value, locale="zh_Hans", is_guest=who is Who.GUEST, session_epoch=1, created_at=clock.now()
        )
        db.session.add(person)
        db.session.flush()
        for role in (who.role, *others):
            if role is not None:
                grant_role(person.id, role)
        return person.id


def browser(app: Flask, who: Who, *others: Role) -> FlaskClient:
    """A browser in which a new person of this kind, with other roles beside, is signed in."""
    client = app.test_client()
    if who is not Who.VISITOR:
        person_id = make_person(who, *others)
        with client.session_transaction() as session:
            session["person_id"], session["epoch"] = person_id, 1
            session["proved_at"] = int(clock.now().timestamp())
    return client
