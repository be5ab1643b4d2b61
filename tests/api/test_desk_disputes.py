"""What a program of the workshop does with disputes, and with choices that an adopter leaves to the workshop."""

from __future__ import annotations

from typing import Any

from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.verify import run_checks
from cofu_adopt.schedule import do_due_work
from tests.api.shop import Shop
from tests.api.test_paging import walk


def test_a_dispute_is_answered_once(shop: Shop) -> None:
    desk, code = shop.operator(), shop.paid(shop.adopter())
    dispute_id = shop.dispute(code)
    here = f"/desk/disputes/{dispute_id}"
    (listed,) = desk.read("/desk/disputes?only_open=true")["items"]
    assert (listed["id"], listed["order_code"], listed["state"], listed["answerable"]) == (
        dispute_id, code, "opened", True,
    )  # fmt: skip
    found = desk.read(here)
    assert (found["amount_fen"], found["reason"]) == (19800, "product_not_received")
    for secret in ("林小满", "13800005678", "四平路"):
        assert secret not in str(found["evidence"])
    too_long: Any = desk.post(f"{here}/answer", {"note": "字" * 2001})
    assert (too_long.status_code, list(too_long.json["errors"])) == (422, ["note"])
    done: Any = [desk.post(f"{here}/answer", {"note": " 绳在海里\r\n"}, Idempotency_Key="once-and-only") for _ in "12"]
    assert [answer.status_code for answer in done] == [200, 200]
    assert done[1].headers["Idempotency-Replayed"] == "true"
    stored = done[0].json
    assert (stored["answerable"], stored["evidence"][0]["text"]) == (False, "绳在海里")
    assert len(stored["evidence"]) == len(found["evidence"]) + 1
    again: Any = desk.post(f"{here}/answer", {"note": "再来一次"})
    assert (again.status_code, again.json["code"]) == (409, "dispute_not_open")
    do_due_work()
    assert desk.read(here)["state"] == "answered"
    assert {name: found for name, found in run_checks().items() if found} == {}


def test_disputes_are_read_page_by_page_and_answered_by_few(shop: Shop) -> None:
    ids: list[Any] = [shop.dispute(shop.paid(shop.adopter())) for _ in range(3)]
    auditor = shop.person(Role.AUDITOR)
    assert walk(auditor, "/desk/disputes", limit=1, key="id") == ids[::-1]
    for role in (Role.AUDITOR, Role.FINANCE_CHECKER, Role.ADOPTER):
        assert shop.person(role).post(f"/desk/disputes/{ids[0]}/answer", {}).status_code == 404
    assert shop.person(Role.FINANCE_MAKER).post("/desk/disputes/999/answer", {}).status_code == 404
    assert shop.adopter().get(f"/desk/disputes/{ids[0]}").status_code == 404
    reader = shop.person(Role.OPERATOR, scopes=frozenset({Scope.DESK_READ}))
    assert reader.post(f"/desk/disputes/{ids[0]}/answer", {}).json["code"] == "scope_missing"  # type: ignore[index]
