"""The audit log on the desk: filtered by person, act, subject and day; what changed can be read."""

from __future__ import annotations

import re
from pathlib import Path

import cofu_adopt
from cofu_adopt.core.audit import record
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.read_audit import differences
from cofu_adopt.screens.desk_words import ACTS
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
