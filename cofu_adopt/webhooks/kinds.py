"""What can be told: one line each, and what is said of it. Only what a public page would show at that moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.schemas import MeasurementSchema
from cofu_adopt.growth import queries as growth
from cofu_adopt.growth.dump import dump_updates
from cofu_adopt.growth.schemas import UpdateSchema
from cofu_adopt.notify.links import absolute

Facts = Mapping[str, Any]
TEST = "endpoint.test"
UPDATE, MEASUREMENT = UpdateSchema(), MeasurementSchema()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event. `tell` makes its data from its facts; None when there is nothing public to tell any more."""

    words: Any
    tell: Callable[[Facts], dict[str, Any] | None]


def _posted(facts: Facts) -> dict[str, Any] | None:
    row = growth.find_public_update(facts["id"])
    if row is None:
        return None
    data: dict[str, Any] = UPDATE.dump(dump_updates([row])[0])
    for entry in (data, *data["corrections"]):
        for photo in entry["photos"]:
            photo["url"] = absolute(photo["url"])
    return data


def _withdrawn(facts: Facts) -> dict[str, Any] | None:
    is_back = growth.find_public_update(facts["id"]) is not None
    return None if is_back else {"id": facts["id"]}


def _measured(facts: Facts) -> dict[str, Any]:
    on = date.fromisoformat(facts["measured_on"])
    found = next((row for row in farm.list_measurements(facts["plot_id"]) if row.measured_on == on), None)
    # Taken back, none of it is left: who has the old value learns it by the same event.
    values = (
        dict.fromkeys(MEASUREMENT.fields) | {"measured_on": on.isoformat()}
        if found is None
        else MEASUREMENT.dump(found)
    )
    return {"plot_code": farm.plot_code(facts["plot_id"]), **values}


def _tested(_facts: Facts) -> dict[str, Any]:
    return {"words": "It works."}


KINDS: dict[str, Kind] = {
    "update.posted": Kind(_l("养殖户发了记录"), _posted),
    "update.withdrawn": Kind(_l("记录撤下了"), _withdrawn),
    "reading.kept": Kind(_l("一桁有了新的量数"), _measured),
}
"""What an endpoint can ask for, in the order of the list. Who keeps each: handlers.py, by wiring.py."""
ALL_KINDS = KINDS | {TEST: Kind(_l("试一下"), _tested)}


def body_of(kind: str, facts: Facts, happened_at: datetime) -> bytes | None:
    """The body of a call, within an open unit of work; None when there is nothing public to tell any more."""
    data = ALL_KINDS[kind].tell(facts)
    if data is None:
        return None
    told = {"type": kind, "timestamp": happened_at.isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
