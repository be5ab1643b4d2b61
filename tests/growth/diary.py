"""Two households with people, and what they do in the diary, in one line each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.media.models import Photo, Upload
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.models import Household, HouseholdMember, PlotMeasurement, PlotShare
from cofu_adopt.farm.rows import MeasurementRow
from cofu_adopt.growth import queries
from cofu_adopt.growth.content import Content, Post
from cofu_adopt.growth.edit_update import Change, edit_update
from cofu_adopt.growth.models import GrowthUpdate
from cofu_adopt.growth.post_update import Posted, post_update
from cofu_adopt.growth.rows import OwnUpdate, UpdateRow
from cofu_adopt.growth.sample import Sample
from tests.people import Who, make_person
from tests.season import Season


def sample(mean: float, count: int = 20, survival: float | None = None) -> Sample:
    """A sample of so many shells."""
    return Sample(Decimal(str(mean)), count, None, None if survival is None else Decimal(str(survival)))


@dataclass
class Family:
    """A household and the person who acts for it."""

    id: int
    person_id: int


@dataclass
class Diary:
    """A1-01 and A1-02 are those of `ours`, B2-01 is that of `theirs`."""

    season: Season
    ours: Family
    theirs: Family
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def uuid(self) -> str:
        """A new UUID, as a phone makes one."""
        return str(UUID(int=next(self._numbers)))

    def draft(self, *plots: str, **said: Any) -> Post:
        """A post for these plots, A1-01 unless said otherwise."""
        content = Content(**{name: said.pop(name) for name in tuple(said) if name in Content.__dataclass_fields__})
        return replace(Post(self.uuid(), plots or ("A1-01",), content), **said)

    def post(self, *plots: str, by: Family | None = None, **said: Any) -> int:
        """Post, and give the row's id."""
        return self.send(self.draft(*plots, **said), by).id

    def send(self, draft: Post, by: Family | None = None) -> Posted:
        """Send a post."""
        family = by or self.ours
        with unit_of_work():
            return post_update(family.id, family.person_id, draft)

    def edit(self, update_id: int, by: Family | None = None, **changes: Any) -> None:
        """Change a post."""
        family = by or self.ours
        with unit_of_work():
            edit_update(update_id, [family.id], family.person_id, Change(**{"content": {}, "readings": {}} | changes))

    def photo(self, person_id: int | None = None, *, finished: bool = True) -> tuple[str, int | None]:
        """An upload's UUID and its photo's id."""
        uuid = self.uuid()
        with unit_of_work():
            photo = Photo(
                digest=uuid.replace("-", "") * 2, width_px=4, height_px=3, size_bytes=9, created_at=clock.now()
            )
            if finished:
                db.session.add(photo)
                db.session.flush()
            upload = Upload(
                person_id=person_id or self.ours.person_id, client_uuid=uuid, size_bytes=9, received_bytes=9,
                photo_id=photo.id if finished else None, created_at=clock.now(), expires_at=clock.now(),
            )  # fmt: skip
            db.session.add(upload)
            return uuid, photo.id if finished else None

    def measured(self, on: date, mean: float, survival: float = 0.9, plot: str = "A1-01") -> None:
        """What the workshop has imported."""
        with unit_of_work():
            db.session.add(
                PlotMeasurement(
                    plot_id=self.season.plots[plot], measured_on=on, mean_shell_length_mm=Decimal(str(mean)),
                    sample_count=20, survival=Decimal(str(survival)),
                )
            )  # fmt: skip

    def measurements(self, plot: str = "A1-01") -> list[MeasurementRow]:
        """The plot's measurements, oldest first."""
        with unit_of_work(writes=False):
            return farm.list_measurements(self.season.plots[plot])

    def lengths(self, plot: str = "A1-01") -> list[float]:
        """The plot's mean lengths, oldest first."""
        return [row.mean_shell_length_mm for row in self.measurements(plot)]

    def timeline(self, *plots: str, before: tuple[datetime, int] | None = None, limit: int = 20) -> list[UpdateRow]:
        """What everybody sees of these plots."""
        with unit_of_work(writes=False):
            return queries.timeline([self.season.plots[plot] for plot in plots or ("A1-01",)], before, limit)

    def own(self, update_id: int) -> OwnUpdate:
        """A post as its household sees it."""
        with unit_of_work(writes=False):
            return queries.get_update(update_id)

    def count(self) -> int:
        """How many posts are stored."""
        with unit_of_work(writes=False):
            return len(db.session.scalars(select(GrowthUpdate.id)).all())


def make_diary(season: Season) -> Diary:
    """Give B2-01 to a second household, and each household a person."""
    ours_id = household_id()
    with unit_of_work():
        other = Household(
            code="GQ002", head_name="李阿四", village="干斜村", phone="19900000002", phone_index="GQ002", family_size=2,
            low_income=False, bank_name="嵊泗农商银行", bank_clearing_code="402342500018",
            bank_account="6299995173266249312", payee_name="李阿四", joined_on=date(2019, 1, 1),
        )  # fmt: skip
        db.session.add(other)
        db.session.flush()
        plot_id = season.plots["B2-01"]
        db.session.execute(delete(PlotShare).where(PlotShare.plot_id == plot_id))
        share = {"plot_id": plot_id, "valid_from": date(2026, 10, 1), "household_id": other.id, "weight": 1}
        db.session.execute(insert(PlotShare), [share])
        theirs_id = other.id
    families = []
    for family_id in (ours_id, theirs_id):
        person_id = make_person(Who.HOUSEHOLD)
        with unit_of_work():
            db.session.add(HouseholdMember(household_id=family_id, person_id=person_id))
        families.append(Family(family_id, person_id))
    ours, theirs = families
    return Diary(season, ours, theirs)


def household_id() -> int:
    """The season's only household."""
    with unit_of_work(writes=False):
        return db.session.scalars(select(Household.id)).one()


def operator() -> int:
    """A person of the workshop."""
    return make_person(Who.OPERATOR)
