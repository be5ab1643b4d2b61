"""Post to the diary: for one or several of a household's own plots, once for each UUID of the phone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt import events
from cofu_adopt.core import clock
from cofu_adopt.core.bus import publish
from cofu_adopt.core.db import db, is_postgresql
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth import keep_reading
from cofu_adopt.growth.content import MOST_PHOTOS, MOST_PLOTS, Content, Post, check_content, settle_moment
from cofu_adopt.growth.errors import TooManyUpdates
from cofu_adopt.growth.models import GrowthUpdate, GrowthUpdatePhoto, GrowthUpdatePlot
from cofu_adopt.growth.sent_photos import finished_photos
from cofu_adopt.identity import limits

PER_HOUSEHOLD = (limits.Limit("updates_household_day", 60, 86400),)
"""Many: a phone that was offline for a week sends it all at once."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The post's row, and whether this request made it."""

    id: int
    is_new: bool


def post_update(household_id: int, person_id: int, post: Post, *, on_behalf: bool = False) -> Posted:
    """Post for a household; the caller has checked that the person acts for it, or is an operator (`on_behalf`).

    Raises NotFound for a plot in which the household had no share on that day, Invalid, ReadingQuestioned,
    TooManyUpdates.
    """
    known = find_by_uuid(household_id, post.client_uuid)
    if known is not None:
        return Posted(known, is_new=False)
    happened_at = settle_moment(post.happened_at)
    plots = own_plots(household_id, post.plot_codes, clock.day_of(happened_at))
    update_id = write(household_id, person_id, post, happened_at, plots, on_behalf=on_behalf)
    if update_id is None:
        # Sent twice at once, and the other was quicker.
        twin = find_by_uuid(household_id, post.client_uuid)
        if twin is None:
            raise AssertionError("a UUID was neither free nor known")
        return Posted(twin, is_new=False)
    publish(
        events.UpdatePosted(
            update_id=update_id,
            household_id=household_id,
            plot_ids=tuple(sorted(plots.values())),
            happened_at=happened_at,
        )
    )
    return Posted(update_id, is_new=True)


def write(
    household_id: int,
    person_id: int,
    post: Post,
    happened_at: datetime,
    plots: Mapping[str, int],
    *,
    on_behalf: bool,
    corrects_id: int | None = None,
) -> int | None:
    """Write the rows of a post; None when its UUID is known."""
    content, on = check_content(post.content), keep_reading.day_of_post(happened_at)
    photos = pick_photos(person_id, post)
    asked = keep_reading.ask(plots, on, dict(post.readings), confirmed=post.confirmed)
    values = {
        "household_id": household_id,
        "person_id": person_id,
        "on_behalf": on_behalf,
        "client_uuid": post.client_uuid,
        **columns(content),
        "happened_at": happened_at,
        "created_at": clock.now(),
        "corrects_id": corrects_id,
    }
    update_id = _insert(values)
    if update_id is None:
        return None
    wait = limits.claim((PER_HOUSEHOLD, str(household_id)))
    if wait is not None:
        raise TooManyUpdates(retry_after_seconds=wait)
    db.session.execute(
        insert(GrowthUpdatePlot), [{"update_id": update_id, "plot_id": plot_id} for plot_id in plots.values()]
    )
    attach_photos(update_id, 0, photos, consent=post.people_consent)
    keep_reading.keep(
        plots,
        on,
        dict(post.readings),
        asked,
        update_id=update_id,
        water_temperature_c=content.water_temperature_c,
    )
    return update_id


def _insert(values: dict[str, Any]) -> int | None:
    new = postgresql_insert if is_postgresql() else sqlite_insert
    statement = new(GrowthUpdate).values(values).on_conflict_do_nothing(index_elements=["household_id", "client_uuid"])
    made: int | None = db.session.scalar(statement.returning(GrowthUpdate.id))
    return made


def own_plots(household_id: int, codes: Sequence[str], on: date) -> dict[str, int]:
    """The household's plots of these codes on a day. Raises NotFound for one that was not its own."""
    wanted = list(dict.fromkeys(codes))
    if not wanted or len(wanted) > MOST_PLOTS:
        raise Invalid({"plot_codes": _("请选一到 %(most)s 条桁。", most=MOST_PLOTS)})
    mine = farm.plots_of_household_on(household_id, on)
    if any(code not in mine for code in wanted):
        raise NotFound
    return {code: mine[code] for code in wanted}


def pick_photos(person_id: int, post: Post) -> dict[int, bool]:
    """The post's photos in order, and whether people can be seen on each. Raises Invalid."""
    check_people(post.photo_uuids, post.people_uuids)
    if len(post.photo_uuids) > MOST_PHOTOS:
        raise Invalid({"photo_uuids": _("一次最多 %(most)s 张照片。", most=MOST_PHOTOS)})
    found: dict[int, bool] = {}
    for uuid, photo_id in finished_photos(person_id, post.photo_uuids).items():
        found[photo_id] = found.get(photo_id, False) or uuid in post.people_uuids
    return found


def check_people(photo_uuids: Collection[str], people_uuids: Collection[str]) -> None:
    """Raises Invalid for people on a photo that is not sent: shown without their consent, were it overlooked."""
    if not set(people_uuids) <= set(photo_uuids):
        raise Invalid({"people_photo_uuids": _("标了有人的照片不在这次发的照片里，请对一对。")})


def attach_photos(update_id: int, first: int, photos: Mapping[int, bool], *, consent: bool) -> None:
    """Put photos behind those that a post has, from position `first` on."""
    for position, (photo_id, shows_people) in enumerate(photos.items(), first):
        db.session.add(
            GrowthUpdatePhoto(
                update_id=update_id,
                position=position,
                photo_id=photo_id,
                shows_people=shows_people,
                people_consent_at=clock.now() if shows_people and consent else None,
            )
        )
    db.session.flush()


def columns(content: Content) -> dict[str, Any]:
    """The content as its columns."""
    return {
        "note": content.note,
        "weather": content.weather,
        "work": [str(work) for work in content.work],
        "water_temperature_c": content.water_temperature_c,
    }


def find_by_uuid(household_id: int, client_uuid: str) -> int | None:
    """The post that a household's phone has sent under this UUID."""
    query = select(GrowthUpdate.id).where(
        GrowthUpdate.household_id == household_id, GrowthUpdate.client_uuid == client_uuid
    )
    return db.session.scalar(query)
