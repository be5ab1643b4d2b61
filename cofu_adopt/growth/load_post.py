"""From what a phone or a program sent to a post or a change of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.content import Content, Post
from cofu_adopt.growth.edit_update import Change
from cofu_adopt.growth.models import Weather, Work
from cofu_adopt.growth.sample import Sample, read_sample

SAMPLE = ("lengths_mm", "mean_shell_length_mm", "sample_count", "survival")
CONTENT = ("note", "weather", "work", "water_temperature_c")


def load_post(given: Mapping[str, Any]) -> Post:
    """The post in a body that its schema has understood. Raises Invalid."""
    happened_at: datetime | None = given.get("happened_at")
    return Post(
        client_uuid=given["client_uuid"],
        plot_codes=tuple(given["plot_codes"]),
        content=Content(**_content(given)),
        happened_at=happened_at,
        photo_uuids=tuple(given.get("photo_uuids", ())),
        people_uuids=frozenset(given.get("people_photo_uuids", ())),
        people_consent=given.get("people_consent", False),
        readings=tuple(_readings(given).items()),
        confirmed=given.get("confirmed", False),
    )


def load_change(given: Mapping[str, Any]) -> Change:
    """The change in a body that its schema has understood. Raises Invalid."""
    return Change(
        content=_content(given),
        readings=dict(_readings(given)),
        photo_uuids=tuple(given.get("photo_uuids", ())),
        people_uuids=frozenset(given.get("people_photo_uuids", ())),
        people_consent=given.get("people_consent", False),
        dropped_photo_ids=frozenset(given.get("dropped_photo_ids", ())),
        confirmed=given.get("confirmed", False),
    )


def load_sample(given: Mapping[str, Any]) -> Sample:
    """The sample in a body that its schema has understood. Raises Invalid."""
    return read_sample(**{name: given[name] for name in SAMPLE})


def load_warmth(given: Mapping[str, Any]) -> Decimal | None:
    """The water's temperature in a body, to a tenth of a degree."""
    warmth = given.get("water_temperature_c")
    return None if warmth is None else round(Decimal(str(warmth)), 1)


def choose_household(person_id: int, household_id: int | None) -> int:
    """The household for which the person posts. Raises NotFound for another's; Invalid when she must say which."""
    mine = [row[0] for row in farm.households_of_person(person_id)]
    if household_id is None and len(mine) > 1:
        raise Invalid({"household_id": _("您替几户做事，请说是哪一户。")})
    if not mine or (household_id is not None and household_id not in mine):
        raise NotFound
    return household_id or mine[0]


def _content(given: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: given[name] for name in CONTENT if name in given}
    if found.get("weather"):
        found["weather"] = Weather(found["weather"])
    if "work" in found:
        found["work"] = tuple(Work(work) for work in found["work"])
    if "water_temperature_c" in found:
        found["water_temperature_c"] = load_warmth(found)
    return found


def _readings(given: Mapping[str, Any]) -> dict[str, Sample]:
    found: dict[str, Sample] = {}
    for one in given.get("readings", ()):
        code = one["plot_code"]
        try:
            found[code] = load_sample(one)
        except Invalid as error:
            raise Invalid({f"readings.{code}.{name}": words for name, words in error.fields.items()}) from error
    return found
