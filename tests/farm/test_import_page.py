"""The operator's page: hand in, look, accept, write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import run_due
from cofu_adopt.farm.keep_upload import DROP_UPLOAD
from cofu_adopt.farm.models import Household, Rope, SeasonUpload, SeasonUploadFile
from cofu_adopt.identity.models import Person
from cofu_adopt.identity.people import grant_role
from cofu_adopt.schedule import HANDLERS
from tests.farm.conftest import SeasonFiles

KINDS = {"households": "households.xlsx", "plots": "plots.xlsx", "measurements": "measurements.csv"}


class FreshClient(FlaskClient):
    """A browser whose every request finds an empty context, as it does in a server."""

    def open(self, *given: Any, **more: Any) -> Any:
        """Make the request."""
        return Context().run(super().open, *given, **more)


def sign_in(app: Flask, name: str, *roles: Role) -> FlaskClient:
    with unit_of_work():
        person = Person(username=name, display_name=name, locale="zh_Hans", is_guest=False, created_at=clock.now())
        db.session.add(person)
        db.session.flush()
        for role in roles:
            grant_role(person.id, role)
    client = FreshClient(app, app.response_class)
    with client.session_transaction() as kept:
        kept["person_id"], kept["epoch"] = person.id, person.session_epoch
        kept["proved_at"] = int(clock.now().timestamp())
    return client


@pytest.fixture
def operator(sea: Flask) -> Iterator[FlaskClient]:
    sea.config["WTF_CSRF_ENABLED"] = False
    yield sign_in(sea, "operator", Role.OPERATOR)
    sea.config["WTF_CSRF_ENABLED"] = True


def hand_in(client: FlaskClient, files: SeasonFiles, *kinds: str, expect: int = 302) -> str:
    """Hand in the files of these kinds (default: all) and return the preview's address."""
    directory = files.write()
    data = {kind: (BytesIO((directory / KINDS[kind]).read_bytes()), KINDS[kind]) for kind in kinds or KINDS}
    answer = client.post("/desk/import", data=data, content_type="multipart/form-data")
    assert answer.status_code == expect
    return answer.headers.get("Location", "")


def fingerprint(page: str) -> str:
    found = re.search(r'name="fingerprint" value="(\w+)"', page)
    assert found
    return found[1]


def press_write(client: FlaskClient, address: str, shown: str | None = None) -> Any:
    """Press the button on the page as it is now, or as it was shown."""
    page = shown or client.get(address).text
    return client.post(f"{address}/import", data={"fingerprint": fingerprint(page)})


def count(table: type[Any]) -> int:
    with unit_of_work(writes=False):
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_tidy_files_are_previewed_then_written_and_thrown_away(operator: FlaskClient, files: SeasonFiles) -> None:
    address = hand_in(operator, files)
    page = operator.get(address).text
    assert "可以写入了。" in page
    assert count(Rope) == 0
    assert press_write(operator, address).headers["Location"] == address
    assert (count(Rope), count(SeasonUploadFile)) == (12, 0)
    assert "都写进去了" in operator.get(address).text
    with unit_of_work(writes=False):
        [record] = db.session.scalars(select(AuditRecord).where(AuditRecord.act == "farm.import")).all()
    assert record.actor_id is not None
    assert record.after is not None
    assert record.after["households"] == {"new": 3, "changed": 0, "same": 0, "absent": 0}
    assert record.after["files"]["plots"]["name"] == "plots.xlsx"


def test_the_files_lie_encrypted_between_preview_and_import(operator: FlaskClient, files: SeasonFiles) -> None:
    hand_in(operator, files)
    with unit_of_work(writes=False):
        rows = db.session.connection().exec_driver_sql("SELECT content FROM season_upload_file").all()
    assert len(rows) == 3
    assert not any(b"A1-01" in bytes(row[0]) or bytes(row[0]).startswith(b"PK") for row in rows)


def test_what_blocks_is_named_and_cannot_be_written_or_accepted(operator: FlaskClient, files: SeasonFiles) -> None:
    files.plots[1][3] = "GQ001:60"
    address = hand_in(operator, files)
    page = operator.get(address).text
    assert "有 1 处要改，不能写入。" in page
    assert "份额加起来是 60，应是 100，每户至少 1。" in page
    assert "第 2 行" in page
    answer = press_write(operator, address, page)
    assert answer.status_code == 422
    assert "什么都没有写入" in answer.text
    answer = operator.post(f"{address}/accept", data={"group": "plots.shares_total", "all": "1"})
    assert answer.status_code == 422
    assert count(Rope) == 0


def test_warnings_are_accepted_one_by_one_and_can_be_taken_back(operator: FlaskClient, files: SeasonFiles) -> None:
    files.households[1][9], files.households[2][9] = "李秀英", "王桂兰"
    address = hand_in(operator, files)
    page = operator.get(address).text
    assert "还有 2 条要确认。" in page
    first, second = re.findall(r'name="accept" value="(\w{10})"', page)
    shown = {"shown": [first, second], "group": "households.payee_differs"}
    operator.post(f"{address}/accept", data=shown | {"accept": [first]})
    page = operator.get(address).text
    assert "还有 1 条要确认。" in page
    assert f'value="{first}" checked' in page
    assert press_write(operator, address, page).status_code == 422
    operator.post(f"{address}/accept", data=shown | {"accept": [second]})
    page = operator.get(address).text
    assert f'value="{first}" checked' not in page
    assert f'value="{second}" checked' in page
    operator.post(f"{address}/accept", data=shown | {"accept": [first, second]})
    assert press_write(operator, address).status_code == 302
    assert count(Rope) == 12
    with unit_of_work(writes=False):
        after = db.session.scalars(select(AuditRecord.after).where(AuditRecord.act == "farm.import")).one()
    assert after is not None
    assert {one["id"] for one in after["accepted"]} == {first, second}
    assert after["accepted_counts"] == {"payee_differs": 2}


def test_a_whole_group_is_accepted_at_once(operator: FlaskClient, files: SeasonFiles) -> None:
    files.households[1][9], files.households[2][9] = "李秀英", "王桂兰"
    address = hand_in(operator, files)
    page = operator.get(f"{address}?group=households.payee_differs").text
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    assert len(shown) == 2
    data = {"group": "households.payee_differs", "shown": shown, "all": "1"}
    operator.post(f"{address}/accept", data=data)
    assert "可以写入了。" in operator.get(address).text


def test_an_id_that_is_not_there_is_refused(operator: FlaskClient, files: SeasonFiles) -> None:
    address = hand_in(operator, files)
    assert operator.post(f"{address}/accept", data={"accept": ["0123456789"]}).status_code == 422


def test_findings_are_filtered_by_level_and_group(operator: FlaskClient, files: SeasonFiles) -> None:
    files.households[1][9] = "李秀英"
    files.plots[1][5] = "2025.10.24"
    address = hand_in(operator, files)
    assert "收款人不是户主 张信良" in operator.get(address).text
    page = operator.get(f"{address}?level=note").text
    assert "收款人不是户主 张信良" not in page
    assert "“2025.10.24”是日期，写法不同。" in page
    assert "“2025.10.24”是日期" in operator.get(f"{address}?group=plots.other_date").text
    assert "没有这一类的。" in operator.get(f"{address}?level=block").text


def test_any_of_the_files_may_be_handed_in(operator: FlaskClient, files: SeasonFiles) -> None:
    press_write(operator, hand_in(operator, files))
    files.measurements.append(["B2-01", "2026-11-20", 58.1, 30, 0.8, 17])
    address = hand_in(operator, files, "measurements")
    page = operator.get(address).text
    assert "可以写入了。" in page
    assert "新的 · 测量记录 · 1" in page
    assert "这次没有交的文件" in page
    assert press_write(operator, address).status_code == 302


def test_differences_are_shown_with_before_and_after(operator: FlaskClient, files: SeasonFiles) -> None:
    press_write(operator, hand_in(operator, files))
    files.households[1][2] = "奇观村"
    files.households[1][8] = "6299990109152834860"
    page = operator.get(hand_in(operator, files)).text
    assert re.search(r"<td lang=\"zh-Hans\">村</td><td>龙泉村</td><td><strong>奇观村</strong>", page)
    assert "<td>629****9311</td><td><strong>629****4860</strong>" in page
    assert "6299990109152834860" not in page


def test_the_same_files_again_leave_nothing_to_write(operator: FlaskClient, files: SeasonFiles) -> None:
    press_write(operator, hand_in(operator, files))
    address = hand_in(operator, files)
    page = operator.get(address).text
    assert "和库里一样，没有要写的。" in page
    assert ">写入</button>" not in page


def test_a_preview_that_is_out_of_date_writes_nothing_and_shows_the_new_one(
    operator: FlaskClient, files: SeasonFiles
) -> None:
    press_write(operator, hand_in(operator, files))
    files.households[1][2] = "奇观村"
    address = hand_in(operator, files)
    shown = operator.get(address).text
    with unit_of_work():
        db.session.scalars(select(Household).where(Household.code == "GQ001")).one().village = "干斜村"
    answer = press_write(operator, address, shown)
    assert answer.status_code == 409
    assert "预览以后库里有了变化，什么都没有写入" in answer.text
    assert "干斜村" in answer.text
    with unit_of_work(writes=False):
        assert db.session.scalar(select(Household.village).where(Household.code == "GQ001")) == "干斜村"
    assert press_write(operator, address, answer.text).status_code == 302


def test_of_two_operators_the_second_has_to_look_again(sea: Flask, operator: FlaskClient, files: SeasonFiles) -> None:
    other = sign_in(sea, "other", Role.OPERATOR)
    mine, theirs = hand_in(operator, files), hand_in(other, files)
    shown = other.get(theirs).text
    assert operator.get(theirs).status_code == 404
    assert press_write(operator, mine).status_code == 302
    assert press_write(other, theirs, shown).status_code == 409
    assert "没有要写的" in other.get(theirs).text


def test_a_double_click_writes_once(operator: FlaskClient, files: SeasonFiles) -> None:
    address = hand_in(operator, files)
    shown = operator.get(address).text
    answers = [press_write(operator, address, shown) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [address, address]
    assert count(Rope) == 12
    with unit_of_work(writes=False):
        assert len(db.session.scalars(select(AuditRecord).where(AuditRecord.act == "farm.import")).all()) == 1


def test_two_clicks_in_the_same_moment_write_once(sea: Flask, operator: FlaskClient, files: SeasonFiles) -> None:
    address = hand_in(operator, files)
    shown = operator.get(address).text
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: press_write(operator, address, shown), range(2)))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert count(Rope) == 12
    with unit_of_work(writes=False):
        assert len(db.session.scalars(select(AuditRecord).where(AuditRecord.act == "farm.import")).all()) == 1


def test_an_upload_can_be_thrown_away(operator: FlaskClient, files: SeasonFiles) -> None:
    address = hand_in(operator, files)
    assert address in operator.get("/desk/import").text
    operator.post(f"{address}/throw-away")
    assert operator.get(address).status_code == 404
    assert (count(SeasonUpload), count(SeasonUploadFile)) == (0, 0)


def test_an_upload_is_kept_for_a_day(operator: FlaskClient, files: SeasonFiles, still: FrozenClock) -> None:
    address = hand_in(operator, files)
    still.advance(hours=23)
    run_due({DROP_UPLOAD: HANDLERS[DROP_UPLOAD]})
    assert operator.get(address).status_code == 200
    still.advance(hours=1)
    answer = operator.get(address)
    assert answer.status_code == 404
    assert "请再交一次" in answer.text
    run_due({DROP_UPLOAD: HANDLERS[DROP_UPLOAD]})
    assert (count(SeasonUpload), count(SeasonUploadFile)) == (0, 0)


def test_for_all_others_the_page_is_not_there(sea: Flask, operator: FlaskClient, files: SeasonFiles) -> None:
    address = hand_in(operator, files)
    for role in set(Role) - {Role.OPERATOR}:
        other = sign_in(sea, f"one-{role}", role)
        assert other.get("/desk/import").status_code == 404
        assert other.get(address).status_code == 404
        hand_in(other, files, expect=404)
        for act in ("import", "accept", "throw-away"):
            assert other.post(f"{address}/{act}").status_code == 404
    assert count(SeasonUpload) == 1


def test_a_visitor_is_sent_to_sign_in(sea: Flask) -> None:
    answer = sea.test_client().get("/desk/import")
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/staff/sign-in")


def test_nothing_chosen_is_said(operator: FlaskClient) -> None:
    answer = operator.post("/desk/import", data={}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "还没有选文件。至少选一个。" in answer.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的。"),
        (b"PK\x03\x04 torn", "文件坏了"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "这是旧的 .xls"),
        ("<html>".encode("utf-16"), "没有找到这些列"),
    ],
)
def test_a_bad_upload_is_refused_with_words(operator: FlaskClient, content: bytes, words: str) -> None:
    data = {"households": (BytesIO(content), "../名册<script>.xlsx")}
    answer = operator.post("/desk/import", data=data, content_type="multipart/form-data", follow_redirects=True)
    assert answer.status_code == 200
    assert words in answer.text
    assert "<script>.xlsx" not in answer.text


def test_more_than_20_megabytes_are_refused(operator: FlaskClient) -> None:
    body = b"," * (21 * 1024**2)
    answer = operator.post("/desk/import", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "文件太大了" in answer.text


def test_the_page_speaks_english(operator: FlaskClient, files: SeasonFiles) -> None:
    files.households[1][9] = "李秀英"
    page = operator.get(hand_in(operator, files) + "?lang=en").text
    assert "Payee is not the head" in page
    assert "1 to confirm." in page
    assert "Taken as: 李秀英." in page


@pytest.mark.parametrize(
    ("given", "shown"),
    [("a\0b.xlsx", "ab.xlsx"), ("..\\x/台账\u202e.xlsx", "台账.xlsx"), ("\0", "plots.xlsx")],
)
def test_a_file_is_called_by_what_can_be_shown_of_its_name(
    operator: FlaskClient, files: SeasonFiles, given: str, shown: str
) -> None:
    data = {"plots": (BytesIO((files.write() / "plots.xlsx").read_bytes()), given)}
    answer = operator.post("/desk/import", data=data, content_type="multipart/form-data")
    assert answer.status_code == 302
    with unit_of_work(writes=False):
        assert db.session.scalar(select(SeasonUploadFile.name)) == shown
