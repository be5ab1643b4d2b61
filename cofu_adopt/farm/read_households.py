"""Understand 养殖户名册, row by row."""

from __future__ import annotations

import re
from datetime import date

from flask_babel import gettext as _

from cofu_adopt.core.errors import Invalid
from cofu_adopt.farm.read_cell import CellReader
from cofu_adopt.farm.read_code import read_code, refuse_twice
from cofu_adopt.farm.season_input import HouseholdInput, SeasonInput
from cofu_adopt.farm.sheet import Row
from cofu_adopt.identity.phone import normalise_phone

# NFKC folds the full-width brackets of the header cells, so the columns are named with half-width ones.
HOUSEHOLD_COLUMNS = (
    "户号", "户主", "村", "手机号", "家庭人口", "低收入", "开户行", "联行号", "银行卡号", "户名", "入社日期",
)  # fmt: skip
MASKED = frozenset({"手机号", "银行卡号", "低收入"})
YES_NO = {"是": True, "否": False}
PHONE = re.compile(r"^[0-9+() .\-–—‐]*$")
CARD = re.compile(r"^[0-9]{12,19}$")
LOST_DIGITS = re.compile(r"^[0-9]{15}0{2,}$")
"""A spreadsheet's number keeps 15 digits and puts zeros for the rest; one such card in ten passes Luhn's check."""
CLEARING_CODE = re.compile(r"^[0-9]{12}$")


def read_household(row: Row, season: SeasonInput, latest: date) -> None:
    """Add the household of `row` to the season, if nothing in it blocks."""
    cells = CellReader(row, season.findings, key=("户号",), masked=MASKED)
    household = HouseholdInput(
        code=read_code(cells, "户号"),
        head_name=cells.name("户主"),
        village=cells.name("村"),
        phone=_phone(cells),
        family_size=cells.whole("家庭人口", 1, 30, units=("人", "口")),
        low_income=bool(cells.choice("低收入", YES_NO)),
        bank_name=cells.name("开户行", longest=80),
        bank_clearing_code=_clearing_code(cells),
        bank_account=_card(cells),
        payee_name=cells.name("户名", to_bank=True),
        joined_on=cells.day("入社日期", latest=latest),
        row=row.number,
    )
    stored = season.households.get(household.code)
    if stored is not None:
        refuse_twice(cells, "户号", household, stored, household.code)
        return
    other = season.by_phone.get(household.phone)
    if other is not None:
        text = _("和第 %(row)s 行 %(code)s 的号码一样，请核对。", row=other.row, code=other.code)
        cells.find("手机号", "phone_twice", text)
    other = season.by_card.get(household.bank_account)
    if other is not None:
        text = _(
            "和第 %(row)s 行 %(code)s 的卡号一样，两户的钱会打到一张卡上，请核对。", row=other.row, code=other.code
        )
        cells.find("银行卡号", "card_twice", text, understood=household.bank_account)
    if household.payee_name and household.head_name and household.payee_name != household.head_name:
        text = _("收款人不是户主 %(head)s，请核对。", head=household.head_name)
        cells.find("户名", "payee_differs", text, understood=household.payee_name)
    if cells.ok:
        season.households[household.code] = household
        season.by_phone[household.phone] = household
        season.by_card.setdefault(household.bank_account, household)


def _phone(cells: CellReader) -> str:
    typed = cells.label("手机号")
    if not typed:
        return ""
    if not PHONE.match(typed):
        cells.find("手机号", "bad_phone", _("号码里有别的字。请只留一个手机号，这一列设为文本。"))
        return ""
    try:
        phone = normalise_phone(typed)
    except Invalid as error:
        cells.find("手机号", "bad_phone", error.fields["phone"])
        return ""
    if phone != typed:
        cells.find("手机号", "spaces_or_dashes", _("有空格或横线，去掉了。"), understood=phone)
    return phone


def _clearing_code(cells: CellReader) -> str:
    code = cells.digits("联行号")
    if code and not CLEARING_CODE.match(code):
        cells.find("联行号", "bad_clearing_code", _("联行号应是 12 位数字。"))
    return code


def _card(cells: CellReader) -> str:
    account = cells.digits("银行卡号")
    if account and not CARD.match(account):
        text = _("卡号应是 12 到 19 位数字，这里有 %(count)s 个字。", count=len(account))
        cells.find("银行卡号", "card_length", text)
    elif account and not _luhn(account):
        cells.find("银行卡号", "card_check_digit", _("校验位不对，请对照银行卡再抄一遍。"))
    elif LOST_DIGITS.match(account):
        text = _("末几位都是 0，像是被表格当成数字丢掉的。请对照银行卡。")
        cells.find("银行卡号", "zeros_at_end", text, understood=account)
    return account


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - Luhn's rule
    return total % 10 == 0
