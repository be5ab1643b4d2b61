"""What a person chose about being told, and whether a message still suits it at the moment of sending."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, is_postgresql
from cofu_adopt.core.outbox import Later
from cofu_adopt.identity.people import contact_of, set_locale
from cofu_adopt.notify.models import NotifyChannel, NotifyPreference
from cofu_adopt.notify.rules import ADMITS, OFFERED, QUIET_FROM, QUIET_TO, Cadence, Channel, Kind, after_quiet

Channels = Mapping[Kind, Collection[Channel]]


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's choices, with the defaults filled in."""

    cadence: Cadence
    channels: Channels
    quiet_from: int
    quiet_to: int
    locale: str
    email: str | None
    """Confirmed by its owner."""
    pending_email: str | None
    phone: str | None

    @property
    def email_masked(self) -> str:
        """The confirmed address with its middle hidden."""
        name, _, host = (self.email or "").partition("@")
        return f"{name[:1]}****@{host}" if host else ""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a message goes now, and in which language."""

    address: str
    locale: str


def preferences_of(person_id: int) -> Preferences:
    """What the person chose."""
    contact, row = contact_of(person_id), db.session.get(NotifyPreference, person_id)
    channels: dict[Kind, set[Channel]] = {kind: set() for kind in Kind}
    query = select(NotifyChannel.kind, NotifyChannel.channel).where(NotifyChannel.person_id == person_id)
    for kind, channel in db.session.execute(query):
        channels[Kind(kind)].add(Channel(channel))
    return Preferences(
        cadence=Cadence(row.cadence) if row else Cadence.EACH,
        channels=channels,
        quiet_from=row.quiet_from if row else QUIET_FROM,
        quiet_to=row.quiet_to if row else QUIET_TO,
        locale=contact.locale,
        email=row.email if row and row.email_confirmed_at else None,
        pending_email=row.pending_email if row else None,
        phone=contact.phone,
    )


def change_preferences(
    person_id: int,
    *,
    cadence: Cadence | None = None,
    channels: Channels | None = None,
    quiet: tuple[int, int] | None = None,
    locale: str | None = None,
) -> None:
    """Keep what is given and leave the rest. Of `channels`, kinds that it does not name stay."""
    row = row_of(person_id)
    if cadence is not None:
        row.cadence = cadence
    if quiet is not None:
        row.quiet_from, row.quiet_to = quiet
    if locale is not None:
        set_locale(person_id, locale)
    for kind, wanted in (channels or {}).items():
        gone = set(OFFERED[kind]) - set(wanted)
        turn_off(person_id, [kind], gone)
        turn_on(person_id, {kind: wanted})


def row_of(person_id: int) -> NotifyPreference:
    """The person's row, made with the defaults when there is none yet."""
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    values = {"person_id": person_id, "cadence": Cadence.EACH, "quiet_from": QUIET_FROM, "quiet_to": QUIET_TO}
    db.session.execute(insert(NotifyPreference).values(values).on_conflict_do_nothing(index_elements=["person_id"]))
    return db.session.get_one(NotifyPreference, person_id)


def turn_on(person_id: int, channels: Channels) -> None:
    """She wants these, too; what a kind is not offered on is passed over."""
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    rows = [
        {"person_id": person_id, "kind": kind, "channel": channel}
        for kind, wanted in channels.items()
        for channel in OFFERED[kind]
        if channel in wanted
    ]
    if rows:
        db.session.execute(insert(NotifyChannel).values(rows).on_conflict_do_nothing())


def turn_off(person_id: int, kinds: Collection[Kind], channels: Collection[Channel]) -> None:
    """She does not want these any more."""
    db.session.execute(
        delete(NotifyChannel).where(
            NotifyChannel.person_id == person_id, NotifyChannel.kind.in_(kinds), NotifyChannel.channel.in_(channels)
        )
    )


def reach(person_id: int, kind: Kind, channel: Channel) -> Reach | None:
    """Where to send a message of `kind` now; None when she no longer wants it or gave no such address.

    Raises outbox.Later within her quiet hours.
    """
    chosen = preferences_of(person_id)
    if channel not in chosen.channels[kind] or chosen.cadence not in ADMITS[kind]:
        return None
    now = clock.now()
    later = after_quiet(now, chosen.quiet_from, chosen.quiet_to)
    if later > now:
        raise Later(later)
    address = {Channel.EMAIL: chosen.email, Channel.SMS: chosen.phone, Channel.PUSH: str(person_id)}[channel]
    return Reach(address, chosen.locale) if address else None
