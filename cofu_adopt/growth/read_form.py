"""From a form without JavaScript to what the schemas understand: the same faults as from a phone's page."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from flask_babel import gettext as _
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict

from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.fields import faults
from cofu_adopt.farm.read_number import parse_number

SAMPLE = ("lengths", "mean", "count", "survival")
UNITS = ("毫米", "mm", "度", "℃", "只", "%")
BETWEEN = re.compile(r"[\s,，、;；/]+")


def load(schema: Schema, given: Any) -> dict[str, Any]:
    """What `given` says, as `schema` understands it. Raises Invalid."""
    try:
        understood: dict[str, Any] = schema.load(given if isinstance(given, dict) else {})
    except ValidationError as error:
        raise Invalid(faults(error.messages)) from error
    return understood


def read_content(form: MultiDict[str, str]) -> dict[str, Any]:
    """Note, weather, work and water as typed. Raises Invalid."""
    return {
        "note": form.get("note", "").strip(),
        "weather": form.get("weather") or None,
        "work": form.getlist("work"),
        "water_temperature_c": _number("water_temperature_c", form.get("water_temperature_c", "")),
    }


def read_readings(form: MultiDict[str, str], plot_codes: Iterable[str]) -> list[dict[str, Any]]:
    """The samples as typed beside their plots; a plot without any number has none. Raises Invalid."""
    found: list[dict[str, Any]] = []
    for code in plot_codes:
        typed = {name: form.get(f"{name}.{code}", "").strip() for name in SAMPLE}
        if not any(typed.values()):
            continue
        lengths = [part for part in BETWEEN.split(_plain(typed["lengths"])) if part]
        count = _number(f"count.{code}", typed["count"])
        share = _number(f"survival.{code}", typed["survival"])
        found.append(
            {
                "plot_code": code,
                "lengths_mm": [_number(f"lengths.{code}", part) for part in lengths],
                "mean_shell_length_mm": _number(f"mean.{code}", typed["mean"]),
                "sample_count": int(count) if count is not None and count == int(count) else count,
                "survival": None if share is None else share / 100,
            }
        )
    return found


def is_emptied(form: MultiDict[str, str], code: str) -> bool:
    """The form asked about the plot, and nothing is left of what was measured."""
    typed = [form[f"{name}.{code}"] for name in SAMPLE if f"{name}.{code}" in form]
    return bool(typed) and not any(words.strip() for words in typed)


def form_key(form_uuid: str, said: Mapping[str, Any]) -> str:
    """The UUID of what a form says: pressed twice it is the same, other words from the same page are another.

    A form without one of its own gets none, as the same words of another day are another post.
    """
    return str(uuid5(NAMESPACE_OID, f"{form_uuid}\n{json.dumps(said, sort_keys=True)}")) if form_uuid else ""


def _number(field: str, typed: str) -> float | None:
    text = _plain(typed)
    if not text:
        return None
    found = parse_number(text.removesuffix("%").strip(), UNITS)
    if found is None:
        raise Invalid({field: _("这不是数字，请再看一看。")})
    return float(found.value)


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip()
