"""The certificate of adoption (认养证书): what stands on it, and the same as a PDF of A5 across."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import datetime
from hashlib import sha256

import segno
from flask_babel import get_locale
from flask_babel import gettext as _
from fpdf import FPDF

from cofu_adopt.core import clock
from cofu_adopt.screens.print_font import FONT, can_print

FORM = "1"
"""Another one when the drawing changes, so that nobody keeps an old one as the newest."""
WIDTH, HEIGHT = 210.0, 148.0
"""In mm, as everything below."""
INK, INK_2, LINE, BUOY = (21, 28, 51), (67, 80, 104), (122, 136, 152), (185, 64, 12)
"""--ink, --ink-2, --line-strong and --buoy of the look, for paper."""
NAME_PT = 34
QR_MM = 26.0
STAMP_MM = 22.0


@dataclass(frozen=True, slots=True)
class Certificate:
    """What it says. `household` is None without its consent; nothing of the adopter but the rope's name."""

    name: str | None
    label: str
    grid_code: str
    plot_code: str
    rope_number: int
    season: int
    household: str | None
    adopted_at: datetime
    address: str
    """Where the QR code leads: what others may see of this rope, else its plot."""
    is_shared: bool

    @property
    def printed_name(self) -> str | None:
        """The rope's name where it can be printed whole."""
        return self.name if self.name and can_print(self.name) else None

    @property
    def fingerprint(self) -> str:
        """Another one whenever anything on it is another."""
        return sha256(repr((FORM, str(get_locale()), astuple(self))).encode()).hexdigest()[:32]

    @property
    def place(self) -> str:
        """Where it hangs."""
        return str(_("枸杞岛海域 %(cell)s 格 %(plot)s 桁", cell=self.grid_code, plot=self.plot_code))

    @property
    def rope(self) -> str:
        """Which one it is."""
        return str(_("%(number)s 号绳，%(season)s 年一季", number=f"{self.rope_number:03d}", season=self.season))

    @property
    def keeper(self) -> str:
        """Who looks after it."""
        return str(_("%(name)s家", name=self.household) if self.household else _("枸杞岛养殖户"))

    @property
    def printed_keeper(self) -> str:
        """The same where it can be printed whole."""
        return self.keeper if can_print(self.keeper) else str(_("枸杞岛养殖户"))

    @property
    def leads_to(self) -> str:
        """What the QR code shows."""
        return str(_("扫一扫，看它长到哪儿了") if self.is_shared else _("扫一扫，看这一桁长到哪儿了"))


def draw_pdf(certificate: Certificate) -> bytes:
    """The certificate as a PDF in the language of the request. The same certificate is the same bytes."""
    pdf = FPDF(orientation="landscape", unit="mm", format=(HEIGHT, WIDTH))
    pdf.set_creation_date(certificate.adopted_at)
    pdf.set_title(f"{_('认养证书')} {certificate.label}")
    pdf.set_author("格子海")
    pdf.set_lang("en" if str(get_locale()) == "en" else "zh-Hans")
    pdf.set_auto_page_break(auto=False)
    pdf.add_font("song", fname=FONT)
    pdf.add_page()
    _frame(pdf)
    _middle(pdf, certificate)
    _foot(pdf, certificate)
    return bytes(pdf.output())


def _frame(pdf: FPDF) -> None:
    pdf.set_draw_color(*LINE)
    for inset, width in ((8.0, 0.7), (10.0, 0.2)):
        pdf.set_line_width(width)
        pdf.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)


def _middle(pdf: FPDF, certificate: Certificate) -> None:
    title = str(_("认养证书"))
    _line(pdf, 20, " ".join(title) if title.isalpha() and not title.isascii() else title, 22, INK)
    headline = certificate.printed_name or certificate.label
    _line(pdf, 37, headline, _fitting(pdf, headline, NAME_PT, WIDTH - 50), INK)
    beneath = [certificate.place, certificate.rope]
    if certificate.printed_name:
        beneath[1] = f"{certificate.label}  ·  {certificate.rope}"
    for number, words in enumerate(beneath):
        _line(pdf, 59 + 9 * number, words, _fitting(pdf, words, 14, WIDTH - 40), INK)
    if certificate.name and not certificate.printed_name:
        words = str(_("它的名字里有这份文件印不出的字，请在网上的证书里看。"))
        _line(pdf, 80, words, _fitting(pdf, words, 10, WIDTH - 40), INK_2)


def _foot(pdf: FPDF, certificate: Certificate) -> None:
    top, left = 102.0, 22.0
    for number, (words, size) in enumerate(((certificate.printed_keeper, 13), (_day(certificate.adopted_at), 11))):
        pdf.set_font("song", size=_fitting(pdf, words, size, 66))
        pdf.set_text_color(*(INK if number == 0 else INK_2))
        pdf.set_xy(left, top + 6 + 8 * number)
        pdf.cell(66, 7, words)
    _qr(pdf, certificate.address, (WIDTH - QR_MM) / 2, top - 8)
    words = certificate.leads_to
    _line(pdf, top + QR_MM - 6, words, _fitting(pdf, words, 9, 74), INK_2)
    _stamp(pdf, WIDTH - left - STAMP_MM, top - 1)


def _day(at: datetime) -> str:
    return clock.full_day_words(at)


def _line(pdf: FPDF, y: float, words: str, size: float, colour: tuple[int, int, int]) -> None:
    pdf.set_font("song", size=size)
    pdf.set_text_color(*colour)
    pdf.set_xy(0, y)
    pdf.cell(WIDTH, size * 0.42, words, align="C")


def _fitting(pdf: FPDF, words: str, size: float, width: float) -> float:
    """The size at which the words are no wider than `width`."""
    pdf.set_font("song", size=size)
    wide = pdf.get_string_width(words)
    return size if wide <= width else size * width / wide


def _qr(pdf: FPDF, address: str, x: float, y: float) -> None:
    matrix = segno.make(address, error="m", micro=False).matrix
    side = QR_MM / len(matrix)
    pdf.set_fill_color(*INK)
    for row, modules in enumerate(matrix):
        start = None
        # A run of dark modules is one rectangle: no hair lines between them, and a small file.
        for column, dark in enumerate([*modules, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                pdf.rect(x + start * side, y + row * side, (column - start) * side, side, style="F")
                start = None


def _stamp(pdf: FPDF, x: float, y: float) -> None:
    pdf.set_draw_color(*BUOY)
    pdf.set_text_color(*BUOY)
    pdf.set_line_width(0.9)
    pdf.rect(x, y, STAMP_MM, STAMP_MM, round_corners=True, corner_radius=2)
    pdf.set_font("song", size=20)
    for number, words in enumerate(("格子", "海印")):
        pdf.set_xy(x, y + 2 + 9 * number)
        pdf.cell(STAMP_MM, 9, words, align="C")
