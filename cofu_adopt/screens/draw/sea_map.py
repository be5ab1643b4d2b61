"""The sea map: a chart of numbered cells around the island, each a link. Places come from the plots' positions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from flask_babel import gettext as _
from markupsafe import Markup, escape

from cofu_adopt.screens.draw.shell import SHELL

COLUMNS, ROWS = 6, 6
ISLAND_PLACES = frozenset((column, row) for column in (1, 2, 3, 4) for row in (2, 3))
"""The island lies where no mussels grow; a season with cells there is drawn without it."""
COMPASS_PLACES = frozenset((column, 5) for column in (0, 1, 2))
MINUTE = 1 / 60
STEP_LONGITUDE = 0.012
STEP_LATITUDE = 0.009
"""The lattice of the grid sea, in degrees: a cell is about 1.1 by 1.0 km."""
FEW = 30
WIDEST = 999
SIZE, PITCH, LEFT, TOP = 48, 54, 21, 22
LAND = (
    "M112 196C100 186 92 170 104 160C116 150 128 158 140 150C150 143 152 132 166 134C180 136 184 146 198 146"
    "C214 146 222 136 236 142C250 148 262 152 262 166C262 176 250 180 244 190C238 202 250 214 238 222"
    "C226 230 214 220 202 214C192 209 184 214 176 220C164 229 150 226 146 214C142 204 126 206 112 196Z"
)
HILLS = (
    "M132 178C142 168 156 172 166 162C176 154 190 160 200 166C212 172 226 164 234 172C240 180 226 190 216 188"
    "C204 186 192 190 182 196C170 204 150 196 140 192C130 190 126 184 132 178Z"
)
ISLET = "M92 222c6-5 14-3 15 3s-8 9-14 7-5-7-1-10Z"
SOUNDINGS = ((84, 160, 12), (270, 214, 15), (82, 214, 18), (271, 166, 16), (320, 330, 24))


class CellState(StrEnum):
    """How a cell looks, in words, shape and colour."""

    FREE = "free"
    FEW = "few"
    FULL = "full"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Cell:
    """One square: its code, how many of its ropes are free, where it leads, and the middle of it in degrees."""

    code: str
    free_count: int
    rope_count: int
    on_sale: bool
    column: int
    row: int
    href: str
    longitude: float | None = None
    latitude: float | None = None

    @property
    def state(self) -> CellState:
        """REST when nothing of it is on sale."""
        if not self.on_sale:
            return CellState.REST
        if self.free_count == 0:
            return CellState.FULL
        return CellState.FEW if self.free_count < FEW else CellState.FREE

    @property
    def label(self) -> str:
        """What a screen reader says; it begins with what is seen."""
        words = {
            CellState.FREE: _("%(code)s 余 %(count)s 串可认养", code=self.code, count=self.free_count),
            CellState.FEW: _("%(code)s 余 %(count)s 串，余不多", code=self.code, count=self.free_count),
            CellState.FULL: _("%(code)s 满，已认满", code=self.code),
            CellState.REST: _("%(code)s 休，休养中", code=self.code),
        }
        return str(words[self.state])


def places(positions: Mapping[str, tuple[float, float]]) -> dict[str, tuple[int, int]]:
    """Column and row on the chart by code, from mean longitude and latitude: west is left, north is up."""
    if not positions:
        return {}
    west = min(longitude for longitude, _latitude in positions.values())
    north = max(latitude for _longitude, latitude in positions.values())
    return {
        code: (round((longitude - west) / STEP_LONGITUDE), round((north - latitude) / STEP_LATITUDE))
        for code, (longitude, latitude) in positions.items()
    }


def sea_map(cells: Iterable[Cell], *, selected: str | None = None) -> Markup:
    """The whole chart; the cell with the code `selected` carries the buoy. Degrees are shown where cells know theirs."""
    cells = list(cells)
    columns = max(COLUMNS, *(cell.column + 1 for cell in cells), 0)
    rows = max(ROWS, *(cell.row + 1 for cell in cells), 0)
    width, height = LEFT * 2 + columns * PITCH - 6, TOP + rows * PITCH + 22
    label = escape(_("海图：枸杞岛周围 %(count)s 格", count=len(cells)))
    drawn = "".join(_link(cell, selected=cell.code == selected) for cell in cells)
    taken = {(cell.column, cell.row) for cell in cells}
    island = "" if taken & ISLAND_PLACES else _island()
    compass = "" if taken & COMPASS_PLACES else _compass()
    return Markup(  # noqa: S704 - texts are escaped, the rest are numbers and constants
        f'<svg class="seamap" viewBox="0 0 {width} {height}" role="group" aria-label="{label}">{_hatch()}'
        f'<g aria-hidden="true">{_graticule(cells, width, height)}{island}{compass}</g>{drawn}</svg>'
    )


def cell_figure(cell: Cell) -> Markup:
    """One cell by itself, for the head of its page."""
    return Markup(  # noqa: S704 - as above
        f'<svg class="seamap cellfig" viewBox="-6 -6 60 60" aria-hidden="true">{_hatch()}'
        f'<g class="cell cell--{cell.state}">{_body(cell, 0, 0)}</g></svg>'
    )


def legend() -> Markup:
    """What the four looks mean."""
    box = '<rect class="box" x="1" y="1" width="20" height="20" rx="3"/>'
    buoys = "".join(f'<circle class="by" cx="{x}" cy="11" r="2.2"/>' for x in (6, 11, 16))
    shapes = {
        CellState.FREE: (f'{box}<path class="ln" d="M3 11h16"/>{buoys}', _("可认养")),
        CellState.FEW: (f'{box}<path class="flag" d="M11 1h7a3 3 0 0 1 3 3v7Z"/>', _("余不多")),
        CellState.FULL: (
            f'{box}<g transform="translate(11 11) rotate(28) scale(.16)"><path class="sh" d="{SHELL}"/></g>',
            _("已认满"),
        ),
        CellState.REST: (box, _("休养中")),
    }
    items = "".join(
        f'<li><svg viewBox="0 0 22 22" class="cell cell--{state}" aria-hidden="true">{shape}</svg>{escape(word)}</li>'
        for state, (shape, word) in shapes.items()
    )
    return Markup(f'<ul class="legend">{items}</ul>')  # noqa: S704 - as above


def _link(cell: Cell, *, selected: bool) -> str:
    x, y = LEFT + cell.column * PITCH, TOP + cell.row * PITCH
    chosen = " cell--sel" if selected else ""
    pin = f'<circle class="pin" cx="{x + SIZE // 2}" cy="{y - 2}" r="6"/>' if selected else ""
    return (
        f'<a class="cell cell--{cell.state}{chosen}" href="{escape(cell.href)}" aria-label="{escape(cell.label)}">'
        f'{_body(cell, x, y)}<rect class="ring" x="{x - 2}" y="{y - 2}" width="52" height="52" rx="7"/>{pin}</a>'
    )


def _body(cell: Cell, x: int, y: int) -> str:
    shape = f'<rect class="box" x="{x}" y="{y}" width="{SIZE}" height="{SIZE}" rx="5"/>'
    if cell.state is CellState.FEW:
        shape += f'<path class="flag" d="M{x + SIZE - 17} {y}h12a5 5 0 0 1 5 5v12Z"/>'
    shape += f'<text class="code" x="{x + 5}" y="{y + 14}">{escape(cell.code)} </text>'
    middle = x + SIZE / 2
    if cell.state in {CellState.FREE, CellState.FEW}:
        # The word stands before the number in Chinese and after it in English.
        words = escape(_("余 {count}")).replace("{count}", Markup(f"</tspan>{cell.free_count}<tspan class='unit'>"))  # noqa: S704 - a number
        wide = " left--wide" if cell.free_count > WIDEST else ""
        shape += (
            f'<text class="left{wide}" x="{middle}" y="{y + 32}"><tspan class="unit">{words}</tspan></text>'
            f'<path class="ln" d="M{x + 6} {y + 40}h{SIZE - 12}"/>'
        )
        return shape + _buoys(cell, x, y)
    if cell.state is CellState.FULL:
        shape += (
            f'<g transform="translate({x + SIZE - 12} {y + 13}) rotate(28) scale(.17)">'
            f'<path class="sh" d="{SHELL}"/></g>'
        )
    word = escape(_("满") if cell.state is CellState.FULL else _("休"))
    return f'{shape}<text class="left" x="{middle}" y="{y + 39}">{word}</text>'


def _buoys(cell: Cell, x: int, y: int) -> str:
    free = max(1, round(5 * cell.free_count / cell.rope_count))
    return "".join(
        f'<circle class="by{"" if place < free else " on"}" cx="{x + 9 + place * (SIZE - 18) / 4:.1f}" '
        f'cy="{y + 40}" r="2.6"/>'
        for place in range(5)
    )


def _hatch() -> str:
    return (
        '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="hatchline" d="M0 0V7"/></pattern></defs>'
    )


def _graticule(cells: Iterable[Cell], width: int, height: int) -> str:
    known = next((cell for cell in cells if cell.longitude is not None and cell.latitude is not None), None)
    if known is None or known.longitude is None or known.latitude is None:
        return ""
    # Degrees at the outer edge of the first column and the first row.
    west = known.longitude - (known.column + 0.5) * STEP_LONGITUDE
    north = known.latitude + (known.row + 0.5) * STEP_LATITUDE
    lines = ""
    for minute in _minutes(west, west + (width - 2 * LEFT) / PITCH * STEP_LONGITUDE, every=2):
        x = LEFT + (minute * MINUTE - west) / STEP_LONGITUDE * PITCH - 3
        lines += f'<path class="grat" d="M{x:.1f} 10V{height - 6}"/><text class="gl" x="{min(x + 3, width - 46):.1f}" y="12">{_degrees(minute)}E</text>'
    for minute in _minutes(north - (height - TOP - 28) / PITCH * STEP_LATITUDE, north, every=1):
        y = TOP + (north - minute * MINUTE) / STEP_LATITUDE * PITCH - 3
        lines += (
            f'<path class="grat" d="M0 {y:.1f}H{width}"/>'
            f'<text class="gl" transform="translate(10 {y - 4:.1f}) rotate(-90)">{_degrees(minute)}N</text>'
        )
    return lines


def _minutes(low: float, high: float, *, every: int) -> range:
    """The whole minutes of arc between two positions in degrees, every second or each."""
    first = ceil(low / MINUTE / every) * every
    return range(first, int(high / MINUTE) + 1, every)


def _degrees(minute: int) -> str:
    return f"{minute // 60}°{minute % 60:02d}′"


def _island() -> str:
    contours = "".join(
        f'<path class="iso" d="{LAND}" transform="translate({182 * (1 - k):.1f} {182 * (1 - k):.1f}) scale({k})"/>'
        for k in (1.22, 1.42, 1.7)
    )
    name = escape(_("枸杞岛"))
    depths = "".join(f'<text class="snd" x="{x}" y="{y}">{depth}</text>' for x, y, depth in SOUNDINGS)
    return (
        f'{contours}<path class="land" d="{LAND}"/><path class="land2" d="{HILLS}"/><path class="land" d="{ISLET}"/>'
        f'<text class="landname" x="186" y="186">{name}</text>{depths}'
    )


def _compass() -> str:
    warning, mile = escape(_("示意图，不作航行用")), escape(_("1 海里"))
    return (
        '<g transform="translate(46 326)"><circle r="15" class="grat compass"/>'
        '<path class="compass" d="M0-20L4 0 0 20-4 0Z"/><path class="compass compass--n" d="M0-20L4 0H-4Z"/>'
        '<text class="gl" x="-3" y="-23">N</text></g>'
        f'<text class="gl" x="78" y="318">{warning}</text>'
        '<path d="M78 328h87M78 325v6M165 325v6" class="grat scale"/>'
        f'<text class="gl" x="78" y="342">0</text><text class="gl" x="165" y="342" text-anchor="end">{mile}</text>'
    )
