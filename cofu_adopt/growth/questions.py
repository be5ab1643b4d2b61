"""A measured value is questioned before it is kept. Where the forecast's band lies is asked of whoever knows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.rows import MeasurementRow
from cofu_adopt.growth.sample import Sample

FALL_SHARE = 0.05
"""A mean length that falls by more than this is asked about. Source: DOMAIN.md."""
SURVIVAL_RISE = 0.01
"""Mussels do not come alive again; a point more is how the sample fell out."""
IsInBand = Callable[[int, date, float], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """Why a value looks wrong: `falls`, `outside_band` or `survival_rises`, and the sentence for the household."""

    plot_code: str
    code: str
    words: str


_is_in_band: IsInBand = lambda _plot_id, _on, _length_mm: True  # noqa: E731 - replaced by use_band


def use_band(is_in_band: IsInBand) -> None:
    """Tell who knows whether a length on a day lies inside a plot's forecast; until then none is outside."""
    global _is_in_band  # noqa: PLW0603 - set once, when the app is made
    _is_in_band = is_in_band


def questions_about(plot_id: int, plot_code: str, on: date, sample: Sample) -> list[Question]:
    """What to ask before `sample` is kept as measured on a plot on a day; nothing when it looks right."""
    before = [row for row in farm.list_measurements(plot_id) if row.measured_on <= on]
    length = float(sample.mean_shell_length_mm)
    codes = doubts(before[-1] if before else None, sample)
    if "falls" not in codes and before and not _is_in_band(plot_id, on, length):
        codes.append("outside_band")
    return [Question(plot_code, code, _words(code, plot_code, before[-1], sample)) for code in codes]


def doubts(last: MeasurementRow | None, sample: Sample) -> list[str]:
    """What speaks against a sample beside the one before it."""
    found: list[str] = []
    if last is None:
        return found
    if float(sample.mean_shell_length_mm) < last.mean_shell_length_mm * (1 - FALL_SHARE):
        found.append("falls")
    if sample.survival is not None and float(sample.survival) > last.survival + SURVIVAL_RISE:
        found.append("survival_rises")
    return found


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
