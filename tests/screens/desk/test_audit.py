"""The audit log on the desk: filtered by person, act, subject and day; what changed can be read."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import cofu_adopt
from cofu_adopt.core.audit import record
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.read_audit import differences
from cofu_adopt.screens.audit_names import ACTS, FIELDS
from tests.screens.desk.sale import Browser, Sale


def acts(page: str) -> list[str]:
    """The acts of the page's rows, by name."""
    rows = page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0].split("<tr>")[1:] if "<tbody>" in page else []
    return [row.split('data-label="做了什么">')[1].split("<")[0] for row in rows]


def test_the_log_is_filtered_by_person_act_subject_and_day(sale: Sale, operator: Browser) -> None:
    order = sale.paid()
    operator.post(f"/desk/orders/{order.code}/reveal", {"reason": "包裹丢了要查"})
    sale.clock.advance(days=1)
    operator.post("/desk/households/GQ001/reveal", {"field": "phone", "reason": "台风前打电话"})
    assert acts(operator.get("/desk/audit").text)[:2] == ["查看养殖户信息", "查看收货信息"]
    assert acts(operator.get(f"/desk/audit?who={operator.person_id}").text) == ["查看养殖户信息", "查看收货信息"]
    assert set(acts(operator.get("/desk/audit?who=0").text)) == {"起草方案", "发布方案"}
    assert acts(operator.get("/desk/audit?act=adoption.reveal").text) == ["查看收货信息"]
    assert acts(operator.get(f"/desk/audit?subject={order.code}").text) == ["查看收货信息"]
    assert acts(operator.get("/desk/audit?subject=gq001").text) == ["查看养殖户信息"]
    assert acts(operator.get("/desk/audit?subject=GQ-1").text) == ["发布方案", "起草方案"]
    assert acts(operator.get(f"/desk/audit?subject=adoption:{order.id}").text) == ["查看收货信息"]
    assert acts(operator.get("/desk/audit?day=2026-11-25").text) == ["查看养殖户信息"]
    assert acts(operator.get("/desk/audit?day=2026-11-20").text) == []
    misread = operator.get("/desk/audit?day=today").text
    assert "日期看不懂，请写成 2026-09-12。" in misread
    for far in ("0001-01-01", "9999-12-31"):
        for path in ("audit?day=", "orders?from=", "orders?to=", "payments?from=", "payments?to="):
            assert "日期看不懂" in operator.get(f"/desk/{path}{far}").text, path + far
    assert "查看养殖户信息" in acts(misread)


def test_the_difference_can_be_read(sale: Sale, operator: Browser) -> None:
    with unit_of_work():
        record(
            "offer.change",
            "offer",
            1,
            before={"price_fen": 19800, "gateway_fee_bp": 220, "code": "A"},
            after={"price_fen": 21800, "gateway_fee_bp": 1000, "code": "A"},
        )
    page = operator.get("/desk/audit?act=offer.change").text
    change = page.split('class="diff"')[1].split("</dl>")[0]
    assert "¥198.00</del>" in change
    assert "¥218.00</ins>" in change
    assert "没变" in change
    assert "<dt>支付手续费，估</dt>" in change
    assert "2.2%</del>" in change
    assert "10%</ins>" in change
    assert "price_fen" not in change


def test_a_word_of_a_state_is_that_of_its_subject(sale: Sale, operator: Browser) -> None:
    order = sale.paid()
    with unit_of_work():
        record("adoption.cancel", "adoption", order.id, before={"state": "paid"}, after={"state": "cancelled"})
        record("refund.paid", "refund", 7, after={"state": "paid"})
        record("refund.ask", "refund_request", 3, after={"state": "approved"})
    rows = operator.get("/desk/audit").text.split("<tr>")[2:5]
    assert [re.findall(r"(?:原来|后来) </span>([^<]+)<", row) for row in rows] == [
        ["已批准"], ["已转账"], ["已认养", "已取消"],
    ]  # fmt: skip
    assert [row.split('data-label="关于">')[1].split("</td>")[0].split("<")[-2:] for row in rows[:2]] == [
        ['a class="mono" data-row href="/desk/refunds/requests/3">退款申请 3', "/a>"],
        ['a class="mono" data-row href="/desk/refunds/7">退款单 7', "/a>"],
    ]


def test_people_and_roles_are_named(sale: Sale, operator: Browser) -> None:
    with unit_of_work():
        record("staff.enrol", "person", operator.person_id, after={"roles": ["finance_maker", "auditor"]})
        record("token.make", "person", operator.person_id, after={"token": 1, "scopes": ["desk:read"]})
        record("orders.export", "export", "orders", after={"rows": 3})
    page = operator.get("/desk/audit").text
    about = [part.split("<")[0] for part in page.split('data-label="关于">')[1:4]]
    assert "财务经办、审计</ins>" in page
    assert "看工作台</ins>" in page
    assert "新建接口令牌" in acts(page)
    assert about[0] == "–"
    assert about[1] == about[2] != f"person {operator.person_id}"


def test_an_import_can_be_read(sale: Sale, operator: Browser) -> None:
    with unit_of_work():
        record("farm.import", "season", "import", after={
            "households": {"new": 189, "changed": 2},
            "accepted": [{"id": "f3a1", "code": "rare_character", "file": "households", "row": 12, "column": "户名"}],
        })  # fmt: skip
    row = operator.get("/desk/audit").text.split("<tr>")[2].split("</tr>")[0]
    words = re.sub(r"<[^>]+>", " ", row.split('class="diff">')[1]).split()
    assert words == [
        "养殖户", "新的", "后来", "189", "养殖户", "改的", "后来", "2",
        "接受了", "后来", "rare_character", "households", "12", "户名",
    ]  # fmt: skip


def test_every_act_and_field_has_words() -> None:
    found, unnamed = 0, set()
    for path in Path(cofu_adopt.__path__[0]).rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record":
                fields = [key for part in call.keywords if isinstance(part.value, ast.Dict) for key in part.value.keys]
                words = [(ACTS, call.args[0]), *((FIELDS, key) for key in fields)]
                named = [(known, one.value) for known, one in words if isinstance(one, ast.Constant)]
                found += len(named)
                unnamed |= {value for known, value in named if value not in known}
    assert found > 100
    assert unnamed == set()


def test_differences_are_found_field_by_field() -> None:
    found = differences({"a": 1, "b": {"c": 2, "d": 3}, "gone": 4}, {"a": 1, "b": {"c": 5, "d": 3}, "new": [6]})
    assert [(one.field, one.before, one.after, one.changed) for one in found] == [
        ("a", 1, 1, False), ("b.c", 2, 5, True), ("b.d", 3, 3, False), ("gone", 4, None, True),
        ("new", None, [6], True),
    ]  # fmt: skip
    assert differences(None, None) == ()


def test_the_log_is_paged(sale: Sale, operator: Browser) -> None:
    with unit_of_work():
        for number in range(60):
            record("test.act", "test", number)
    first = operator.get("/desk/audit?act=test.act").text
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    subjects = [part.split("<")[0].strip() for page in (first, operator.get(older).text)
                for part in page.split('data-label="关于">')[1:]]  # fmt: skip
    assert subjects == [f"test {number}" for number in range(59, -1, -1)]


def test_every_act_has_words() -> None:
    acts = set()
    for file in Path(cofu_adopt.__file__).parent.rglob("*.py"):
        acts |= set(re.findall(r"audit\.record\(\s*\"([a-z_.]+)\"", file.read_text(encoding="utf-8")))
    assert len(acts) > 50
    assert acts - set(ACTS) == set()
