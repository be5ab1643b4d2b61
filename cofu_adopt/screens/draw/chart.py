"""The growth chart: what was measured, what is to be expected, the closed season, the harvest window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from cofu_adopt.growth.rules import CLOSED_FROM, CLOSED_TO

LEFT, RIGHT, TOP, BOTTOM = 30, 6, 30, 34
WIDE = 500


@dataclass(frozen=True, slots=True)
class Point:
    """A mean shell length in mm on a day."""

    on: date
    length_mm: float


@dataclass(frozen=True, slots=True)
class Expected:
    """An expected length in mm on a day, and its band."""

    on: date
    length_mm: float
    low_mm: float
    high_mm: float


@dataclass(frozen=True, slots=True)
class _Frame:
    first: date
    last: date
    low: int
    high: int
    width: int
    height: int

    def x(self, on: date) -> float:
        """Where a day stands."""
        share = (on - self.first).days / (self.last - self.first).days
        return LEFT + min(1.0, max(0.0, share)) * (self.width - RIGHT - LEFT)

    def y(self, length_mm: float) -> float:
        """Where a length stands."""
        share = min(1.0, max(0.0, (length_mm - self.low) / (self.high - self.low)))
        return self.height - BOTTOM - share * (self.height - BOTTOM - TOP)


def growth_chart(
    points: Sequence[Point],
    *,
    harvest: tuple[date, date] | None,
    closed_season: bool,
    width: int,
    height: int,
    uid: str,
    market_mm: float | None = None,
    expected: Sequence[Expected] = (),
) -> Markup:
    """Draw the measured points, oldest first. `uid` keeps ids apart when the chart stands twice on a page.

    `harvest`: the first and last day of the promised harvest; `closed_season`: hatch it for species that have one;
    `market_mm`: from this length on it is sold; `expected`: the forecast, from the last point on, oldest first.
    """
    first = month_start(points[0].on)
    ends = [points[-1].on, *(harvest[1:] if harvest else ()), *(point.on for point in expected[-1:])]
    last = month_start(max(ends), months=1)
    lengths = [point.length_mm for point in points]
    shown = [*lengths, *([market_mm] if market_mm else []), *(point.length_mm for point in expected)]
    low = int(min(shown) // 10 * 10)
    high = int(max(shown) // 10 * 10 + 20)
    frame = _Frame(first, last, low, high, width, height)
    words = escape(
        _(
            "从 %(first)s 毫米长到 %(last)s 毫米，共量了 %(count)s 次。",
            first=f"{lengths[0]:.1f}",
            last=f"{lengths[-1]:.1f}",
            count=len(points),
        )
    )
    if expected:
        words += escape(
            _(
                "预计到 %(day)s 有 %(length)s 毫米，多半在 %(low)s 到 %(high)s 毫米之间。",
                day=format_date(expected[-1].on, "long", locale=get_locale() or "zh_Hans"),
                length=f"{expected[-1].length_mm:.0f}",
                low=f"{expected[-1].low_mm:.0f}",
                high=f"{expected[-1].high_mm:.0f}",
            )
        )
    title = escape(_("壳长生长图"))
    parts = [
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-labelledby="ct{uid} cd{uid}">',
        f'<title id="ct{uid}">{title}</title><desc id="cd{uid}">{words}</desc>',
        _harvest(frame, harvest) if harvest else "",
        _closed(frame, uid) if closed_season else "",
        _axes(frame),
        _market(frame, market_mm) if market_mm else "",
        _expected(frame, expected, uid) if len(expected) > 1 else "",
        _measured(frame, points),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704 - texts are escaped, the rest are numbers


def month_start(day: date, months: int = 0) -> date:
    """The first of the month of `day`, `months` later."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _axes(frame: _Frame) -> str:
    bottom, right = frame.height - BOTTOM, frame.width - RIGHT
    step = 10 if frame.high - frame.low <= 60 else 20  # noqa: PLR2004 - more lines would crowd
    lines = "".join(
        f'<path class="ax" d="M{LEFT} {frame.y(length):.1f}H{right}"/>'
        f'<text x="{LEFT - 6}" y="{frame.y(length) + 4:.1f}" text-anchor="end">{length}</text>'
        for length in range(frame.low, frame.high, step)
    )
    unit = escape(_("毫米"))
    lines += f'<text x="0" y="{TOP - 14}">{unit}</text>'
    months = (frame.last.year - frame.first.year) * 12 + frame.last.month - frame.first.month
    every = next(n for n in (1, 2, 3, 6, 12, 24) if months / n <= (12 if frame.width >= WIDE else 6))
    for count in range(months + 1):
        on = month_start(frame.first, count)
        lines += f'<path class="ax" d="M{frame.x(on):.1f} {bottom}v4"/>'
        if count % every == 0 and count < months:
            lines += _month(frame, on, with_year=count == 0 or on.month <= every, bottom=bottom)
    return lines


def _month(frame: _Frame, on: date, *, with_year: bool, bottom: int) -> str:
    month = escape(format_date(on, "LLL", locale=get_locale() or "zh_Hans"))
    words = f'<text x="{frame.x(on):.1f}" y="{bottom + 18}" text-anchor="middle">{month}</text>'
    if with_year:
        words += f'<text x="{frame.x(on):.1f}" y="{bottom + 33}" text-anchor="middle">{on.year}</text>'
    return words


def _measured(frame: _Frame, points: Sequence[Point]) -> str:
    path = "L".join(f"{frame.x(point.on):.1f} {frame.y(point.length_mm):.1f}" for point in points)
    dots = "".join(
        f'<circle class="pt" cx="{frame.x(point.on):.1f}" cy="{frame.y(point.length_mm):.1f}" r="4"/>'
        for point in points[:-1]
    )
    now = points[-1]
    x, y = frame.x(now.on), frame.y(now.length_mm)
    return (
        f'<path class="ms" d="M{path}"/>{dots}'
        f'<circle class="pt pt--now" cx="{x:.1f}" cy="{y:.1f}" r="6" stroke-width="2"/>'
        f'<text class="nowt" x="{min(x, frame.width - 34):.1f}" y="{y - 14:.1f}" text-anchor="middle">{now.length_mm:.1f}</text>'
    )


def _expected(frame: _Frame, points: Sequence[Expected], uid: str) -> str:
    def line(lengths: Sequence[tuple[date, float]]) -> str:
        return "L".join(f"{frame.x(on):.1f} {frame.y(length):.1f}" for on, length in lengths)

    upper = [(point.on, point.high_mm) for point in points]
    lower = [(point.on, point.low_mm) for point in reversed(points)]
    left, right = frame.x(points[0].on), frame.x(points[-1].on)
    return (
        # The band fades in: at the last measurement nothing is in doubt that the measurement does not tell.
        f'<defs><linearGradient id="fade{uid}" gradientUnits="userSpaceOnUse" x1="{left:.1f}" '
        f'x2="{min(left + 26, right):.1f}" y1="0" y2="0">'
        '<stop class="b0" offset="0"/><stop class="b1" offset="1"/></linearGradient></defs>'
        f'<path fill="url(#fade{uid})" d="M{line([*upper, *lower])}Z"/>'
        f'<path class="fc" d="M{line([(point.on, point.length_mm) for point in points])}"/>'
    )


def _market(frame: _Frame, length_mm: float) -> str:
    y = frame.y(length_mm)
    words = escape(_("上市壳长"))
    return (
        f'<path class="goal" d="M{LEFT} {y:.1f}H{frame.width - RIGHT}"/>'
        f'<text class="goalt" x="{LEFT + 4}" y="{y - 7:.1f}">{words}</text>'
    )


def _harvest(frame: _Frame, harvest: tuple[date, date]) -> str:
    left, right = frame.x(harvest[0]), frame.x(harvest[1])
    middle = min((left + right) / 2, frame.width - 40)
    words = escape(_("采收窗口"))
    return (
        f'<rect class="win" x="{left:.1f}" y="{TOP}" width="{max(2.0, right - left):.1f}" height="{frame.height - BOTTOM - TOP}"/>'
        f'<path class="winb" d="M{left + 2:.1f} {TOP}H{max(left + 3, right - 2):.1f}"/>'
        f'<text class="wint" x="{middle:.1f}" y="{TOP - 9}" text-anchor="middle">{words}</text>'
    )


def _closed(frame: _Frame, uid: str) -> str:
    drawn = (
        f'<defs><pattern id="shut{uid}" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="shutl" d="M0 0V6"/></pattern></defs>'
    )
    bottom = frame.height - BOTTOM
    words = escape(_("禁售期"))
    span: Callable[[int], tuple[float, float]] = lambda year: (  # noqa: E731 - local and short
        frame.x(date(year, *CLOSED_FROM)),
        frame.x(date(year, *CLOSED_TO)),
    )
    for year in range(frame.first.year, frame.last.year + 1):
        left, right = span(year)
        if right - left < 4:  # noqa: PLR2004 - outside the frame
            continue
        drawn += f'<rect class="shut" x="{left:.1f}" y="{TOP}" width="{right - left:.1f}" height="{bottom - TOP}" fill="url(#shut{uid})"/>'
        if right - left > 44:  # noqa: PLR2004 - the words must fit
            drawn += f'<text x="{(left + right) / 2:.1f}" y="{bottom - 8}" text-anchor="middle">{words}</text>'
    return drawn
