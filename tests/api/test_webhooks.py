"""Webhooks through the API: register, look, turn off and on, renew, send again, delete."""

from __future__ import annotations

from typing import Any

import pytest

from cofu_adopt import schedule
from cofu_adopt.core.access import Role, Scope
from tests.api.shop import Program, Shop
from tests.webhooks.hooks import allow_loopback
from tests.webhooks.receiver import receiving

ENDPOINT = {"name": "screen", "url": "https://hook.example/", "events": ["update.posted", "reading.kept"]}
POST = {"client_uuid": "3f6c1a52-9a5e-4d0e-8a53-0f5d7a3c1b11", "plot_codes": ["A1-01"], "note": "水清"}


@pytest.fixture
def desk(shop: Shop) -> Program:
    allow_loopback(shop.app)
    return shop.operator()


def create(desk: Program, **changes: Any) -> Any:
    answer = desk.post("/desk/webhooks", ENDPOINT | changes)
    assert answer.status_code == 201, answer.text
    return answer.json


def test_from_registering_to_sending_again(shop: Shop, desk: Program) -> None:
    with receiving() as receiver:
        made = create(desk, url=receiver.url)
        here = f"/desk/webhooks/{made['about']['id']}"
        assert shop.person(Role.HOUSEHOLD).post("/household/updates", POST).status_code == 201
        schedule.call_strangers()
        (row,) = desk.read(f"{here}/deliveries")["items"]
        (arrived,) = receiver.take()
        assert arrived.is_signed_with(made["secret"])
        assert (row["webhook_id"], row["state"], row["type"]) == (arrived.id, "arrived", "update.posted")
        public = shop.visitor().read("/plots/A1-01/updates")["items"][0]
        assert arrived.told["data"] == public, "what everybody reads, and nothing else"
        assert desk.read(f"{here}/deliveries/{row['id']}") == row
        assert desk.get(f"{here}/deliveries/999").status_code == 404
        again = desk.post(f"{here}/deliveries/{row['id']}/replay")
        assert (again.status_code, again.json["state"], again.json["round"]) == (202, "waiting", 2)  # type: ignore[index]
        schedule.call_strangers()
        assert [one.id for one in receiver.take()] == [arrived.id]
        assert desk.post(f"{here}/tests").json["type"] == "endpoint.test"  # type: ignore[index]
        assert desk.read(f"{here}/deliveries?state=waiting")["items"][0]["type"] == "endpoint.test"
        assert desk.post(f"{here}/replay", {"since": "2026-01-01"}).json == {"count": 0}


def test_the_secret_is_shown_once(desk: Program) -> None:
    made = create(desk)
    here = f"/desk/webhooks/{made['about']['id']}"
    assert made["secret"] not in desk.get("/desk/webhooks").text + desk.get(here).text
    renewed: Any = desk.post(f"{here}/secret").json
    assert renewed["secret"] != made["secret"]
    assert renewed["about"]["old_secret_until"] is not None


def test_changed_turned_off_and_deleted(desk: Program) -> None:
    here = f"/desk/webhooks/{create(desk)['about']['id']}"
    wanted = ENDPOINT | {"name": "other", "is_on": False}
    assert desk.put(here, wanted).status_code == 428
    seen = desk.get(here).headers["ETag"]
    changed: Any = desk.put(here, wanted, If_Match=seen).json
    assert (changed["name"], changed["is_on"], changed["off_reason"]) == ("other", False, "by_hand")
    assert changed["events"] == ENDPOINT["events"]
    assert desk.post(f"{here}/replay", {"since": "2026-01-01"}).json["code"] == "webhook_off"  # type: ignore[index]
    assert desk.put(here, wanted, If_Match=seen).status_code == 412
    seen = desk.get(here).headers["ETag"]
    assert desk.put(here, wanted | {"is_on": True}, If_Match=seen).json["is_on"] is True  # type: ignore[index]
    assert desk.delete(here).status_code == 204
    assert desk.get(here).status_code == 404
    assert desk.read("/desk/webhooks")["items"] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "https://169.254.169.254/"}, "url"),
        ({"url": "ftp://hook.example/"}, "url"),
        ({"events": ["everything"]}, "events.0"),
        ({"events": []}, "events"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_what_is_refused(desk: Program, changes: dict[str, Any], field: str) -> None:
    answer: Any = desk.post("/desk/webhooks", ENDPOINT | changes)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_another_endpoints_delivery_does_not_exist(shop: Shop, desk: Program) -> None:
    first, second = (create(desk)["about"]["id"] for _number in range(2))
    delivery: Any = desk.post(f"/desk/webhooks/{first}/tests").json
    assert desk.post(f"/desk/webhooks/{second}/deliveries/{delivery['id']}/replay").status_code == 404
    assert desk.read(f"/desk/webhooks/{second}/deliveries")["items"] == []
    reader = shop.person(Role.OPERATOR, scopes=frozenset({Scope.DESK_READ}))
    assert reader.post(f"/desk/webhooks/{first}/tests").json["code"] == "scope_missing"  # type: ignore[index]
