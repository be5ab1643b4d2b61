"""One spreadsheet for each fault of a cell or a row, with the words that it gets in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from flask_babel import force_locale

from cofu_adopt.farm.faults import FAULTS, Level
from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.read_season import files_in, read_season
from tests.farm.conftest import HOUSEHOLD_HEADER, MEASUREMENT_HEADER, PLOT_HEADER, SeasonFiles

pytestmark = pytest.mark.usefixtures("words")
TODAY = date(2026, 11, 24)
HEADERS = {"households": HOUSEHOLD_HEADER, "plots": PLOT_HEADER, "measurements": MEASUREMENT_HEADER}
NAMES = {"households": "households.xlsx", "plots": "plots.xlsx", "measurements": "measurements.csv"}

# Which file, which column of its third row, what stands there, and what is said of it.
CELLS: list[tuple[str, str, Any, str, str, str]] = [
    ("households", "户主", None, "empty", "是空的，请补上。", "It is empty. Please fill it in."),
    ("households", "户主", "字" * 41, "too_long", "太长，最多 40 个字。", "Too long: at most 40 characters."),
    ("households", "户主", "余\ue863飞", "bad_character",
     "有一个字别人的电脑上看不到。请换成标准的写法。",
     "One character cannot be seen on other computers. Please use the standard form."),
    ("households", "户主", "余 龙飞", "spaces_in_name",
     "名字里有空格，去掉了。当作：余龙飞。", "There are spaces in the name; they were removed. Taken as: 余龙飞."),
    ("households", "户主", "余\u200b龙飞", "invisible",
     "有看不见的字符，去掉了。当作：余龙飞。", "It has invisible characters; they were removed. Taken as: 余龙飞."),
    ("households", "户号", "ＧＱ００２", "full_width",
     "有全角字符，按半角读。当作：GQ002。", "It has full-width characters; they are read as half-width. Taken as: GQ002."),
    ("households", "户号", "枸杞一号", "bad_code", "“枸杞一号”不像一个编号。", "“枸杞一号” does not look like a code."),
    ("households", "户号", "GQ001", "duplicate",
     "GQ001 在第 2 行已经有了，内容不同。", "GQ001 is in row 2 already, with other content."),
    ("households", "手机号", "1990000000", "bad_phone", "手机号少了 1 位，请补成 11 位。", ""),
    ("households", "手机号", "+86 199-0000 0002", "spaces_or_dashes",
     "有空格或横线，去掉了。当作：199****0002。", "It has spaces or dashes; they were removed. Taken as: 199****0002."),
    ("households", "手机号", "19900000001", "phone_twice",
     "和第 2 行 GQ001 的号码一样，请核对。", "The same number as GQ001 in row 2. Please check."),
    ("households", "家庭人口", "很多", "not_a_number", "“很多”不是数字。", "“很多” is not a number."),
    ("households", "家庭人口", "３", "full_width",
     "有全角字符，按半角读。当作：3。", "It has full-width characters; they are read as half-width. Taken as: 3."),
    ("households", "家庭人口", "3", "number_as_text",
     "这个数字是文本格式。当作：3。", "This number is stored as text. Taken as: 3."),
    ("households", "家庭人口", "3人", "unit_in_cell",
     "“3人”里不只有数字。当作：3。", "“3人” holds more than a number. Taken as: 3."),
    ("households", "家庭人口", 2.5, "not_whole", "2.5 应是整数。", "2.5 must be a whole number."),
    ("households", "低收入", "也许", "unknown_word",
     "“也许”看不懂，应是：是、否。", "“也许” is not understood. It must be one of: 是、否."),
    ("households", "联行号", "4023", "bad_clearing_code", "联行号应是 12 位数字。", "A clearing code has 12 digits."),
    ("households", "银行卡号", "62999942879134", "card_check_digit",
     "校验位不对，请对照银行卡再抄一遍。", "The check digit is wrong. Please copy it again from the bank card."),
    ("households", "银行卡号", "6299", "card_length",
     "卡号应是 12 到 19 位数字，这里有 4 个字。", "A card number has 12 to 19 digits; this has 4 characters."),
    ("households", "银行卡号", 6299994287913460000, "rounded",
     "被表格当成了数字，末几位会丢。请把这一列设为文本，再填一遍。",
     "The spreadsheet took it for a number and lost its last digits. "
     "Please set the column to text and fill it in again."),
    ("households", "银行卡号", "6.29999E+18", "rounded",
     "被表格当成了数字，末几位会丢。请把这一列设为文本，再填一遍。",
     "The spreadsheet took it for a number and lost its last digits. "
     "Please set the column to text and fill it in again."),
    ("households", "户名", "李秀英", "payee_differs",
     "收款人不是户主 余龙飞，请核对。当作：李秀英。",
     "The payee is not the head of the household, 余龙飞. Please check. Taken as: 李秀英."),
    ("households", "户名", "余䶮飞", "outside_gbk",
     "“䶮”银行的文件里写不出。照收，打款时要按银行登记的写法。当作：余䶮飞。",
     "A bank file cannot hold “䶮”. It is kept; for payouts use the spelling that the bank has on record."
     " Taken as: 余䶮飞."),
    ("households", "入社日期", "去年", "not_a_date",
     "“去年”不是日期，请写成 2026-09-12。", "“去年” is not a date. Please write it as 2026-09-12."),
    ("households", "入社日期", "3/7/2019", "not_a_date",
     "“3/7/2019”不是日期，请写成 2026-09-12。", "“3/7/2019” is not a date. Please write it as 2026-09-12."),
    ("households", "入社日期", "2019.3.7", "other_date",
     "“2019.3.7”是日期，写法不同。当作：2019-03-07。",
     "“2019.3.7” is a date, written another way. Taken as: 2019-03-07."),
    ("households", "入社日期", "2019年3月7日", "other_date",
     "“2019年3月7日”是日期，写法不同。当作：2019-03-07。",
     "“2019年3月7日” is a date, written another way. Taken as: 2019-03-07."),
    ("households", "入社日期", datetime(2019, 3, 7, 8, 30), "other_date",
     "带着时刻，只取日期。当作：2019-03-07。", "It has a time of day; only the date is taken. Taken as: 2019-03-07."),
    ("households", "入社日期", 43531, "serial_date",
     "43531 是 Excel 的日期数字。当作：2019-03-07。", "43531 is an Excel date number. Taken as: 2019-03-07."),
    ("households", "入社日期", date(2027, 1, 1), "in_future",
     "2027-01-01 在将来，请再看一看。", "2027-01-01 lies in the future. Please check."),
    ("households", "家庭人口", "=1+2", "formula_empty",
     "是公式，表里没有算好的值。请打开保存一次，或填上值。",
     "It is a formula without a computed value. Please open and save the file once, or fill in the value."),
    ("households", "村", "#REF!", "error_value",
     "“#REF!”是公式出错。请填上值。", "“#REF!” is a formula that failed. Please fill in the value."),
    ("plots", "桁号", "C3-01", "wrong_grid", "C3-01 不在 A1 格里。", "C3-01 is not in cell A1."),
    ("plots", "线内外", "外", "short_word", "“外”是简写。当作：线外。", "“外” is a short form. Taken as: 线外."),
    ("plots", "品种", "厚壳", "short_word",
     "“厚壳”是简写。当作：厚壳贻贝。", "“厚壳” is a short form. Taken as: 厚壳贻贝."),
    ("plots", "品种", "贻贝", "unknown_word",
     "“贻贝”看不懂，应是：紫贻贝、厚壳贻贝。", "“贻贝” is not understood. It must be one of: 紫贻贝、厚壳贻贝."),
    ("plots", "苗绳数", "一百", "chinese_number",
     "“一百”是汉字写的数。当作：100。", "“一百” is a number written in Chinese characters. Taken as: 100."),
    ("plots", "苗绳数", 1000, "out_of_range",
     "1000 不对，应在 1 到 999 之间。", "1000 cannot be right: it must be between 1 and 999."),
    ("plots", "户号与份额", "GQ009:100", "unknown_household",
     "名册里没有 GQ009。", "GQ009 is not in the roster."),
    ("plots", "户号与份额", "GQ001:60;GQ002:30", "shares_total",
     "份额加起来是 90，应是 100，每户至少 1。",
     "The shares add up to 90. They must be 100, at least 1 for each household."),
    ("plots", "户号与份额", "GQ001:50;GQ001:50", "share_twice", "GQ001 写了两次。", "GQ001 is written twice."),
    ("plots", "户号与份额", "GQ001 全部", "bad_share",
     "“GQ001 全部”看不懂，应是 GQ001:60;GQ004:40。",
     "“GQ001 全部” is not understood. It must look like GQ001:60;GQ004:40."),
    ("plots", "户号与份额", "GQ001：60%、GQ002=40%", "share_form",
     "份额的写法不同。当作：GQ001:60;GQ002:40。", "The shares are written another way. Taken as: GQ001:60;GQ002:40."),
    ("plots", "户号与份额", "GQ001", "whole_share",
     "没有写份额。当作：GQ001:100。", "No share is written. Taken as: GQ001:100."),
    ("measurements", "桁号", "D6-10", "unknown_plot", "台账里没有 D6-10。", "D6-10 is not among the plots."),
    ("measurements", "测量日期", "46120", "serial_date_in_text",
     "“46120”像 Excel 的日期数字。当作：2026-04-08。",
     "“46120” looks like an Excel date number. Taken as: 2026-04-08."),
    ("measurements", "平均壳长(毫米)", 250, "out_of_range",
     "250 不对，应在 1 到 200 之间。", "250 cannot be right: it must be between 1 and 200."),
    ("measurements", "平均壳长(毫米)", 18.4, "length_fell",
     "A1-01 壳长从 19.4 降到 18.4 毫米，小了 5% 以上，请核对。当作：18.4。",
     "The shell length of A1-01 falls from 19.4 to 18.4 mm, by more than 5%. Please check. Taken as: 18.4."),
    ("measurements", "存活率", "1.02", "out_of_range",
     "1.02 不对，应在 0 到 1 之间。", "1.02 cannot be right: it must be between 0 and 1."),
    ("measurements", "存活率", "89.5", "percent_for_fraction",
     "应是 0 到 1 的小数，像是写成了百分数。当作：0.895。",
     "It must be a fraction from 0 to 1; this looks like per cent. Taken as: 0.895."),
    ("measurements", "存活率", "89.5%", "percent_sign",
     "“89.5%”是百分数。当作：0.895。", "“89.5%” is per cent. Taken as: 0.895."),
    ("measurements", "存活率", "0.98", "survival_rose",
     "A1-01 存活率从 0.975 升到 0.980，请核对。当作：0.980。",
     "The survival of A1-01 rises from 0.975 to 0.980. Please check. Taken as: 0.980."),
]  # fmt: skip
MARKS = {Level.BLOCK: ("要改", "Correct"), Level.WARN: ("要确认", "Confirm"), Level.NOTE: ("说明", "Note")}


def findings_of(files: SeasonFiles, language: str) -> list[Finding]:
    with force_locale(language):
        return read_season(files_in(files.write()), latest=TODAY).findings


def sentences(files: SeasonFiles, code: str) -> tuple[Finding, str, str]:
    """The one finding with this code, and its sentence in both languages."""
    found = {language: findings_of(files, language) for language in ("zh_Hans", "en")}
    [chinese], [english] = ([finding for finding in found[language] if finding.code == code] for language in found)
    assert chinese.id == english.id
    with force_locale("zh_Hans"):
        first = chinese.sentence()
    with force_locale("en"):
        return chinese, first, english.sentence()


@pytest.mark.parametrize(("kind", "column", "value", "code", "chinese", "english"), CELLS)
def test_a_cell_is_understood_or_refused_with_its_place_and_words(
    files: SeasonFiles, kind: str, column: str, value: Any, code: str, chinese: str, english: str
) -> None:
    getattr(files, kind)[2][HEADERS[kind].index(column)] = value
    finding, first, second = sentences(files, code)
    mark = MARKS[FAULTS[code][0]]
    assert first == f"[{mark[0]}] {NAMES[kind]} 第 3 行 {column}：{chinese}"
    if english:
        assert second == f"[{mark[1]}] {NAMES[kind]} row 3 {column}: {english}"
    # Nothing else blocks but what hangs on it: without its code, a household or plot is not known to the rest.
    season = read_season(files_in(files.directory), latest=TODAY)
    assert season.blocked == finding.blocks
    assert {other.code for other in season.findings if other.blocks} <= {code, "unknown_household", "unknown_plot"}


def swap_coordinates(files: SeasonFiles) -> None:
    files.plots[1][9], files.plots[1][10] = files.plots[1][10], files.plots[1][9]


def repeat_a_household(files: SeasonFiles) -> None:
    files.households.append(files.households[1])


def put_a_title_above(files: SeasonFiles) -> None:
    files.plots[:0] = [["枸杞岛桁地台账"], []]


def put_spaces_into_a_column_name(files: SeasonFiles) -> None:
    files.plots[0] = ["桁 号" if name == "桁号" else name for name in files.plots[0]]


def leave_a_row_blank(files: SeasonFiles) -> None:
    files.plots.insert(2, [None] * len(PLOT_HEADER))


def add_a_total(files: SeasonFiles) -> None:
    files.plots.append(["总 计", None, None, None, None, None, 12])


def add_a_wrong_total(files: SeasonFiles) -> None:
    files.plots.append(["合计", None, None, None, None, None, 13])


def repeat_the_header(files: SeasonFiles) -> None:
    files.plots.insert(2, PLOT_HEADER)


def sign_the_table(files: SeasonFiles) -> None:
    files.plots.append(["制表人：王会计", None, "2026 年 11 月"])


ROWS: list[tuple[Callable[[SeasonFiles], None], str, str, str]] = [
    (swap_coordinates, "swapped",
     "[要确认] plots.xlsx 第 2 行 经度：经度和纬度像是写反了。当作：122.731, 30.747。",
     "[Confirm] plots.xlsx row 2 经度: Longitude and latitude seem to be swapped. Taken as: 122.731, 30.747."),
    (repeat_a_household, "same_row",
     "[要确认] households.xlsx 第 5 行 户号：和第 2 行一模一样，只收一次。",
     "[Confirm] households.xlsx row 5 户号: Exactly the same as row 2; it is kept once."),
    (put_a_title_above, "rows_above_header",
     "[说明] plots.xlsx 第 3 行：表头在这一行，上面的没有读。",
     "[Note] plots.xlsx row 3: The header is in this row; what stands above it was not read."),
    (put_spaces_into_a_column_name, "header_spaces",
     "[说明] plots.xlsx 第 1 行 桁号：列名“桁 号”里有空格。当作：桁号。",
     "[Note] plots.xlsx row 1 桁号: There are spaces in the column name “桁 号”. Taken as: 桁号."),
    (leave_a_row_blank, "blank_rows",
     "[说明] plots.xlsx：有 1 处空行（从第 3 行起），跳过。",
     "[Note] plots.xlsx: Blank rows in 1 places (from row 3) were skipped."),
    (add_a_total, "total_row",
     "[说明] plots.xlsx 第 5 行：是合计，不当作一户或一条桁来读。",
     "[Note] plots.xlsx row 5: It is a total and is not read as a household or a plot."),
    (add_a_wrong_total, "total_differs",
     "[要确认] plots.xlsx 第 5 行 苗绳数：合计写着 13，各行加起来是 12。当作：12。",
     "[Confirm] plots.xlsx row 5 苗绳数: The total says 13; the rows add up to 12. Taken as: 12."),
    (repeat_the_header, "header_again",
     "[说明] plots.xlsx 第 3 行：又是一行表头，没有读。",
     "[Note] plots.xlsx row 3: Another header row; it was not read."),
    (sign_the_table, "remark_row",
     "[说明] plots.xlsx 第 5 行：“制表人:王会计”是备注，没有读。",
     "[Note] plots.xlsx row 5: “制表人:王会计” is a remark and was not read."),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "code", "chinese", "english"), ROWS)
def test_a_row_is_understood_or_refused_with_its_place_and_words(
    files: SeasonFiles, spoil: Callable[[SeasonFiles], None], code: str, chinese: str, english: str
) -> None:
    spoil(files)
    _finding, first, second = sentences(files, code)
    assert (first, second) == (chinese, english)
    season = read_season(files_in(files.directory), latest=TODAY)
    assert (len(season.households), len(season.plots), len(season.measurements)) == (3, 3, 4)
    assert not season.blocked


def test_what_is_understood_is_what_is_kept(files: SeasonFiles) -> None:
    swap_coordinates(files)
    files.plots[2][4], files.plots[2][6] = "厚壳", "一百"
    files.households[2][3], files.households[2][10] = "199 0000-0002", "2019.3.7"
    files.measurements[2][4] = "89.5"
    season = read_season(files_in(files.write()), latest=TODAY)
    assert not season.blocked
    assert (float(season.plots["A1-01"].longitude), float(season.plots["A1-01"].latitude)) == (122.731, 30.747)
    assert (season.plots["A1-02"].species, season.plots["A1-02"].rope_count) == ("hard_mussel", 100)
    assert season.households["GQ002"].phone == "19900000002"
    assert season.households["GQ002"].joined_on == date(2019, 3, 7)
    assert float(season.measurements["A1-01", date(2026, 4, 8)].survival) == 0.895


def test_every_fault_has_its_spreadsheet() -> None:
    """Those of the file as a whole are in test_open_file.py, those beside what is stored in test_import_ropes.py."""
    of_files = {
        "file_missing", "file_left_out", "too_big", "unreadable", "encrypted", "old_xls", "not_a_table",
        "too_many_rows", "too_many_findings", "missing_column", "column_twice", "two_sheets", "no_rows", "gb18030",
        "other_sheet", "formula",
    }  # fmt: skip
    of_stored = {"rope_adopted", "absent", "phone_taken"}
    assert {cell[3] for cell in CELLS} | {row[1] for row in ROWS} | of_files | of_stored == set(FAULTS)
