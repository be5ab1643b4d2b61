"""The signed session: who is signed in on this browser. A person's epoch ends all her sessions at once."""

from __future__ import annotations

from flask import session
from flask_babel import get_locale

from cofu_adopt.core import access, bus
from cofu_adopt.core.access import Caller
from cofu_adopt.core.db import db
from cofu_adopt.events import GuestSignedIn
from cofu_adopt.identity.models import Person
from cofu_adopt.identity.people import make_guest, roles_of


def load_caller() -> Caller | None:
    """The caller that the session names, unless her sessions were ended since."""
    person_id, epoch = session.get("person_id"), session.get("epoch")
    if person_id is None:
        return None
    person = db.session.get(Person, person_id)
    if person is None or person.session_epoch != epoch:
        return None
    return Caller(person.id, person.display_name, roles_of(person.id), is_guest=person.is_guest)


def sign_in(person: Person) -> None:
    """Make this browser the person's. What she held as a guest becomes hers."""
    before = access.caller()
    _begin(person)
    if before is not None and before.is_guest:
        bus.publish(GuestSignedIn(before.person_id, person.id))


def caller_or_guest() -> Caller:
    """The caller; a visitor becomes a guest, so that a rope can be held before signing in."""
    found = access.caller()
    if found is None:
        _begin(make_guest(str(get_locale() or "zh_Hans")))
        found = access.caller()
    if found is None:
        raise AssertionError("a guest was made and not found")
    return found


def sign_out() -> None:
    """Forget who is signed in on this browser; the language stays."""
    language = session.get("lang")
    session.clear()
    if language:
        session["lang"] = language
    access.forget_caller()


def _begin(person: Person) -> None:
    # A fresh session on every sign-in: what an attacker may have planted before is gone.
    sign_out()
    session.permanent = True
    session["person_id"], session["epoch"] = person.id, person.session_epoch
