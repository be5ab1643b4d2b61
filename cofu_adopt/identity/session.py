"""The signed session: who is signed in on this browser. A person's epoch ends all her sessions at once."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app, session
from flask_babel import get_locale

from cofu_adopt.core import access, bus, clock
from cofu_adopt.core.access import STAFF, Caller
from cofu_adopt.core.db import db
from cofu_adopt.events import GuestSignedIn
from cofu_adopt.identity import totp
from cofu_adopt.identity.models import Person
from cofu_adopt.identity.people import make_guest, roles_of

SECOND_STEP_SECONDS = 600
"""How long after the password its code may be given."""


def load_caller() -> Caller | None:
    """The caller that the session names, unless her sessions were ended since."""
    person_id, epoch = session.get("person_id"), session.get("epoch")
    if person_id is None:
        return None
    person = db.session.get(Person, person_id)
    if person is None or person.session_epoch != epoch:
        return None
    roles = roles_of(person.id)
    is_required = current_app.extensions["settings"].staff_totp_required and not roles.isdisjoint(STAFF)
    proved_at = session.get("proved_at")
    return Caller(
        person.id,
        person.display_name,
        roles,
        is_guest=person.is_guest,
        proved_at=None if proved_at is None else datetime.fromtimestamp(proved_at, UTC),
        lacks_second_step=is_required and not totp.is_set_up(person.id),
    )


def sign_in(person: Person) -> None:
    """Make this browser the person's. What she held as a guest becomes hers."""
    before = access.caller()
    _begin(person)
    if before is not None and before.is_guest:
        bus.publish(GuestSignedIn(before.person_id, person.id))


def await_second_step(person: Person) -> None:
    """The password was right; remember for a while whose code is to come. Nobody is signed in yet."""
    sign_out()
    session["second_step"] = [person.id, person.session_epoch, int(clock.now().timestamp())]


def find_second_step() -> Person | None:
    """Whose code is to come, if her password was given not long ago and her sessions were not ended since."""
    person_id, epoch, since = session.get("second_step") or (None, 0, 0)
    if person_id is None or clock.now().timestamp() - since > SECOND_STEP_SECONDS:
        return None
    person = db.session.get(Person, person_id)
    return person if person is not None and person.session_epoch == epoch else None


def prove() -> None:
    """The caller has proved just now who she is: sensitive acts are open to her for a while."""
    session["proved_at"] = int(clock.now().timestamp())
    access.forget_caller()


def keep_signed_in(epoch: int) -> None:
    """Let this browser go on after all sessions were ended."""
    session["epoch"] = epoch
    access.forget_caller()


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
    if not person.is_guest:
        prove()
