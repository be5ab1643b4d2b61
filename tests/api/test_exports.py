"""A program of the workshop takes its lists as files: masked, without formulas, and logged."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.models import Household
from tests.api.shop import ADDRESS, Program, Shop
from tests.screens.desk.test_exports import read_csv, read_xlsx

FILES = "/desk/exports"
DIARY = ("silent-plots", "measurements", "forecasts", "harvest-calendar")


def table(me: Program, path: str) -> list[list[str]]:
    """The rows of a CSV file."""
    answer = me.get(f"{FILES}/{path}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv"), answer.text
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    return read_csv(answer.data)


def test_households_leave_masked_and_without_formulas(shop: Shop) -> None:
    with unit_of_work():
        db.session.execute(update(Household).values(head_name="=cmd|'/c'!A1"))
    desk = shop.operator()
    header, row = table(desk, "households?format=csv")
    line = dict(zip(header, row, strict=True))
    assert line["户主"] == "'=cmd|'/c'!A1"
    assert (line["手机号"], line["银行账号"]) == ("199****0001", "6299****9311")
    book = desk.get(f"{FILES}/households?format=xlsx")
    assert read_xlsx(book.data)[1][:2] == ("GQ001", "=cmd|'/c'!A1")
    assert table(desk, "households?format=csv&q=GQ002") == [header]
    table(desk, "households?format=csv&q=19900000001")
    acts = desk.read("/desk/audit?act=households.export")["items"]
    logged = [{one["field"]: one["after"] for one in act["differences"]} for act in acts]
    assert logged[0] == {"format": "csv", "rows": 1, "search": "199****0001"}
    assert {act["actor_id"] for act in acts} == {desk.person_id}
    short: Any = desk.get(f"{FILES}/households?format=csv&q=1990000000")
    assert (short.status_code, list(short.json["errors"])) == (422, ["q"])


def test_orders_and_payments_leave_as_filtered(shop: Shop) -> None:
    me, desk = shop.adopter(), shop.operator()
    paid, held = shop.paid(me), me.hold(shop.offer_id, plot="A1-02")["code"]
    orders = table(desk, "orders?format=csv")
    assert [row[0].removeprefix("'") for row in orders[1:]] == [held, paid]
    assert not any(ADDRESS[name] in str(orders) for name in ("recipient", "phone", "detail"))
    for query in ("state=paid", f"offer_id={shop.offer_id}&state=paid", f"q={paid}", "grid=A1&state=paid"):
        assert len(table(desk, f"orders?format=csv&{query}")) == 2, query
    for query in ("state=lost", "grid=B2", "from_on=2099-01-01", "to_on=2020-01-01", f"offer_id={2**31 - 1}"):
        assert len(table(desk, f"orders?format=csv&{query}")) == 1, query
    payments = table(desk, "payments?format=csv")
    (line,) = (dict(zip(payments[0], row, strict=True)) for row in payments[1:])
    assert (line["订单号"].removeprefix("'"), line["金额（元）"]) == (paid, "198.00")
    assert table(desk, f"payments?format=csv&q={paid.lower()}&state=succeeded") == payments
    assert table(desk, f"payments?format=csv&q={line['渠道单号']}&provider=sandbox") == payments
    assert len(table(desk, "payments?format=csv&q=unknown")) == 1
    (act, *_others) = desk.read("/desk/audit?act=payments.export")["items"]
    assert {one["field"]: one["after"] for one in act["differences"]} == {"format": "csv", "rows": 0, "q": "unknown"}
    (act, *_others) = desk.read("/desk/audit?act=orders.export")["items"]
    assert {one["field"]: one["after"] for one in act["differences"]} == {
        "format": "csv", "rows": 0, "offer": str(2**31 - 1),
    }  # fmt: skip


@pytest.mark.parametrize("name", DIARY)
def test_the_diary_leaves_as_files(shop: Shop, name: str) -> None:
    desk = shop.operator()
    whole = table(desk, f"{name}?format=csv")
    few = table(desk, f"{name}?format=csv&grid=B2")
    assert whole[0] == few[0]
    assert len(few) <= len(whole)
    assert len(read_xlsx(desk.get(f"{FILES}/{name}?format=xlsx").data)) == len(whole)
    act = desk.read(f"/desk/audit?act={name.replace('-', '_')}.export")["items"][1]
    assert {"field": "grid", "before": None, "after": "B2"} in act["differences"]


def test_what_a_row_is_can_be_chosen(shop: Shop) -> None:
    desk = shop.operator()
    assert len(table(desk, "forecasts?format=csv&by=grid")) == 3
    assert len(table(desk, "forecasts?format=csv")) == 4
    assert len(table(desk, "forecasts?format=csv&only_short=true")) <= 4
    weeks, months = (table(desk, f"harvest-calendar?format=csv&unit={unit}") for unit in ("week", "month"))
    assert len(weeks) >= len(months)
    assert table(desk, "harvest-calendar?format=csv&from_on=2020-01-01") == months
    assert len(table(desk, "silent-plots?format=csv&days=1000")) <= 4


def test_what_is_misread_sends_nothing(shop: Shop) -> None:
    desk = shop.operator()
    for path, name in (
        ("orders", "format"), ("orders?format=ods", "format"), ("orders?format=csv&state=sunk", "state"),
        ("orders?format=csv&q=%00", "q"), ("payments?format=csv&from_on=x", "from_on"),
        ("silent-plots?format=csv&days=x", "days"), ("forecasts?format=csv&by=x", "by"),
    ):  # fmt: skip
        answer: Any = desk.get(f"{FILES}/{path}")
        assert (answer.status_code, list(answer.json["errors"])) == (422, [name]), path
    assert not [act for act in desk.read("/desk/audit")["items"] if act["act"].endswith(".export")]


def test_who_may_read_the_list_may_take_the_file(shop: Shop) -> None:
    reader = shop.person(Role.AUDITOR, scopes=frozenset({Scope.DESK_READ}))
    first = reader.get(f"{FILES}/orders?format=csv")
    assert first.status_code == 200
    again = reader.get(f"{FILES}/orders?format=csv", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert shop.person(Role.FINANCE_MAKER).get(f"{FILES}/silent-plots?format=csv").status_code == 404
    assert shop.adopter().get(f"{FILES}/orders?format=csv").status_code == 404
    assert shop.person(Role.OPERATOR, scopes=frozenset({Scope.ME})).get(f"{FILES}/orders?format=csv").status_code == 403
