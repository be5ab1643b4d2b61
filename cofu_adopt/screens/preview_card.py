"""The picture that a chat shows beside a link to a rope: 1200 x 630 PNG, as no chat shows an SVG."""

from __future__ import annotations

import io
import math
from dataclasses import astuple, dataclass
from hashlib import sha256

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from PIL import Image, ImageDraw, ImageFont

from cofu_adopt.screens.draw.shell import FULL_SIZE_MM
from cofu_adopt.screens.print_font import FONT, can_print

FORM = "1"
"""Another one when the drawing changes."""
WIDTH, HEIGHT, WATER_Y, WAVE, ROPE_X = 1200, 630, 190, 9, 985
FINER = 2
"""Drawn so many times as large, then made smaller: smooth edges."""
SKY, SEA, SEA_2 = ((248, 233, 227), (233, 230, 242)), (14, 74, 90), (10, 55, 69)
INK, ON_SEA, BUOY, BAND, ROPE, SHELL, RIB = (
    (21, 28, 51), (227, 241, 242), (224, 96, 42), (255, 255, 255), (205, 190, 159), (30, 39, 66), (76, 90, 134),
)  # fmt: skip
"""--nacre-1 and -2, --deep-1 and -2, --ink, --deep-ink, --buoy-mark, white, --rope-2, --shell and --shell-2."""
CURVES = (
    ((0, -50), (13, -48), (27, -22), (27, 10)),
    ((27, 10), (27, 34), (16, 50), (-1, 50)),
    ((-1, 50), (-19, 50), (-28, 34), (-26, 12)),
    ((-26, 12), (-24, -16), (-13, -44), (0, -50)),
)
"""The outline of draw/shell.py, curve by curve."""
HUNG = ((-34, -30, 28), (36, -6, -32), (-30, 44, 22), (34, 70, -24), (-4, 128, 6))
"""Where each mussel hangs on the rope, and how it is turned."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PreviewCard:
    """What it says; only what the link's page says."""

    headline: str
    label: str
    keeper: str
    length_mm: float | None
    days_left: int

    @property
    def fingerprint(self) -> str:
        """Another one whenever anything on it is another."""
        return sha256(repr((FORM, str(get_locale()), astuple(self))).encode()).hexdigest()[:32]

    @property
    def lines(self) -> tuple[str, str, str]:
        """The words, largest first."""
        headline = self.headline if can_print(self.headline) else self.label
        keeper = self.keeper if can_print(self.keeper) else str(_("枸杞岛养殖户"))
        beneath = keeper if headline == self.label else f"{self.label}  ·  {keeper}"
        grown = [str(_("壳长 %(length)s 毫米", length=f"{self.length_mm:.1f}"))] if self.length_mm else []
        if self.days_left > 0:
            words = ngettext("离采收窗口还有 %(num)s 天", "离采收窗口还有 %(num)s 天", self.days_left)
            grown.append(str(words))
        return headline, beneath, "  ·  ".join(grown)


def draw_card(card: PreviewCard) -> bytes:
    """The card as PNG. The same card is the same bytes."""
    image = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), SEA)
    pen = ImageDraw.Draw(image)
    _sea(pen)
    _rope(pen, card.length_mm or FULL_SIZE_MM / 2)
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    _words(ImageDraw.Draw(small), card)
    out = io.BytesIO()
    small.quantize(128).save(out, "PNG", optimize=True)
    return out.getvalue()


def _sea(pen: ImageDraw.ImageDraw) -> None:
    width, water = WIDTH * FINER, WATER_Y * FINER
    for y in range(water + WAVE * FINER):
        part = y / (water + WAVE * FINER)
        colour = tuple(round(high + (low - high) * part) for high, low in zip(*reversed(SKY), strict=True))
        pen.line((0, y, width, y), fill=colour)
    wave = [(x, water + WAVE * FINER * math.sin(x / width * 5 * math.pi)) for x in range(0, width + 1, 8)]
    pen.polygon([*wave, (width, HEIGHT * FINER), (0, HEIGHT * FINER)], fill=SEA)
    deep = [(x, y + 150 * FINER) for x, y in wave]
    pen.polygon([*deep, (width, HEIGHT * FINER), (0, HEIGHT * FINER)], fill=SEA_2)


def _rope(pen: ImageDraw.ImageDraw, length_mm: float) -> None:
    x, top = ROPE_X * FINER, (WATER_Y - 4) * FINER
    pen.line((x, top, x, HEIGHT * FINER), fill=ROPE, width=7 * FINER)
    size = 1.35 * length_mm / FULL_SIZE_MM
    for along, down, turn in HUNG:
        place = (ROPE_X + along * size * 0.9, WATER_Y + 175 + down * 1.35)
        _mussel(pen, place, turn, size)
    radius = 26 * FINER
    pen.ellipse((x - radius, top - radius, x + radius, top + radius), fill=BUOY)
    pen.rectangle((x - radius + 3 * FINER, top - 3 * FINER, x + radius - 3 * FINER, top + 3 * FINER), fill=BAND)


def _mussel(pen: ImageDraw.ImageDraw, place: Point, turn: float, size: float) -> None:
    for scale, colour in ((1.04, RIB), (1.0, SHELL), (0.62, RIB), (0.58, SHELL)):
        outline = [_placed(point, place, turn, size * scale) for curve in CURVES for point in _along(curve)]
        pen.polygon(outline, fill=colour)


def _along(curve: tuple[Point, Point, Point, Point]) -> list[Point]:
    made = []
    for step in range(16):
        t = step / 16
        parts = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
        made.append(
            (
                sum(part * point[0] for part, point in zip(parts, curve, strict=True)),
                sum(part * point[1] for part, point in zip(parts, curve, strict=True)),
            )
        )
    return made


def _placed(point: Point, place: Point, turn: float, size: float) -> Point:
    angle = math.radians(turn)
    x, y = point[0] * size, point[1] * size
    return (
        (place[0] + x * math.cos(angle) - y * math.sin(angle)) * FINER,
        (place[1] + x * math.sin(angle) + y * math.cos(angle)) * FINER,
    )


def _words(pen: ImageDraw.ImageDraw, card: PreviewCard) -> None:
    headline, beneath, grown = card.lines
    _line(pen, (72, 64), str(_("格子海")), 44, INK)
    _line(pen, (72, 262), headline, 96, ON_SEA)
    _line(pen, (72, 404), beneath, 40, ON_SEA)
    _line(pen, (72, 492), grown, 46, ON_SEA)


def _line(pen: ImageDraw.ImageDraw, at: Point, words: str, size: int, colour: tuple[int, int, int]) -> None:
    room = ROPE_X - 130 - at[0]
    font = ImageFont.truetype(FONT, size)
    wide = font.getlength(words)
    if wide > room:
        font = ImageFont.truetype(FONT, size * room / wide)
    pen.text(at, words, font=font, fill=colour)
