"""Two programs of finance with the bank's lines: written down, counted, taken back, sent back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.verify import run_checks
from tests.api.shop import REVIEW, Program, Shop
from tests.api.test_paging import walk

LINES = "/desk/transfers/lines"
LINE = {"bank_ref": "icbc-1", "amount_fen": 19800, "paid_on": "2026-11-20", "payer": "王小海"}
WHY = {"reason": "看错了附言"}


@pytest.fixture
def maker(shop: Shop) -> Program:
    return shop.person(Role.FINANCE_MAKER)


@pytest.fixture
def checker(shop: Shop) -> Program:
    return shop.person(Role.FINANCE_CHECKER)


def begin(shop: Shop, adopter: Program) -> tuple[str, str]:
    """An order whose adopter has chosen to transfer: its code and the reference."""
    code = adopter.hold(shop.offer_id)["code"]
    assert adopter.put(f"/orders/{code}/review", REVIEW).status_code == 200
    assert adopter.post(f"/orders/{code}/payments", {"way": "transfer"}).status_code == 201
    return code, adopter.read(f"/orders/{code}/transfer")["ref"]


def act(program: Program, path: str, body: Any, **headers: str) -> Any:
    answer = program.post(path, body, **headers)
    return answer.status_code, (answer.json or {}).get("code") or answer.json


def is_sound() -> bool:
    return {name: found for name, found in run_checks().items() if found} == {}


def test_a_line_is_recorded_once_counted_and_undone_by_another(shop: Shop, maker: Program, checker: Program) -> None:
    adopter = shop.adopter()
    code, ref = begin(shop, adopter)
    (waited,) = maker.read("/desk/transfers?state=open")["items"]
    assert (waited["ref"], waited["order_code"], waited["amount_fen"], waited["received_fen"]) == (ref, code, 19800, 0)
    assert maker.read("/desk/transfers?state=paid")["items"] == []
    first, again = (maker.post(LINES, LINE | {"remark": ref.lower()}, Idempotency_Key="once-and-only") for _ in "12")
    assert (first.status_code, first.data, again.headers["Idempotency-Replayed"]) == (201, again.data, "true")
    line: Any = first.json
    assert (line["state"], line["bank_ref"], line["payer"]) == ("unknown", "ICBC-1", "王小海")
    (candidate,) = line["candidates"]
    assert (candidate["transfer"]["ref"], candidate["by_reference"], candidate["meaning"]) == (ref, True, "exact")
    assert act(maker, LINES, LINE) == (409, "bank_line_known")
    here = f"{LINES}/{line['id']}"
    assert act(maker, f"{here}/match", {"ref": ref, "meaning": "over"}) == (409, "transfer_changed")
    assert act(maker, f"{here}/match", {"ref": "GZ-0000-0", "meaning": "exact"}) == (404, "not_found")
    agreed = {"ref": ref, "meaning": "exact"}
    for _ in "12":
        status, counted = act(maker, f"{here}/match", agreed, Idempotency_Key="count-it-once")
        assert (status, counted["state"], counted["match"]["order_code"]) == (200, "counted", code)
    assert act(checker, f"{here}/match", agreed) == (409, "bank_line_taken")
    assert adopter.read(f"/orders/{code}")["state"] == "paid"
    assert act(maker, f"{here}/undo", WHY) == (409, "second_person_needed")
    assert act(checker, f"{here}/undo", {"reason": "x"})[0] == 422
    status, undone = act(checker, f"{here}/undo", WHY)
    assert (status, undone["state"], undone["match"]) == (200, "unknown", None)
    assert act(checker, f"{here}/undo", WHY) == (409, "bank_line_taken")
    assert adopter.read(f"/orders/{code}")["state"] == "held"
    assert is_sound()


def test_a_line_is_sent_back_by_two(maker: Program, checker: Program) -> None:
    here = f"{LINES}/{maker.post(LINES, LINE).json['id']}"  # type: ignore[index]
    assert act(checker, f"{here}/return/done", {"return_ref": "ICBC-2"}) == (409, "bank_line_taken")
    assert act(maker, f"{here}/return", WHY)[1]["state"] == "returning"
    assert act(maker, f"{here}/void", WHY) == (409, "bank_line_taken")
    assert act(checker, f"{here}/return/drop", None)[1]["state"] == "unknown"
    assert act(maker, f"{here}/return", WHY)[1]["sent_back"]["reason"] == WHY["reason"]
    assert act(maker, f"{here}/return/done", {"return_ref": "ICBC-2"}) == (409, "second_person_needed")
    wrong: Any = checker.post(f"{here}/return/done", {"return_ref": "x"})
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["return_ref"])
    for _ in "12":
        status, done = act(checker, f"{here}/return/done", {"return_ref": "icbc-2"}, Idempotency_Key="sent-back")
        assert (status, done["state"], done["sent_back"]["return_ref"]) == (200, "returned", "ICBC-2")
        assert done["sent_back"]["returned_by"]["id"] == checker.person_id
    assert maker.read(f"{LINES}?only_waiting=true")["items"] == []
    assert is_sound()


def test_a_line_written_down_wrongly_is_voided(maker: Program) -> None:
    faults: Any = maker.post(
        LINES, LINE | {"bank_ref": "?", "paid_on": f"{clock.today() + timedelta(1)}", "payer": " "}
    )
    assert (faults.status_code, set(faults.json["errors"])) == (422, {"bank_ref", "paid_on", "payer"})
    nothing: Any = maker.post(LINES, LINE | {"amount_fen": 0})
    assert (nothing.status_code, list(nothing.json["errors"])) == (422, ["amount_fen"])
    most = maker.post(LINES, LINE | {"amount_fen": 99_999_999_999}).json["id"]  # type: ignore[index]
    status, voided = act(maker, f"{LINES}/{most}/void", WHY)
    assert (status, voided["state"], voided["voided_by"]["id"]) == (200, "voided", maker.person_id)
    assert maker.post(LINES, LINE).status_code == 201, "the number is free again"
    assert is_sound()


def test_lists_are_read_page_by_page_and_show_no_payer(shop: Shop, maker: Program) -> None:
    ids = [maker.post(LINES, LINE | {"bank_ref": f"ICBC-{n}"}).json["id"] for n in range(3)]  # type: ignore[index]
    assert walk(maker, LINES, limit=1, key="id") == ids[::-1]
    assert {line["payer_masked"] for line in maker.read(LINES)["items"]} == {"王****"}
    refs = [begin(shop, shop.adopter())[1] for _ in range(3)]
    assert sorted(walk(maker, "/desk/transfers", limit=1, key="ref")) == sorted(refs)
    found = maker.read(f"{LINES}/{ids[0]}?ref={refs[1]}")["candidates"]
    assert [(one["transfer"]["ref"], one["by_reference"]) for one in found] == [(refs[1], True)]


def test_only_finance_acts(shop: Shop, maker: Program) -> None:
    here = f"{LINES}/{maker.post(LINES, LINE).json['id']}"  # type: ignore[index]
    assert act(shop.operator(), f"{here}/void", WHY) == (404, "not_found")
    assert shop.adopter().get(here).status_code == 404
    assert act(maker, f"{LINES}/999/void", WHY) == (404, "not_found")
    reader = shop.person(Role.FINANCE_MAKER, scopes=frozenset({Scope.DESK_READ}))
    assert reader.get(here).status_code == 200
    assert act(reader, f"{here}/void", WHY) == (403, "scope_missing")
