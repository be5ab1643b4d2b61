"""A program of the workshop hands spreadsheets in, looks, accepts and writes, as a person does on the page."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from itertools import count
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.files import MULTIPART
from cofu_adopt.farm.models import Household
from cofu_adopt.farm.open_file import MOST_BYTES
from tests.api.shop import Program, Shop
from tests.api.test_paging import walk
from tests.farm.conftest import CARDS, HOUSEHOLD_HEADER

IMPORTS = "/api/v1/desk/imports"
keys = count()


def roll(*rows: list[Any]) -> bytes:
    """The roll of households as a file; each row changes some columns of a tidy one."""
    written = StringIO()
    csv.writer(written).writerows([HOUSEHOLD_HEADER, *rows])
    return written.getvalue().encode()


def household(n: int, **changed: str) -> list[Any]:
    """A tidy row."""
    row = dict(
        zip(
            HOUSEHOLD_HEADER,
            [f"GQ00{n}", "张信良", "龙泉村", f"1990000000{n}", 3, "否", "嵊泗农商银行", "402342500018", CARDS[n - 1],
             "张信良", "2019-01-01"],
            strict=True,
        )
    )  # fmt: skip
    return list((row | changed).values())


def send(me: Program, sent: dict[str, Any], **headers: str) -> Any:
    """Send files as a form does, with a boundary of its own."""
    given = {"Authorization": f"Bearer {me.token}", "Idempotency-Key": f"import-{next(keys)}"}
    client = me.app.test_client(use_cookies=False)
    return client.post(IMPORTS, data=sent, content_type=MULTIPART, headers=given | headers)


def hand_in(me: Program, content: bytes, **headers: str) -> str:
    """Hand the roll in; the address of the upload."""
    answer = send(me, {"households": (BytesIO(content), "名册.csv")}, **headers)
    assert answer.status_code == 201, answer.text
    return f"/desk/imports/{answer.json['token']}"


def code_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]  # type: ignore[index]


def test_files_are_handed_in_previewed_accepted_and_written(shop: Shop) -> None:
    me = shop.operator()
    here = hand_in(me, roll(household(1, 村="奇观村"), household(2, 户名="李秀英")))
    assert [one["token"] for one in me.read("/desk/imports")["items"]] == [here.rpartition("/")[2]]
    shown = me.read(here)
    assert shown["files"] == [{"kind": "households", "name": "名册.csv"}]
    preview = shown["preview"]
    assert (preview["blocked"], preview["waiting_count"], preview["changes_nothing"]) == (False, 1, False)
    assert preview["tallies"]["households"] == {"new": 1, "changed": 1, "same": 0, "absent": 0}
    assert preview["groups"][0] | {"title": ""} == {
        "name": "households.payee_differs", "level": "warn", "title": "", "sheet": "名册.csv", "count": 1,
        "accepted_count": 0,
    }  # fmt: skip
    (finding,) = me.read(f"{here}/findings?level=warn")["items"]
    assert (finding["row"], finding["column"], finding["code"], finding["accepted"]) == (
        3,
        "户名",
        "payee_differs",
        False,
    )
    changed, new = me.read(f"{here}/differences?kind=households")["items"]
    assert {"field": "village", "column": "村", "before": "龙泉村", "after": "奇观村"} in changed["fields"]
    assert (new["code"], new["what"], new["fields"]) == ("GQ002", "new", [])

    terms = {"terms": preview["terms"]}
    assert code_of(me.post(f"{here}/write", terms)) == (422, "warnings_not_accepted")
    accept: Any = me.patch(f"{here}/acceptance", {"accept": [finding["id"]]})
    assert accept.json["preview"]["waiting_count"] == 0
    taken: Any = me.patch(f"{here}/acceptance", {"take_back": [finding["id"]]})
    assert taken.json["preview"]["waiting_count"] == 1
    me.patch(f"{here}/acceptance", {"groups": ["households.payee_differs"]})
    assert me.read(f"{here}/findings?code=payee_differs")["items"][0]["accepted"] is True
    done: Any = [me.post(f"{here}/write", terms, Idempotency_Key="once-and-only") for _ in "12"]
    assert [answer.status_code for answer in done] == [200, 200]
    assert done[1].headers["Idempotency-Replayed"] == "true"
    again: Any = me.post(f"{here}/write", {"terms": "another"})
    assert again.json["outcome"] == done[0].json["outcome"]
    assert again.json["outcome"]["wrote"] is True
    assert (again.json["preview"], again.json["files"]) == (None, [])
    assert me.read("/desk/imports")["items"] == []
    with unit_of_work(writes=False):
        assert db.session.scalars(select(Household.village).order_by(Household.code)).all() == ["奇观村", "龙泉村"]
        [kept] = db.session.scalars(select(AuditRecord).where(AuditRecord.act == "farm.import"))
        assert kept.actor_id == me.person_id


def test_what_blocks_is_neither_accepted_nor_written(shop: Shop) -> None:
    me = shop.operator()
    here = hand_in(me, roll(household(1, 手机号="199")))
    (finding,) = me.read(f"{here}/findings?level=block")["items"]
    assert finding["code"] == "bad_phone"
    assert code_of(me.patch(f"{here}/acceptance", {"accept": [finding["id"]]})) == (422, "cannot_accept")
    assert code_of(me.patch(f"{here}/acceptance", {"groups": ["plots.empty"]})) == (404, "not_found")
    terms = {"terms": me.read(here)["preview"]["terms"]}
    assert code_of(me.post(f"{here}/write", terms)) == (422, "import_blocked")
    assert me.delete(here).status_code == 204
    assert code_of(me.get(here)) == (404, "upload_gone")
    assert code_of(me.delete(here)) == (404, "upload_gone")


def test_a_preview_that_is_out_of_date_writes_nothing(shop: Shop) -> None:
    me = shop.operator()
    here = hand_in(me, roll(household(1, 村="奇观村"), household(2)))
    first = me.read(f"{here}/differences?limit=1")
    terms = {"terms": me.read(here)["preview"]["terms"]}
    with unit_of_work():
        db.session.scalars(select(Household)).one().village = "干斜村"
    assert code_of(me.post(f"{here}/write", terms)) == (409, "import_stale")
    assert code_of(me.get(f"{here}/differences?limit=1&cursor={first['next_cursor']}")) == (409, "import_stale")
    assert me.read(f"{here}/differences")["items"][0]["fields"][0]["before"] == "干斜村"


def test_findings_and_differences_are_read_page_by_page(shop: Shop) -> None:
    me = shop.operator()
    here = hand_in(me, roll(*(household(n, 户名="李秀英", 村="奇观村") for n in (1, 2, 3))))
    for path, key in ((f"{here}/findings", "id"), (f"{here}/differences", "code")):
        whole = [one[key] for one in me.read(path)["items"]]
        assert len(whole) >= 3
        assert walk(me, path, limit=1, key=key) == whole
    cursor = me.read(f"{here}/findings?limit=1")["next_cursor"]
    assert code_of(me.get(f"{here}/findings?level=note&cursor={cursor}")) == (422, "invalid")


def test_phones_and_cards_are_masked(shop: Shop) -> None:
    me = shop.operator()
    here = hand_in(me, roll(household(1, 银行卡号=CARDS[1], 手机号="19900000009"), household(2, 手机号="19900000009")))
    for answer in (me.get(f"{here}/differences"), me.get(f"{here}/findings"), me.get(here)):
        assert answer.status_code == 200
        assert not any(secret in answer.text for secret in ("19900000009", "19900000001", *CARDS))


def test_only_who_handed_in_sees_it(shop: Shop) -> None:
    me, other = shop.operator(), shop.operator()
    here = hand_in(me, roll(household(1)))
    assert other.read("/desk/imports")["items"] == []
    for method, path in (("GET", ""), ("GET", "/findings"), ("GET", "/differences"), ("DELETE", "")):
        assert code_of(other.call(method, here + path)) == (404, "upload_gone")
    assert code_of(other.patch(f"{here}/acceptance", {})) == (404, "upload_gone")
    assert code_of(other.post(f"{here}/write", {"terms": "x"})) == (404, "upload_gone")
    assert code_of(shop.person(Role.AUDITOR).get(here)) == (404, "not_found")
    reader = shop.person(Role.OPERATOR, scopes=frozenset({Scope.DESK_READ}))
    assert code_of(send(reader, {"plots": (BytesIO(b"x"), "x.csv")})) == (403, "scope_missing")


def test_the_same_files_sent_again_are_one_upload(shop: Shop) -> None:
    me = shop.operator()
    key = {"Idempotency-Key": "sent-once-only"}
    first, second = (hand_in(me, roll(household(1)), **key) for _ in "12")
    assert first == second
    other = send(me, {"households": (BytesIO(roll(household(2))), "名册.csv")}, **key)
    assert code_of(other) == (422, "idempotency_key_reused")
    assert len(me.read("/desk/imports")["items"]) == 1


def test_what_is_no_file_of_ours_is_refused(shop: Shop) -> None:
    me = shop.operator()
    assert code_of(me.post("/desk/imports", {})) == (415, "not_multipart")
    assert list(send(me, {}).json["errors"]) == ["body"]
    assert list(send(me, {"ropes": (BytesIO(b"x"), "x.csv")}).json["errors"]) == ["ropes"]
    assert list(send(me, {"plots": "x"}).json["errors"]) == ["plots"]
    twice = [(BytesIO(b"x"), "x.csv"), (BytesIO(b"y"), "y.csv")]
    assert list(send(me, {"plots": twice}).json["errors"]) == ["plots"]
    no_key = me.app.test_client(use_cookies=False).post(
        IMPORTS,
        data={"plots": (BytesIO(b"x"), "x.csv")},
        content_type=MULTIPART,
        headers={"Authorization": f"Bearer {me.token}"},
    )
    assert code_of(no_key) == (400, "idempotency_key_needed")
    too_large = me.app.test_client(use_cookies=False).post(
        IMPORTS,
        input_stream=BytesIO(),
        environ_overrides={"CONTENT_LENGTH": str(MOST_BYTES + 1)},
        content_type=f"{MULTIPART}; boundary=x",
        headers={"Authorization": f"Bearer {me.token}"},
    )
    assert code_of(too_large) == (413, "files_too_large")
    here = hand_in(me, b"\0\0")
    assert me.read(here)["preview"]["blocked"] is True
    assert me.post(f"{here}/write", {}).json["errors"] == {"terms": "是空的，请补上。"}  # type: ignore[index]
    assert me.get(f"{here}/findings?level=bad").status_code == 422
