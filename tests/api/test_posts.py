"""A post after its first day: corrected, its people shown or not, taken off by the workshop, made for a household."""

from __future__ import annotations

from typing import Any

import pytest

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.media.models import Photo, Upload
from tests.api.shop import Program, Shop

UUID = "3f6c1a52-9a5e-4d0e-8a53-0f5d7a3c1b11"
LATER = UUID[:-1] + "2"
POST = {"client_uuid": UUID, "plot_codes": ["A1-01", "A1-02"], "note": "水清"}
LENGTH = {"plot_code": "A1-01", "mean_shell_length_mm": 45, "sample_count": 20, "survival": 0.9}


@pytest.fixture
def me(shop: Shop) -> Program:
    return shop.person(Role.HOUSEHOLD)


def posted(who: Program, **said: Any) -> int:
    answer: Any = who.post("/household/updates", POST | said)
    assert answer.status_code == 201, answer.text
    update_id: int = answer.json["id"]
    return update_id


def a_photo(person_id: int) -> tuple[str, int]:
    """A finished upload and its photo's id."""
    uuid = UUID[:-1] + "9"
    with unit_of_work():
        photo = Photo(digest="d" * 64, width_px=640, height_px=480, size_bytes=9, created_at=clock.now())
        db.session.add(photo)
        db.session.flush()
        upload = Upload(
            person_id=person_id, client_uuid=uuid, size_bytes=9, received_bytes=9, photo_id=photo.id,
            created_at=clock.now(), expires_at=clock.now(),
        )  # fmt: skip
        db.session.add(upload)
        return uuid, photo.id


def test_corrected_after_a_day(shop: Shop, me: Program) -> None:
    with clock.frozen() as frozen:
        update_id = posted(me, readings=[LENGTH])
        path, right = f"/household/updates/{update_id}/corrections", {"client_uuid": LATER, "note": "说错了"}
        early: Any = me.post(path, right)
        assert (early.status_code, early.json["code"]) == (409, "edit_instead")
        frozen.advance(days=1)
        reading = LENGTH | {"mean_shell_length_mm": 46}
        made: Any = me.post(path, right | {"readings": [reading]}, Idempotency_Key="correct-it")
        assert (made.status_code, made.json["corrects_id"], made.json["plot_codes"]) == (
            201, update_id, ["A1-01", "A1-02"],
        )  # fmt: skip
        again = me.post(path, right | {"readings": [reading]}, Idempotency_Key="correct-it")
        assert (again.json, again.headers["Idempotency-Replayed"]) == (made.json, "true")
        assert me.post(path, right).json["id"] == made.json["id"], "the same client_uuid"  # type: ignore[index]
        (seen,) = shop.visitor().read("/plots/A1-01/updates")["items"]
        assert [one["note"] for one in seen["corrections"]] == ["说错了"]
        assert shop.visitor().read("/plots/A1-01/measurements")["items"][0]["mean_shell_length_mm"] == 46
        bad: Any = me.post(path, {"client_uuid": "x", "plot_codes": "A1-01"})
        assert (bad.status_code, set(bad.json["errors"])) == (422, {"client_uuid", "plot_codes"})


def test_what_a_post_said_before(me: Program) -> None:
    update_id = posted(me, readings=[LENGTH], work=["cleaning"], weather="fog")
    me.patch(f"/household/updates/{update_id}", {"note": "浪大", "weather": None})
    found = me.read(f"/household/updates/{update_id}")
    assert (found["note"], found["person_id"], found["weather"]) == ("浪大", me.person_id, None)
    (past,) = found["revisions"]
    assert (past["note"], past["weather"], past["work"], past["person_id"]) == (
        "水清",
        "fog",
        ["cleaning"],
        me.person_id,
    )
    assert [(one["plot_code"], one["mean_shell_length_mm"]) for one in past["readings"]] == [("A1-01", 45)]


def test_people_agree_refuse_and_are_all_taken_back(shop: Shop, me: Program) -> None:
    uuid, photo_id = a_photo(me.person_id)
    update_id = posted(me, photo_uuids=[uuid], people_photo_uuids=[uuid])
    path = f"/household/updates/{update_id}/photos/{photo_id}/people"

    def shown() -> int:
        return len(shop.visitor().read("/plots/A1-01/updates")["items"][0]["photos"])

    assert shown() == 0
    for wish, people, is_shown in (("agree", True, True), ("refuse", True, False), ("nobody", False, True)):
        (photo,) = me.put(path, {"wish": wish}).json["photos"]  # type: ignore[index]
        assert (photo["id"], photo["shows_people"], photo["is_shown"]) == (photo_id, people, is_shown), wish
        assert shown() == is_shown
    me.put(path, {"wish": "agree"})
    assert me.delete("/household/people-consents").status_code == 204
    assert shown() == 0
    bad: Any = me.put(path, {"wish": "perhaps"})
    assert (bad.status_code, set(bad.json["errors"])) == (422, {"wish"})
    assert me.put(f"/household/updates/{update_id}/photos/999/people", {"wish": "agree"}).status_code == 404
    assert shop.adopter().put(path, {"wish": "agree"}).status_code == 404


def test_taken_off_and_put_back(shop: Shop, me: Program) -> None:
    desk, update_id = shop.operator(), posted(me)
    path = f"/desk/updates/{update_id}"
    bad: Any = desk.post(f"{path}/hide", {"reason": "x"})
    assert (bad.status_code, set(bad.json["errors"])) == (422, {"reason"})
    assert desk.post(f"{path}/hide", {"reason": "照片不对"}).json["hidden_at"]  # type: ignore[index]
    assert shop.visitor().read("/plots/A1-01/updates")["items"] == []
    assert [one["id"] for one in desk.read("/desk/updates?hidden=true")["items"]] == [update_id]
    assert shop.person(Role.AUDITOR).read(path)["revisions"] == []
    assert desk.post(f"{path}/restore", {"reason": "看错了吧"}).json["hidden_at"] is None  # type: ignore[index]
    assert len(shop.visitor().read("/plots/A1-01/updates")["items"]) == 1
    assert desk.read("/desk/updates?hidden=true")["items"] == []
    for who in (me, shop.adopter(), shop.person(Role.AUDITOR)):
        assert who.post(f"{path}/hide", {"reason": "照片不对"}).status_code == 404
    assert desk.post("/desk/updates/999/hide", {"reason": "照片不对"}).status_code == 404


def test_the_workshop_posts_and_corrects_for_a_household(shop: Shop, me: Program) -> None:
    desk = shop.operator()
    with clock.frozen() as frozen:
        made: Any = desk.post("/desk/households/GQ001/updates", POST)
        assert (made.status_code, made.json["on_behalf"], made.json["household_id"]) == (201, True, shop.household_id)
        assert desk.post("/desk/households/GQ001/updates", POST).json["id"] == made.json["id"]  # type: ignore[index]
        assert [one["id"] for one in me.read("/household/updates")["items"]] == [made.json["id"]]
        frozen.advance(days=1)
        path, right = f"/desk/updates/{made.json['id']}/corrections", {"client_uuid": LATER, "plot_codes": ["A1-02"]}
        later: Any = desk.post(path, right)
        assert (later.status_code, later.json["on_behalf"], later.json["plot_codes"]) == (201, True, ["A1-02"])
    assert len(desk.read("/desk/updates?limit=1")["items"]) == 1
    assert desk.read("/desk/updates?limit=1")["next_cursor"] is not None
    assert desk.post("/desk/households/XX999/updates", POST).status_code == 404
    assert me.post("/desk/households/GQ001/updates", POST).status_code == 404


def test_what_waits_at_home(shop: Shop, me: Program) -> None:
    adopter = shop.adopter()
    code = shop.paid(adopter)
    plot = adopter.read(f"/orders/{code}")["plot_code"]
    home = me.read("/household/home")
    first = home["plots"][0]
    assert (first["plot_code"], first["news"], first["task"], first["adopter_count"]) == (plot, "never", "post", 1)
    assert (len(home["plots"]), home["growing_count"], home["payable_fen"], home["question_count"]) == (3, 1, 0, 0)
    assert 0 < home["growing_fen"] < 19800
    posted(me, plot_codes=[plot])
    cards = {one["plot_code"]: one for one in me.read("/household/home")["plots"]}
    assert (cards[plot]["news"], cards[plot]["task"]) == ("today", "measure")
    assert adopter.get("/household/home").status_code == 404
