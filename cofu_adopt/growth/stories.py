"""What there is to tell adopters, and whom it concerns. Each story is made anew for each piece, from what is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from cofu_adopt.adoptions.queries import select_paid_ropes
from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.forecast import forecast_of
from cofu_adopt.growth.models import GrowthUpdate, GrowthUpdatePhoto, GrowthUpdatePlot
from cofu_adopt.growth.news import is_seen, is_shown
from cofu_adopt.notify.fan_out import Note
from cofu_adopt.notify.models import NotifyPreference
from cofu_adopt.notify.rules import Cadence, Kind

Audience = Callable[[int, int], Select[Any]]
"""The people between two ids: person_id, rope and code (one of hers), ropes (how many)."""


@dataclass(frozen=True, slots=True)
class Story:
    """A fact to tell. Notes of the same fact come in order: whoever was told one is not told the next."""

    everybody: Audience
    """The person_ids of all whom it may concern, each once."""
    notes: tuple[tuple[Note, Audience], ...]


def story_of(name: str, key: str) -> Story | None:
    """The story as it stands now; None when there is nothing to tell any more."""
    return STORIES[name](key)


def market_size_on(plot_id: int) -> date | None:
    """The day on which the plot's expected length is large enough to sell; None: unknown, or not within years."""
    plot = farm.get_plot(farm.plot_code(plot_id))
    forecast = forecast_of(plot, farm.list_measurements(plot_id))
    return None if forecast is None else forecast.ready_on


def _update(key: str) -> Story | None:
    post = db.session.get(GrowthUpdate, int(key))
    if post is None or post.withdrawn_at is not None or post.hidden_at is not None:
        return None
    household = farm.get_story(post.household_id)
    plot_ids = list(db.session.scalars(select(GrowthUpdatePlot.plot_id).where(GrowthUpdatePlot.update_id == post.id)))
    shown = (
        select(func.count()).select_from(GrowthUpdatePhoto).where(GrowthUpdatePhoto.update_id == post.id, is_shown())
    )
    photos = db.session.scalar(shown) or 0
    fact = f"update:{post.id}"
    same: dict[str, str | int] = {
        "household": (household.public_name or "") if household.consents else "",
        "day": clock.day_of(post.happened_at).isoformat(),
        "photos": photos,
    }

    def of_plots(first: int, last: int) -> Select[Any]:
        ropes = _ropes(first, last)
        return _by_person(ropes, ropes.c.plot_id.in_(plot_ids), ropes.c.paid_at <= post.created_at)

    def newcomers(first: int, last: int) -> Select[Any]:
        ropes = _ropes(first, last)
        since = [_since(ropes, plot_id, _photo_before(post, plot_id)) for plot_id in plot_ids]
        return _by_person(ropes, or_(*since), ropes.c.paid_at <= post.created_at)

    notes: list[tuple[Note, Audience]] = [(Note(Kind.UPDATE, "update", fact, same), of_plots)]
    if photos:
        notes.insert(0, (Note(Kind.MILESTONE, "first_photo", fact, same), newcomers))
    return Story(of_plots, tuple(notes))


def _photo_before(post: GrowthUpdate, plot_id: int) -> datetime | None:
    """When the post with photos before this one was made. What was withdrawn since has been told, too."""
    was_shown = or_(is_shown(), GrowthUpdatePhoto.people_consent_at.is_not(None))
    photos = select(GrowthUpdatePhoto.update_id).where(GrowthUpdatePhoto.update_id == GrowthUpdate.id, was_shown)
    query = (
        select(func.max(GrowthUpdate.created_at))
        .join(GrowthUpdatePlot, GrowthUpdatePlot.update_id == GrowthUpdate.id)
        .where(GrowthUpdatePlot.plot_id == plot_id, GrowthUpdate.id < post.id)
        .where(GrowthUpdate.corrects_id.is_(None), photos.exists())
    )
    return db.session.scalar(query)


def _since(ropes: Any, plot_id: int, at: datetime | None) -> ColumnElement[bool]:
    of_plot: ColumnElement[bool] = ropes.c.plot_id == plot_id
    return of_plot if at is None else and_(of_plot, ropes.c.paid_at > at)


def _market_size(key: str) -> Story | None:
    plot_id = int(key)
    plot = farm.get_plot(farm.plot_code(plot_id))
    forecast = forecast_of(plot, farm.list_measurements(plot_id))
    if forecast is None or forecast.ready_on is None or forecast.ready_on > clock.today():
        return None

    def of_plot(first: int, last: int) -> Select[Any]:
        ropes = _ropes(first, last)
        return _by_person(ropes, ropes.c.plot_id == plot_id)

    fact = f"market_size:{plot_id}:{plot.seeded_on.isoformat()}"
    note = Note(Kind.MILESTONE, "market_size", fact, {"mm": round(forecast.market_mm)})
    return Story(of_plot, ((note, of_plot),))


def _harvest_opens(key: str) -> Story:
    on = date.fromisoformat(key)

    def on_that_day(first: int, last: int) -> Select[Any]:
        ropes = _ropes(first, last)
        return _by_person(ropes, ropes.c.harvest_from_on == on)

    return Story(on_that_day, ((Note(Kind.MILESTONE, "harvest_opens", f"harvest_opens:{key}", {}), on_that_day),))


def _digest(key: str) -> Story:
    end = datetime.combine(date.fromisoformat(key), time(18), tzinfo=clock.SHANGHAI)
    week = GrowthUpdate.created_at.between(end - timedelta(days=7), end - timedelta(microseconds=1))

    def readers(first: int, last: int) -> Select[Any]:
        weekly = NotifyPreference.cadence == Cadence.WEEKLY
        return select(NotifyPreference.person_id).where(weekly, NotifyPreference.person_id.between(first, last))

    def of_the_week(first: int, last: int) -> Select[Any]:
        ropes = _ropes(first, last)
        return (
            select(
                ropes.c.person_id,
                func.min(ropes.c.rope).label("rope"),
                func.min(ropes.c.code).label("code"),
                func.count(ropes.c.code.distinct()).label("ropes"),
                func.count(GrowthUpdate.id.distinct()).label("posts"),
            )
            .join(GrowthUpdatePlot, GrowthUpdatePlot.plot_id == ropes.c.plot_id)
            .join(GrowthUpdate, GrowthUpdate.id == GrowthUpdatePlot.update_id)
            .where(
                week, is_seen(), ropes.c.person_id.in_(readers(first, last)), ropes.c.paid_at <= GrowthUpdate.created_at
            )
            .group_by(ropes.c.person_id)
        )

    return Story(readers, ((Note(Kind.DIGEST, "digest", f"digest:{key}", {}), of_the_week),))


def _ropes(first: int, last: int) -> Any:
    return select_paid_ropes(first, last).subquery("paid_rope")


def _by_person(ropes: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            ropes.c.person_id,
            func.min(ropes.c.rope).label("rope"),
            func.min(ropes.c.code).label("code"),
            func.count().label("ropes"),
        )
        .where(*conditions)
        .group_by(ropes.c.person_id)
    )


STORIES: dict[str, Callable[[str], Story | None]] = {
    "update": _update,
    "market_size": _market_size,
    "harvest_opens": _harvest_opens,
    "digest": _digest,
}
"""Each story by the name that its due row carries."""
