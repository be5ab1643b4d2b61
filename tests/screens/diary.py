"""Posts of the small sea's plot, written row by row."""

from __future__ import annotations

import itertools
from datetime import datetime
from decimal import Decimal
from typing import Any

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.media.models import Photo
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.models import (
    GrowthReading,
    GrowthUpdate,
    GrowthUpdatePhoto,
    GrowthUpdatePlot,
    ReadingState,
    Weather,
)

_numbers = itertools.count()


def tell(
    plot_code: str,
    note: str,
    happened_at: datetime,
    *,
    people: tuple[bool, ...] = (),
    length_mm: str | None = None,
    **columns: Any,
) -> int:
    """Post a note, with a photo for each of `people` (whether people without consent can be seen); return its id."""
    number = next(_numbers)
    with unit_of_work():
        plot = farm.get_plot(plot_code)
        person_id = columns.pop("person_id", 1)
        post = GrowthUpdate(
            household_id=plot.households[0].id, person_id=person_id, on_behalf=False, client_uuid=f"test-{number}",
            note=note, weather=Weather.FOG, work=[], water_temperature_c=Decimal("17.5"), happened_at=happened_at,
            created_at=clock.now(), **columns,
        )  # fmt: skip
        db.session.add(post)
        db.session.flush()
        db.session.add(GrowthUpdatePlot(update_id=post.id, plot_id=plot.id))
        for position, shows_people in enumerate(people):
            photo = Photo(
                digest=f"{number:032x}{position:032x}", width_px=1280, height_px=960, size_bytes=1,
                created_at=clock.now(),
            )  # fmt: skip
            db.session.add(photo)
            db.session.flush()
            db.session.add(
                GrowthUpdatePhoto(update_id=post.id, position=position, photo_id=photo.id, shows_people=shows_people)
            )
        if length_mm:
            db.session.add(
                GrowthReading(
                    update_id=post.id, plot_id=plot.id, measured_on=clock.day_of(happened_at),
                    mean_shell_length_mm=Decimal(length_mm), sample_count=30, state=ReadingState.KEPT,
                )
            )  # fmt: skip
        return post.id
