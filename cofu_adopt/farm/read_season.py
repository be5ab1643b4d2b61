"""Understand the workshop's three files: 养殖户名册, 桁地台账, measurements. Pure: no database."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from flask_babel import gettext as _

from cofu_adopt.core.errors import Invalid
from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.models import Species
from cofu_adopt.farm.read_cell import CellReader
from cofu_adopt.farm.season_input import HouseholdInput, MeasurementInput, PlotInput, SeasonInput
from cofu_adopt.farm.sheet import Row, open_sheet
from cofu_adopt.identity.phone import normalise_phone

HOUSEHOLDS, PLOTS, MEASUREMENTS = "households.xlsx", "plots.xlsx", "measurements.csv"
# NFKC folds the full-width brackets of the header cells, so the columns are named with half-width ones.
HOUSEHOLD_COLUMNS = (
    "户号", "户主", "村", "手机号", "家庭人口", "低收入", "开户行", "联行号", "银行卡号", "户名", "入社日期",
)  # fmt: skip
PLOT_COLUMNS = (
    "格", "桁号", "线内外", "户号与份额", "品种", "挂苗日期", "苗绳数", "绳长(米)", "保单号", "经度", "纬度",
)  # fmt: skip
MEASUREMENT_COLUMNS = ("桁号", "测量日期", "平均壳长(毫米)", "样本数", "存活率", "水温(°C)")
SPECIES = {"紫贻贝": Species.BLUE_MUSSEL, "厚壳贻贝": Species.HARD_MUSSEL}
YES_NO = {"是": True, "否": False}
LINE = {"线内": True, "线外": False}
CODE = re.compile(r"^[A-Z]{1,3}\d{1,5}(-\d{1,3})?$")
CARD = re.compile(r"^\d{12,19}$")
CLEARING_CODE = re.compile(r"^\d{12}$")
FALL = Decimal("0.95")
"""A mean length below this part of the one before is looked at. Source: DOMAIN.md, growth."""
HUNDRED = 100
"""The shares of a plot are per cent."""


def read_season(directory: Path, *, latest: date) -> SeasonInput:
    """Read the three files of `directory`; no day in them may be after `latest`.

    What cannot be understood is a finding, never a guess and never an exception.
    """
    season, whole = SeasonInput(), True
    for name, columns, read in (
        (HOUSEHOLDS, HOUSEHOLD_COLUMNS, _household),
        (PLOTS, PLOT_COLUMNS, _plot),
        (MEASUREMENTS, MEASUREMENT_COLUMNS, _measurement),
    ):
        sheet = open_sheet(directory / name, columns)
        season.findings += sheet.findings
        # Without the file before, every row of the next would only be "unknown".
        whole = whole and not sheet.findings
        for row in sheet.rows if whole else ():
            read(row, season, latest)
    _look_at_growth(season)
    return season


def _household(row: Row, season: SeasonInput, latest: date) -> None:
    cells = CellReader(row, season.findings)
    household = HouseholdInput(
        code=_code(cells, "户号"),
        head_name=cells.text("户主", longest=40),
        village=cells.text("村", longest=40),
        phone=_phone(cells),
        family_size=cells.whole("家庭人口", 1, 30),
        low_income=bool(cells.choice("低收入", YES_NO)),
        bank_name=cells.text("开户行"),
        bank_clearing_code=cells.text("联行号", longest=12),
        bank_account=_card(cells),
        payee_name=cells.text("户名", longest=40),
        joined_on=cells.day("入社日期", latest=latest),
        row=row.number,
    )
    if household.bank_clearing_code and not CLEARING_CODE.match(household.bank_clearing_code):
        cells.refuse("联行号", "bad_clearing_code", _("联行号应是 12 位数字。"))
    if household.code in season.households:
        _refuse_twice(cells, "户号", household.code, season.households[household.code].row)
    for other in season.households.values():
        if household.phone and other.phone == household.phone:
            text = _("和第 %(row)s 行 %(code)s 的号码一样，请核对。", row=other.row, code=other.code)
            cells.refuse("手机号", "phone_twice", text)
    if household.payee_name and household.payee_name != household.head_name:
        cells.warn("户名", "payee_differs", _("收款人不是户主，请核对。"), understood=household.payee_name)
    if cells.ok:
        season.households[household.code] = household


def _plot(row: Row, season: SeasonInput, latest: date) -> None:
    cells = CellReader(row, season.findings)
    plot = PlotInput(
        code=_code(cells, "桁号"),
        grid_code=_code(cells, "格"),
        inside_line=bool(cells.choice("线内外", LINE)),
        shares=_shares(cells, season),
        species=cells.choice("品种", SPECIES) or Species.BLUE_MUSSEL,
        seeded_on=cells.day("挂苗日期", latest=latest),
        rope_count=cells.whole("苗绳数", 1, 999),
        rope_length_m=cells.number("绳长(米)", 0.5, 10, places=2) or Decimal(0),
        insurance_number=cells.text("保单号", needed=False, longest=30) or None,
        longitude=cells.number("经度", 122, 123.5, places=6) or Decimal(0),
        latitude=cells.number("纬度", 30, 31.5, places=6) or Decimal(0),
        row=row.number,
    )
    if plot.code and plot.grid_code and not plot.code.startswith(plot.grid_code + "-"):
        text = _("%(code)s 不在 %(grid)s 格里。", code=plot.code, grid=plot.grid_code)
        cells.refuse("桁号", "wrong_grid", text)
    if plot.code in season.plots:
        _refuse_twice(cells, "桁号", plot.code, season.plots[plot.code].row)
    if cells.ok:
        season.plots[plot.code] = plot


def _measurement(row: Row, season: SeasonInput, latest: date) -> None:
    cells = CellReader(row, season.findings)
    measurement = MeasurementInput(
        plot_code=_code(cells, "桁号"),
        measured_on=cells.day("测量日期", latest=latest),
        mean_shell_length_mm=cells.number("平均壳长(毫米)", 1, 200, places=1) or Decimal(0),
        sample_count=cells.whole("样本数", 1, 10000),
        survival=cells.number("存活率", 0, 1, places=3) or Decimal(0),
        water_temperature_c=cells.number("水温(°C)", -2, 35, places=1, needed=False),
        row=row.number,
    )
    code, day = measurement.plot_code, measurement.measured_on
    if cells.ok and code not in season.plots:
        cells.refuse("桁号", "unknown_plot", _("台账里没有 %(code)s。", code=code))
    if (code, day) in season.measurements:
        _refuse_twice(cells, "测量日期", f"{code} {day}", season.measurements[code, day].row)
    if cells.ok:
        season.measurements[code, day] = measurement


def _shares(cells: CellReader, season: SeasonInput) -> dict[str, int]:
    column = "户号与份额"
    shares: dict[str, int] = {}
    found = cells.text(column, longest=400)
    for part in re.split(r"[;,]", found) if found else ():
        code, _colon, weight = (piece.strip() for piece in part.partition(":"))
        code = code.upper()
        if not (weight.isascii() and weight.isdecimal() and code):
            cells.refuse(column, "bad_share", _("“%(part)s”看不懂，应是 GQ001:60;GQ004:40。", part=part))
            return {}
        if code not in season.households:
            cells.refuse(column, "unknown_household", _("名册里没有 %(code)s，或那一行有要改的。", code=code))
        if code in shares:
            cells.refuse(column, "share_twice", _("%(code)s 写了两次。", code=code))
        shares[code] = int(weight)
    total = sum(shares.values())
    if found and (total != HUNDRED or 0 in shares.values()):
        cells.refuse(column, "shares_total", _("份额加起来是 %(total)s，应是 100，每户至少 1。", total=total))
    return shares


def _look_at_growth(season: SeasonInput) -> None:
    before: dict[str, MeasurementInput] = {}
    for (code, _day), row in sorted(season.measurements.items()):
        last = before.get(code)
        if last is not None and row.mean_shell_length_mm < last.mean_shell_length_mm * FALL:
            text = _(
                "%(code)s 壳长从 %(before)s 降到 %(after)s 毫米，小了 5%% 以上。照收，请核对。",
                code=code, before=last.mean_shell_length_mm, after=row.mean_shell_length_mm,
            )  # fmt: skip
            season.findings.append(
                Finding(MEASUREMENTS, row.row, "平均壳长(毫米)", "length_fell", text, blocks=False,
                        understood=str(row.mean_shell_length_mm))
            )  # fmt: skip
        if last is not None and row.survival > last.survival:
            text = _(
                "%(code)s 存活率从 %(before)s 升到 %(after)s。照收，请核对。",
                code=code, before=last.survival, after=row.survival,
            )  # fmt: skip
            season.findings.append(
                Finding(MEASUREMENTS, row.row, "存活率", "survival_rose", text, blocks=False,
                        understood=str(row.survival))
            )  # fmt: skip
        before[code] = row


def _refuse_twice(cells: CellReader, column: str, key: str, row: int) -> None:
    cells.refuse(column, "duplicate", _("%(key)s 在第 %(row)s 行已经有了。", key=key, row=row))


def _code(cells: CellReader, column: str) -> str:
    code = cells.text(column, longest=12).upper()
    if code and not CODE.match(code):
        cells.refuse(column, "bad_code", _("“%(found)s”不像一个编号。", found=code))
    return code


def _phone(cells: CellReader) -> str:
    typed = cells.text("手机号")
    if not typed:
        return ""
    try:
        return normalise_phone(typed)
    except Invalid as error:
        cells.refuse("手机号", "bad_phone", error.fields["phone"])
        return ""


def _card(cells: CellReader) -> str:
    account = cells.digits("银行卡号")
    if account and not (CARD.match(account) and _luhn(account)):
        cells.refuse("银行卡号", "bad_card", _("校验位不对，请对照银行卡再抄一遍。"))
    return account


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - Luhn's rule
    return total % 10 == 0
