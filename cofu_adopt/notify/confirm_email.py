"""An address for messages: it is written to only after whoever reads its mail has said that it is hers."""

from __future__ import annotations

from hmac import compare_digest

from sqlalchemy.exc import NoResultFound

from cofu_adopt.core import clock, outbox
from cofu_adopt.core.crypto import blind_index
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import TooMany
from cofu_adopt.identity import limits
from cofu_adopt.identity.people import contact_of
from cofu_adopt.notify import links
from cofu_adopt.notify.errors import LinkForged
from cofu_adopt.notify.models import NotifyPreference
from cofu_adopt.notify.preferences import row_of, turn_off, turn_on
from cofu_adopt.notify.rules import OFFERED, Channel, Kind


def ask_to_confirm(person_id: int, email: str) -> None:
    """Send a link to a new address; until it is confirmed the old one stays. Raises TooMany."""
    wait = limits.claim(
        (limits.CONFIRM_PER_PERSON, f"person:{person_id}"), (limits.CONFIRM_PER_EMAIL, f"email:{email.lower()}")
    )
    if wait is not None:
        raise TooMany(retry_after_seconds=wait)
    row_of(person_id).pending_email = email
    token = links.sign(links.CONFIRM, [person_id, _index(email)])
    outbox.put(
        "email",
        {"template": "confirm_email", "params": {"token": token}, "locale": contact_of(person_id).locale},
        aggregatetype="person",
        aggregateid=person_id,
        secret=email,
    )


def confirm_email(token: str) -> None:
    """The address that the link was sent to is hers: from now on it is written to. Doing it twice is harmless.

    With her first address she gets every kind; with another what she chose stays.
    Raises LinkForged (also for the link of an address that was replaced since) and LinkExpired.
    """
    row, index = _row(token)
    if row.pending_email is not None and compare_digest(index, _index(row.pending_email)):
        if row.email is None:
            turn_on(row.person_id, dict.fromkeys(Kind, (Channel.EMAIL,)))
        row.email, row.pending_email, row.email_confirmed_at = row.pending_email, None, clock.now()
    elif row.email is None or not compare_digest(index, _index(row.email)):
        raise LinkForged


def check_link(token: str) -> None:
    """Raise what confirm_email would raise for a link that is forged or too old."""
    links.read(links.CONFIRM, token)


def forget_email(person_id: int) -> None:
    """No messages by e-mail any more, and the address is not kept."""
    row = row_of(person_id)
    row.email = row.pending_email = row.email_confirmed_at = None
    turn_off(person_id, list(OFFERED), [Channel.EMAIL])


def _row(token: str) -> tuple[NotifyPreference, str]:
    person_id, index = links.read(links.CONFIRM, token)
    try:
        return db.session.get_one(NotifyPreference, person_id), str(index)
    except NoResultFound as error:
        raise LinkForged from error


def _index(email: str) -> str:
    return blind_index(email.lower(), purpose="email")
