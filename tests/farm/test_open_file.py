"""Whatever is handed in: read in its encoding, or refused with words, before anything is unpacked."""

from __future__ import annotations

import zlib
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from flask_babel import force_locale

from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.open_file import ENCRYPTED_STREAM, MOST_BYTES, OLE
from cofu_adopt.farm.read_season import files_in, read_season
from tests.farm.conftest import SeasonFiles
from tests.farm.test_faults import sentences

pytestmark = pytest.mark.usefixtures("words")
TODAY = date(2026, 11, 24)


def zipped(members: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return stream.getvalue()


def bomb() -> bytes:
    """A tiny workbook that says it unpacks to 100 MB of zeros."""
    return zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"\0" * (100 * 1024**2)})


def laughter() -> bytes:
    """A workbook whose XML names an entity that grows to gigabytes."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><x>&a11;</x>'
    return zipped({"[Content_Types].xml": text.encode(), "xl/workbook.xml": text.encode()})


def strict() -> bytes:
    """A workbook saved as Strict Open XML: its parts go by names that openpyxl does not know."""
    stream = BytesIO()
    openpyxl.Workbook().save(stream)
    with ZipFile(stream) as file:
        members = {name: file.read(name) for name in file.namelist()}
    names = (
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (b"http://schemas.openxmlformats.org/officeDocument/2006", b"http://purl.oclc.org/ooxml/officeDocument"),
    )
    for ours, theirs in names:
        members = {name: content.replace(ours, theirs) for name, content in members.items()}
    return zipped(members)


def torn(content: bytes) -> bytes:
    """The file without its end, as after a broken download."""
    return content[: len(content) // 2]


def damaged(content: bytes) -> bytes:
    """The file with the sheet's bytes spoiled: the directory at its end still reads well."""
    with ZipFile(BytesIO(content)) as file:
        start = file.getinfo("xl/worksheets/sheet1.xml").header_offset + 60
    return content[:start] + zlib.compress(b"other") + content[start + 13 :]


def plots_xlsx(files: SeasonFiles) -> bytes:
    return (files.write() / "plots.xlsx").read_bytes()


BROKEN = (
    "打不开，文件坏了（{}）。请在 Excel 或 WPS 里打开，另存一份再来。",
    "It cannot be opened, the file is damaged ({}). Please open it in Excel or WPS and save a new copy.",
)
ALL_COLUMNS = "格、桁号、线内外、户号与份额、品种、挂苗日期、苗绳数、绳长(米)、保单号、经度、纬度"
NO_TABLE = ("不是表格。请交 .xlsx 或 .csv。", "Not a spreadsheet. Please hand in .xlsx or .csv.")
FILES: list[tuple[str, bytes, str, str, str]] = [
    ("an old .xls", OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"), "old_xls",
     "这是旧的 .xls。请在 Excel 或 WPS 里另存为 .xlsx。",
     "This is an old .xls file. Please save it as .xlsx in Excel or WPS."),
    ("an encrypted .xlsx", OLE + b"\0" * 600 + ENCRYPTED_STREAM, "encrypted",
     "文件有打开密码。请去掉密码，另存一份再来。", "The file needs a password. Please remove it and save a new copy."),
    ("a zip bomb", bomb(), "too_big",
     "解开以后太大，不像一张名册。请只留要导入的那张表。",
     "Unpacked it is too large for such a sheet. Please keep only the sheet to be imported."),
    ("a file of 21 MB", b"," * (MOST_BYTES + 1), "too_big",
     "大过 20 MB。请只留要导入的那张表。", "Larger than 20 MB. Please keep only the sheet to be imported."),
    ("an exploding XML", laughter(), "unreadable", BROKEN[0].format("ValueError"), BROKEN[1].format("ValueError")),
    ("a document", zipped({"word/document.xml": b"<x/>"}), "not_a_table", *NO_TABLE),
    ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_a_table", *NO_TABLE),
    ("a web page", "<html><table><tr><td>桁号</td></tr></table></html>".encode(), "not_a_table",
     "不是表格（像网页或别的文件）。请另存为 .xlsx 或 .csv。",
     "Not a spreadsheet (it looks like a web page or another file). Please save it as .xlsx or .csv."),
    ("bytes of no encoding", b"a\xff\xfe\xff,b\xff\n", "not_a_table",
     "里面的字读不出来。请另存为 UTF-8 的 .csv 或 .xlsx。",
     "Its characters cannot be read. Please save it as UTF-8 .csv or as .xlsx."),
    ("nothing", b"", "no_rows", "文件是空的。", "The file is empty."),
    ("a mark of UTF-8 and blank lines", b"\xef\xbb\xbf\r\n \r\n", "no_rows", "文件是空的。", "The file is empty."),
    ("another table", b"a,b\n1,2\n", "missing_column",
     f"没有找到这些列：{ALL_COLUMNS}。", f"These columns were not found: {ALL_COLUMNS}."),
]  # fmt: skip


def refusal(directory: Path, language: str) -> tuple[Finding, str]:
    with force_locale(language):
        season = read_season(files_in(directory), latest=TODAY)
        [finding] = [finding for finding in season.findings if finding.kind == "plots"]
        return finding, finding.sentence()


@pytest.mark.parametrize(
    ("content", "code", "chinese", "english"), [row[1:] for row in FILES], ids=[r[0] for r in FILES]
)
def test_a_file_that_cannot_be_used_is_refused_with_words(
    files: SeasonFiles, content: bytes, code: str, chinese: str, english: str
) -> None:
    (files.write() / "plots.xlsx").write_bytes(content)
    finding, words = refusal(files.directory, "zh_Hans")
    assert (finding.code, finding.blocks, words) == (code, True, f"[要改] plots.xlsx：{chinese}")
    assert refusal(files.directory, "en")[1] == f"[Correct] plots.xlsx: {english}"


@pytest.mark.parametrize("spoil", [torn, damaged])
def test_a_broken_workbook_is_refused(files: SeasonFiles, spoil: object) -> None:
    content = spoil(plots_xlsx(files))  # type: ignore[operator]
    (files.directory / "plots.xlsx").write_bytes(content)
    finding, words = refusal(files.directory, "zh_Hans")
    assert (finding.code, finding.blocks) == ("unreadable", True)
    assert "文件坏了" in words


@pytest.mark.filterwarnings("ignore:File contains an invalid specification")
def test_a_workbook_of_the_strict_kind_is_refused_and_not_called_empty(files: SeasonFiles) -> None:
    (files.write() / "plots.xlsx").write_bytes(strict())
    finding, words = refusal(files.directory, "zh_Hans")
    assert (finding.code, words) == ("unreadable", f"[要改] plots.xlsx：{BROKEN[0].format('BadZipFile')}")


def test_a_missing_file_is_told_and_what_is_stored_stays(files: SeasonFiles) -> None:
    (files.write() / "plots.xlsx").unlink()
    finding, words = refusal(files.directory, "zh_Hans")
    assert finding.needs_acceptance
    assert words == "[要确认] plots.xlsx：没有这个文件，这一部分原样留着。"
    assert "stays as it is" in refusal(files.directory, "en")[1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_with_or_without_bom_is_read_without_remark(files: SeasonFiles, encoding: str) -> None:
    path = files.write() / "measurements.csv"
    path.write_bytes(path.read_bytes().decode("utf-8-sig").encode(encoding))
    season = read_season(files_in(files.directory), latest=TODAY)
    assert (season.findings, len(season.measurements)) == ([], 4)


def test_a_gb18030_csv_is_read_and_told(files: SeasonFiles) -> None:
    path = files.write() / "measurements.csv"
    path.write_bytes(path.read_bytes().decode("utf-8-sig").encode("gb18030"))
    assert len(read_season(files_in(files.directory), latest=TODAY).measurements) == 4
    sentence = {}
    for language in ("zh_Hans", "en"):
        with force_locale(language):
            [finding] = read_season(files_in(files.directory), latest=TODAY).findings
            sentence[language] = finding.sentence()
    assert sentence == {
        "zh_Hans": "[说明] measurements.csv：不是 UTF-8，按 GB18030 读的。看看名字有没有乱。",
        "en": "[Note] measurements.csv: Not UTF-8; it was read as GB18030. Check that the names look right.",
    }


def test_the_value_of_a_formula_is_taken_once_it_is_accepted(files: SeasonFiles) -> None:
    """As Excel stores it: the formula and the value that it gave."""
    files.plots[2][6] = 77
    content = plots_xlsx(files)
    with ZipFile(BytesIO(content)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"]
    assert b"<v>77</v>" in sheet
    members["xl/worksheets/sheet1.xml"] = sheet.replace(b"<v>77</v>", b"<f>70+7</f><v>77</v>")
    (files.directory / "plots.xlsx").write_bytes(zipped(members))
    season = read_season(files_in(files.directory), latest=TODAY)
    [finding] = season.findings
    assert (finding.code, finding.row, finding.column, finding.understood) == ("formula", 3, "苗绳数", "77")
    assert finding.needs_acceptance
    assert season.plots["A1-02"].rope_count == 77
    with force_locale("en"):
        [finding] = read_season(files_in(files.directory), latest=TODAY).findings
        assert finding.sentence().endswith("It is a formula; only its value is taken. Taken as: 77.")


def test_a_formula_of_a_text_cell_is_never_a_name(files: SeasonFiles) -> None:
    files.households[2][1] = '=HYPERLINK("http://x")'
    finding, chinese, _english = sentences(files, "formula_empty")
    assert finding.blocks
    assert "是公式" in chinese


def test_a_workbook_that_openpyxl_wrote_may_hold_24_sheets(files: SeasonFiles) -> None:
    path = files.write() / "plots.xlsx"
    book = openpyxl.load_workbook(path)
    for number in range(23):
        book.create_sheet(f"图 {number}")
    book.save(path)
    assert len(read_season(files_in(files.directory), latest=TODAY).plots) == 3
