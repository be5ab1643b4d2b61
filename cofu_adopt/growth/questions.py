"""A measured value is questioned before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.rows import MeasurementRow
from cofu_adopt.growth import rules
from cofu_adopt.growth.rules import Reading
from cofu_adopt.growth.sample import Sample
from cofu_adopt.growth.species import growths

SURVIVAL_RISE = 0.01
"""Mussels do not come alive again; a point more is how the sample fell out."""


@dataclass(frozen=True, slots=True)
class Question:
    """Why a value looks wrong: `falls`, `outside_band` or `survival_rises`, and the sentence for the household."""

    plot_code: str
    code: str
    words: str


def questions_about(plot_id: int, plot_code: str, on: date, sample: Sample) -> list[Question]:
    """What to ask before `sample` is kept as measured on a plot on a day; nothing when it looks right."""
    before = [row for row in farm.list_measurements(plot_id) if row.measured_on <= on]
    if not before:
        return []
    growth = growths()[farm.get_plot(plot_code).species]
    readings = [Reading(row.measured_on, row.mean_shell_length_mm) for row in before]
    codes = rules.questions_about(growth, readings, Reading(on, float(sample.mean_shell_length_mm)))
    if sample.survival is not None and float(sample.survival) > before[-1].survival + SURVIVAL_RISE:
        codes.append("survival_rises")
    return [Question(plot_code, code, _words(code, plot_code, before[-1], sample)) for code in codes]


def _words(code: str, plot_code: str, last: MeasurementRow, sample: Sample) -> str:
    was, now = last.mean_shell_length_mm, float(sample.mean_shell_length_mm)
    if code == "falls":
        return str(
            _(
                "%(plot)s 上次是 %(last)s 毫米，这次 %(now)s 毫米，小了 %(percent)s%%。要再量一次，还是没错？",
                plot=plot_code,
                last=f"{was:.1f}",
                now=f"{now:.1f}",
                percent=round((was - now) / was * 100),
            )
        )
    if code == "survival_rises":
        return str(
            _(
                "%(plot)s 上次成活 %(last)s%%，这次 %(now)s%%，反倒高了。要再数一次，还是没错？",
                plot=plot_code,
                last=f"{last.survival * 100:.1f}",
                now=f"{float(sample.survival or 0) * 100:.1f}",
            )
        )
    return str(
        _(
            "%(plot)s 上次是 %(last)s 毫米，这次 %(now)s 毫米，跟往常长的对不上。要再量一次，还是没错？",
            plot=plot_code,
            last=f"{was:.1f}",
            now=f"{now:.1f}",
        )
    )
