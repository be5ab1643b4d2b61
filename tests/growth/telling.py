"""Posts of a household written row by row, and what her adopters were told of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cofu_adopt.core import bus, clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.media.models import Photo
from cofu_adopt.core.outbox import OutboxRow
from cofu_adopt.events import UpdatePosted
from cofu_adopt.farm.models import Household
from cofu_adopt.growth.models import GrowthUpdate, GrowthUpdatePhoto, GrowthUpdatePlot
from cofu_adopt.identity.models import Person
from cofu_adopt.notify.models import Message


def post_update(
    plot_ids: Sequence[int],
    *,
    uuid: str = "a",
    photos: int = 0,
    people: int = 0,
    corrects_id: int | None = None,
    publish: bool = True,
) -> int:
    """A post of the only household, in a unit of work of its own; return its id. The same uuid is the same post.

    On the first `people` of its photos is somebody who has not agreed.
    """
    with unit_of_work():
        known = db.session.scalar(select(GrowthUpdate.id).where(GrowthUpdate.client_uuid == uuid))
        if known is not None:
            return known
        household_id = db.session.scalars(select(Household.id)).one()
        person_id = db.session.scalars(select(Person.id).order_by(Person.id)).first() or 0
        now = clock.now()
        post = GrowthUpdate(
            household_id=household_id, person_id=person_id, on_behalf=False, client_uuid=uuid, note="", work=[],
            happened_at=now, created_at=now, corrects_id=corrects_id,
        )  # fmt: skip
        db.session.add(post)
        db.session.flush()
        db.session.add_all(GrowthUpdatePlot(update_id=post.id, plot_id=plot_id) for plot_id in plot_ids)
        for position in range(photos):
            photo_id = _photo(f"{uuid}{position}", now)
            about = {"position": position, "photo_id": photo_id, "shows_people": position < people}
            db.session.add(GrowthUpdatePhoto(update_id=post.id, **about))
        db.session.flush()
        if publish:
            bus.publish(UpdatePosted(post.id, household_id, tuple(plot_ids), now))
        return post.id


def told() -> list[tuple[int, str, dict[str, Any]]]:
    """Every message: whom, which template, with what; in the order of persons."""
    with unit_of_work(writes=False):
        rows = db.session.scalars(select(Message).order_by(Message.person_id, Message.id))
        return [(row.person_id, row.template, row.params) for row in rows]


def going_out() -> list[tuple[str, str, datetime]]:
    """Every outbox row: type, person, when it may be sent."""
    with unit_of_work(writes=False):
        rows = db.session.scalars(select(OutboxRow).order_by(OutboxRow.type, OutboxRow.aggregateid))
        return [(row.type, row.aggregateid, row.next_try_at) for row in rows]


def _photo(digest: str, now: datetime) -> int:
    photo = Photo(digest=digest.ljust(64, "0"), width_px=4, height_px=3, size_bytes=9, created_at=now)
    db.session.add(photo)
    db.session.flush()
    return photo.id
