"""The diary of the demo season: posts of the last two months, through the same doors as a household's own.

Pictures go through the photo pipeline, posts and corrections through their use cases, each at its moment, and the
adopters of that moment are told. Loaded again, it posts what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.media.photos import keep_photo, store_image
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.load_demo import DIRECTORY
from cofu_adopt.farm.models import HouseholdMember, PlotMeasurement
from cofu_adopt.growth.content import Content, Post
from cofu_adopt.growth.correct_update import correct_update
from cofu_adopt.growth.demo_posts import POSTS, Told
from cofu_adopt.growth.edit_update import Change, edit_update
from cofu_adopt.growth.forecast import forecast_of
from cofu_adopt.growth.models import GrowthUpdate, Weather
from cofu_adopt.growth.post_update import attach_photos, post_update
from cofu_adopt.growth.sample import Sample, read_sample
from cofu_adopt.growth.tell_adopters import tell_at_once
from cofu_adopt.identity import staff

PHOTOS = DIRECTORY / "photos"
SPREAD = (-0.09, -0.06, -0.04, -0.02, -0.01, 0.01, 0.02, 0.04, 0.06, 0.09)
"""How far ten shells of a sample lie from their mean, as a share of it."""
NEAR = timedelta(days=4)
EDITED_AFTER, CORRECTED_AFTER = timedelta(hours=1), timedelta(days=2)
FIRST, MORNING_MINUTES = time(6), 5 * 60
"""They go out in the morning."""


def load_demo_diary() -> None:
    """Post what the demo's households have to tell, unless it is there. Opens its own units of work."""
    with unit_of_work(writes=False):
        missing = sorted(_missing(), key=lambda told: -told.days_ago)
    if not missing:
        return
    names = sorted({name for told in missing for name in told.photos})
    rendered = {name: store_image((PHOTOS / f"{name}.webp").read_bytes()) for name in names}
    today = clock.today()
    with unit_of_work():
        photos = {name: keep_photo(image) for name, image in rendered.items()}
        for told in missing:
            with clock.frozen(_moment(today, told)):
                _post(told, photos)


def _missing() -> list[Told]:
    known = set(db.session.scalars(select(GrowthUpdate.client_uuid)))
    return [told for told in POSTS if _uuid(told) not in known and farm.find_plot_id(told.plots[0]) is not None]


def _post(told: Told, photos: Mapping[str, int]) -> None:
    on = clock.today()
    shares = farm.shares_on(farm.get_plot(told.plots[0]).id, on)
    household_id = max(shares, key=lambda one: shares[one])
    person_id = _person(household_id, on_behalf=told.on_behalf)
    is_foggy = told.weather is Weather.FOG
    content = Content(told.note, told.weather, told.work, None if is_foggy else _water(on))
    readings = _readings(told, on, told.misread_mm) if told.measured else ()
    mine = farm.plots_of_household_on(household_id, on)
    plots = tuple(code for code in told.plots if code in mine)
    post = Post(_uuid(told), plots, content, readings=readings, confirmed=True)
    made = post_update(household_id, person_id, post, on_behalf=told.on_behalf)
    shown = {photos[name]: name in told.people for name in told.photos}
    attach_photos(made.id, 0, shown, consent=True)
    tell_at_once(made.id)
    if told.edited:
        with clock.frozen(clock.now() + EDITED_AFTER):
            edit_update(made.id, [household_id], person_id, Change({"note": told.edited}, {}))
    if told.corrected:
        readings = _readings(told, on, 0) if told.measured else ()
        right = Post(_uuid(told, "corrected"), (), Content(told.corrected), readings=readings, confirmed=True)
        with clock.frozen(clock.now() + CORRECTED_AFTER):
            correct_update(made.id, [household_id], person_id, right)


def _person(household_id: int, *, on_behalf: bool) -> int:
    if on_behalf:
        return staff.find_staff_id("operator") or 0
    query = select(HouseholdMember.person_id).where(HouseholdMember.household_id == household_id)
    return db.session.scalars(query.order_by(HouseholdMember.person_id).limit(1)).one()


def _readings(told: Told, on: date, misread_mm: float) -> tuple[tuple[str, Sample], ...]:
    plot = farm.get_plot(told.plots[0])
    rows = [row for row in farm.list_measurements(plot.id) if row.measured_on != on]
    earlier = [row for row in rows if row.measured_on < on]
    forecast = forecast_of(plot, earlier)
    if forecast is None:
        return ()
    mean_mm = forecast.at(on).length_mm
    if len(earlier) < len(rows):
        was, then = earlier[-1], rows[len(earlier)]
        part = (on - was.measured_on) / (then.measured_on - was.measured_on)
        mean_mm = was.mean_shell_length_mm + part * (then.mean_shell_length_mm - was.mean_shell_length_mm)
    lengths = [round(mean_mm * (1 + share) + misread_mm, 1) for share in SPREAD]
    return ((plot.code, read_sample(lengths_mm=lengths)),)


def _water(on: date) -> Decimal | None:
    # The sea is as warm as it was measured around that day, on whichever plot.
    near = PlotMeasurement.measured_on.between(on - NEAR, on + NEAR)
    warmth = db.session.scalar(select(func.avg(PlotMeasurement.water_temperature_c)).where(near))
    return None if warmth is None else Decimal(str(round(float(warmth), 1)))


def _moment(today: date, told: Told) -> datetime:
    minute = UUID(_uuid(told)).int % MORNING_MINUTES
    return datetime.combine(today - timedelta(days=told.days_ago), FIRST, clock.SHANGHAI) + timedelta(minutes=minute)


def _uuid(told: Told, what: str = "posted") -> str:
    return str(uuid5(NAMESPACE_URL, f"demo:{told.plots[0]}:{told.days_ago}:{what}"))
