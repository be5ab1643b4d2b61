"""Exports: no spreadsheet takes a cell for a formula; masked stays masked; what left the house is in the log."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
from sqlalchemy import update

from cofu_adopt.core import export
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.models import Household
from tests.screens.desk.sale import CARD, PARCEL_PHONE, PHONE, Browser, Sale

EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1+1", " =1+1", '=HYPERLINK("http://x","y")')


def read_csv(body: bytes) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def read_xlsx(body: bytes) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    for row in sheet.iter_rows():
        assert all(cell.data_type != "f" for cell in row)
        assert all(cell.hyperlink is None for cell in row)
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_a_formula_is_text_in_csv() -> None:
    file = io.BytesIO()
    assert export.write_csv(["=name"], [[text] for text in EVIL], file) == len(EVIL)
    for (cell,) in read_csv(file.getvalue()):
        assert cell.startswith("'")


def test_a_number_in_a_text_stays_text_in_csv() -> None:
    file = io.BytesIO()
    texts = ["13800005678", "402342500018", "2E5", "12-3", "D6-04-007", "6299****9311", "98765ABC"]
    export.write_csv(["a"], [[text] for text in texts], file)
    cells = [row[0] for row in read_csv(file.getvalue())[1:]]
    assert cells == ["'13800005678", "'402342500018", "'2E5", "'12-3", "D6-04-007", "6299****9311", "98765ABC"]


def test_a_formula_is_text_in_xlsx() -> None:
    file = io.BytesIO()
    texts = (*EVIL, "13800005678", "http://x.example", "0012")
    export.write_xlsx(["a", "b"], [[text, 19.5] for text in texts], file, sheet="x")
    sheet = openpyxl.load_workbook(io.BytesIO(file.getvalue())).active
    assert sheet is not None
    for text, row in zip(texts, sheet.iter_rows(min_row=2), strict=True):
        assert row[0].data_type == "s"
        assert str(row[0].value).replace("_x000D_", "\r") == text
        assert row[0].quotePrefix
        assert row[1].value == 19.5


def test_households_leave_masked_and_as_text(sale: Sale, operator: Browser) -> None:
    with unit_of_work():
        db.session.execute(update(Household).where(Household.code == "GQ001").values(head_name="=cmd|'/c'!A1"))
    rows = read_csv(operator.get("/desk/households/export?format=csv").data)
    assert [row[0] for row in rows] == ["编号", "GQ001", "GQ002"]
    assert rows[1][1] == "'=cmd|'/c'!A1"
    assert rows[1][3] == "199****0001"
    assert rows[1][7] == "'402342500018"
    assert rows[1][8] == "6299****9311"
    book = operator.get("/desk/households/export?format=xlsx")
    assert read_xlsx(book.data)[1][:4] == ("GQ001", "=cmd|'/c'!A1", "龙泉村", "199****0001")
    assert read_xlsx(book.data)[1][7] == "402342500018"
    assert CARD.encode() not in operator.get("/desk/households/export?format=csv").data
    assert "attachment" in book.headers["Content-Disposition"]
    assert book.headers["Cache-Control"] == "no-store"


def test_orders_leave_as_filtered_and_masked(sale: Sale, operator: Browser) -> None:
    paid = sale.paid(plot="D6-04", rope=7)
    held = sale.hold(plot="A1-01", rope=1)
    answer = operator.get("/desk/orders/export?format=csv")
    rows = read_csv(answer.data)
    assert [row[0].removeprefix("'") for row in rows[1:]] == [held.code, paid.code]
    line = dict(zip(rows[0], rows[2], strict=True))
    assert line["绳"] == "D6-04-007"
    assert line["状态"] == "已认养"
    assert line["价钱（元）"] == "198.00"
    assert line["下单"] == "2026-11-24 12:00"
    assert line["认养人手机"] == "*******5678"
    assert line["收货手机"] == "*******9999"
    for secret in (PHONE, PARCEL_PHONE, "林小满"):
        assert secret.encode() not in answer.data
    only = read_xlsx(operator.get("/desk/orders/export?format=xlsx&state=paid").data)
    assert [row[0] for row in only] == ["订单号", paid.code]
    assert only[1][6] == 198


def test_every_export_is_logged_without_what_was_masked(sale: Sale, operator: Browser) -> None:
    sale.paid()
    address = operator.post("/desk/orders", {"q": PHONE}).headers["Location"]
    operator.get(address.replace("/desk/orders?", "/desk/orders/export?format=csv&"))
    operator.get("/desk/orders/export?format=xlsx&state=held")
    operator.get("/desk/households/export?format=csv&q=19900000001")
    assert [act.after for act in sale.acts("orders.export")] == [
        {"format": "csv", "rows": 1, "search": "phone: 138****5678"},
        {"format": "xlsx", "rows": 0, "state": "held"},
    ]
    (act,) = sale.acts("households.export")
    assert act.after == {"format": "csv", "rows": 1, "search": "199****0001"}
    assert act.actor_id == operator.person_id


def test_another_kind_of_file_does_not_exist(sale: Sale, operator: Browser) -> None:
    for query in ("", "format=ods", "format=csv&state=sunk"):
        assert operator.get(f"/desk/orders/export?{query}").status_code == 404
    assert sale.acts("orders.export") == []
