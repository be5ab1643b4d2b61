"""The desk's pages of webhooks."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from cofu_adopt import schedule
from tests.growth.diary import operator
from tests.people import Who, make_person
from tests.season import Season
from tests.webhooks.hooks import Hooks

SECRET = re.compile(r'value="(whsec_[^"]+)"')


@pytest.fixture
def desk(hooks: Hooks) -> FlaskClient:
    return signed_in(hooks.diary.season, operator())


def signed_in(season: Season, person_id: int) -> FlaskClient:
    client = season.signed_in(person_id)
    with client.session_transaction() as session:
        session["proved_at"] = int(season.clock().timestamp())
    return client


def register(desk: FlaskClient, hooks: Hooks) -> str:
    form = {"name": "大屏", "url": hooks.receiver.url, "event": ["update.posted"]}
    answer = desk.post("/desk/webhooks", data=form)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    (secret,) = SECRET.findall(answer.text)
    return str(secret)


def test_from_registering_to_sending_again(hooks: Hooks, desk: FlaskClient) -> None:
    secret = register(desk, hooks)
    assert desk.post("/desk/webhooks/1/test").status_code == 302
    schedule.call_strangers()
    assert hooks.receiver.take()[0].is_signed_with(secret)
    hooks.receiver.status, hooks.receiver.text = 500, "<b>out of order</b>"
    hooks.diary.post()
    schedule.call_strangers()
    page = desk.get("/desk/webhooks/1").text
    assert "没送到，在重试" in page
    assert "HTTP 500" in page
    assert secret not in page
    shown = desk.get("/desk/webhooks/1/deliveries/2").text
    assert "&lt;b&gt;out of order" in shown
    hooks.receiver.status = 204
    assert desk.post("/desk/webhooks/1/deliveries/2/replay").status_code == 302
    schedule.call_strangers()
    assert len({one.id for one in hooks.receiver.take()}) == 1
    assert "送到" in desk.get("/desk/webhooks/1/deliveries/2").text
    assert "大屏" in desk.get("/desk/webhooks").text


def test_a_form_with_faults_keeps_what_was_typed(hooks: Hooks, desk: FlaskClient) -> None:
    answer = desk.post("/desk/webhooks", data={"name": "大屏", "url": "https://10.0.0.1/x"})
    assert answer.status_code == 422
    assert "内网" in answer.text
    assert "至少选一项" in answer.text
    assert 'value="https://10.0.0.1/x"' in answer.text
    register(desk, hooks)
    changed = desk.post("/desk/webhooks/1", data={"name": "", "url": "ftp://x", "event": "reading.kept"})
    assert (changed.status_code, "ftp://x" in changed.text) == (422, True)
    since = desk.post("/desk/webhooks/1/replay", data={"since": "yesterday"})
    assert (since.status_code, "日期看不懂" in since.text) == (422, True)


def test_off_on_renewed_deleted(hooks: Hooks, desk: FlaskClient) -> None:
    secret = register(desk, hooks)
    desk.post("/desk/webhooks/1/switch")
    assert "停着" in desk.get("/desk/webhooks").text
    refused = desk.post("/desk/webhooks/1/replay", data={"since": "2026-11-24"}, follow_redirects=True)
    assert "先开启，再重发" in refused.text
    desk.post("/desk/webhooks/1/switch", data={"on": "1"})
    (renewed,) = SECRET.findall(desk.post("/desk/webhooks/1/secret").text)
    assert renewed != secret
    assert "新旧两个密钥都签" in desk.get("/desk/webhooks/1").text
    desk.post("/desk/webhooks/1/delete")
    assert desk.get("/desk/webhooks/1").status_code == 404


def test_the_auditor_sees_and_does_nothing(hooks: Hooks, desk: FlaskClient) -> None:
    register(desk, hooks)
    auditor = signed_in(hooks.diary.season, make_person(Who.AUDITOR))
    for path in ("/desk/webhooks", "/desk/webhooks/1"):
        page = auditor.get(path)
        assert page.status_code == 200
        assert not re.search(r'action="/desk/webhooks', page.text)
    assert auditor.post("/desk/webhooks/1/test").status_code == 404
