"""Talk through the API: cheers, questions, answers, reports; what is another's does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.models import Household, HouseholdMember
from cofu_adopt.growth.talk.models import TalkCheer, TalkComment, TalkReport
from tests.api.shop import Program, Shop


@dataclass
class Scene:
    """A post of a household about one plot, and an adopter of a rope there."""

    shop: Shop
    adopter: Program
    family: Program
    code: str
    update_id: int

    @property
    def post(self) -> str:
        """The post's address for its adopter."""
        return f"/orders/{self.code}/updates/{self.update_id}"


def words(said: str, number: int = 1) -> dict[str, str]:
    return {"words": said, "client_uuid": str(UUID(int=number))}


def paid_of(shop: Shop, who: Program, plot: str) -> str:
    code: str = who.hold(shop.offer_id, plot=plot)["code"]
    with unit_of_work():
        db.session.execute(
            db.text("UPDATE adoption SET state = 'paid', paid_at = created_at WHERE code = :code"), {"code": code}
        )
    return code


@pytest.fixture
def scene(shop: Shop) -> Scene:
    adopter, family = shop.adopter(), shop.person(Role.HOUSEHOLD)
    posted = family.post("/household/updates", {"client_uuid": str(UUID(int=9)), "plot_codes": ["A1-01"]})
    return Scene(shop, adopter, family, paid_of(shop, adopter, "A1-01"), posted.json["id"])  # type: ignore[index]


def stranger(scene: Scene) -> Program:
    """A household's person with no post."""
    other = scene.shop.person(Role.HOUSEHOLD)
    with unit_of_work():
        first = db.session.get_one(Household, scene.shop.household_id)
        second = Household(**{c.key: getattr(first, c.key) for c in Household.__table__.columns if c.key != "id"})
        second.code, second.phone_index = "GQ002", "another"
        db.session.add(second)
        db.session.flush()
        db.session.delete(db.session.get_one(HouseholdMember, (first.id, other.person_id)))
        db.session.add(HouseholdMember(household_id=second.id, person_id=other.person_id))
    return other


def stored() -> list[int]:
    with unit_of_work(writes=False):
        return [len(db.session.scalars(select(table)).all()) for table in (TalkComment, TalkCheer, TalkReport)]


def test_cheered_asked_answered_deleted(scene: Scene) -> None:
    adopter, family = scene.adopter, scene.family
    assert adopter.put(f"{scene.post}/cheer", None).json == {"cheer_count": 1, "cheered": True}
    (day,) = [one for one in adopter.read(f"/orders/{scene.code}/diary")["items"] if one["update_id"]]
    assert (day["cheer_count"], day["cheered"], day["question_count"]) == (1, True, 0)
    seen = adopter.read(scene.post)
    assert (seen["id"], seen["plot_codes"], seen["corrections"]) == (scene.update_id, ["A1-01"], [])
    assert (seen["cheer_count"], seen["cheered"], seen["question_count"], seen["may_speak"]) == (1, True, 0, True)
    assert adopter.delete(f"{scene.post}/cheer").status_code == 204
    asked: Any = adopter.post(f"{scene.post}/comments", words(" 长得慢吗 "))
    assert (asked.status_code, asked.json["words"], asked.json["name"], asked.json["side"]) == (
        201, "长得慢吗", None, "adopter",
    )  # fmt: skip
    assert adopter.post(f"{scene.post}/comments", words("长得慢吗")).json == asked.json
    question = asked.json["id"]
    assert [one["id"] for one in family.read("/household/questions")["items"]] == [question]
    answered: Any = family.post(f"/household/comments/{question}/answer", words("不慢"))
    assert [(one["words"], one["side"]) for one in answered.json["answers"]] == [("不慢", "household")]
    assert family.read("/household/questions")["items"] == []
    assert family.read(f"/household/updates/{scene.update_id}/comments")["items"][0]["id"] == question
    assert adopter.delete(f"/orders/{scene.code}/comments/{question}").status_code == 204
    assert adopter.read(f"{scene.post}/comments")["items"] == []


def test_questions_come_page_by_page(scene: Scene) -> None:
    for number in range(3):
        scene.adopter.post(f"{scene.post}/comments", words(f"第 {number} 问", number))
    first = scene.adopter.read(f"{scene.post}/comments?limit=2")
    rest = scene.adopter.read(f"{scene.post}/comments?limit=2&cursor={first['next_cursor']}")
    assert [one["words"] for one in first["items"] + rest["items"]] == ["第 2 问", "第 1 问", "第 0 问"]
    assert rest["next_cursor"] is None


def test_reported_and_taken_off(scene: Scene) -> None:
    desk, neighbour = scene.shop.operator(), scene.shop.adopter()
    theirs = paid_of(scene.shop, neighbour, "A1-01")
    question = scene.adopter.post(f"{scene.post}/comments", words("不好听的")).json["id"]  # type: ignore[index]
    report = {"reason": "rude", "note": "骂我"}
    assert neighbour.post(f"/orders/{theirs}/comments/{question}/report", report).status_code == 204
    assert scene.family.post(f"/household/comments/{question}/report", {"reason": "ad"}).status_code == 204
    (waiting,) = desk.read("/desk/comments")["items"]
    assert [(one["reason"], one["note"]) for one in waiting["reports"]] == [("rude", "骂我"), ("ad", "")]
    assert neighbour.person_id not in waiting["reports"][0].values()
    assert desk.post(f"/desk/comments/{question}/hide", {"reason": "骂人的话"}).json["hidden_at"]  # type: ignore[index]
    assert desk.read("/desk/comments")["items"] == []
    assert scene.adopter.read(f"{scene.post}/comments")["items"] == []
    assert [one["id"] for one in desk.read("/desk/comments?pile=hidden")["items"]] == [question]
    desk.post(f"/desk/comments/{question}/restore", {"reason": "弄错了吧"})
    assert scene.adopter.read(f"{scene.post}/comments")["items"] != []


def test_kept_looked_at_again_and_muted(scene: Scene) -> None:
    desk, auditor = scene.shop.operator(), scene.shop.person(Role.AUDITOR)
    question = scene.adopter.post(f"{scene.post}/comments", words("不好听的")).json["id"]  # type: ignore[index]
    scene.family.post(f"/household/comments/{question}/report", {"reason": "ad"})
    path = f"/desk/comments/{question}"
    assert desk.post(f"{path}/keep").json["checked_at"]  # type: ignore[index]
    assert desk.read("/desk/comments")["items"] == []
    assert desk.post(f"{path}/look-again").json["checked_at"] is None  # type: ignore[index]
    assert [one["id"] for one in desk.read("/desk/comments")["items"]] == [question]
    muted: Any = desk.post(f"{path}/mute", {"days": 7, "reason": "一直骂人"})
    assert (muted.status_code, bool(muted.json["muted_until"])) == (200, True)
    assert auditor.read(path)["muted_until"] == muted.json["muted_until"]
    refused: Any = scene.adopter.post(f"{scene.post}/comments", words("再问一句", 2))
    assert (refused.status_code, refused.json["code"]) == (409, "muted")
    bad: Any = desk.post(f"{path}/mute", {"days": 0})
    assert (bad.status_code, set(bad.json["errors"])) == (422, {"days", "reason"})
    assert desk.post(f"{path}/unmute", {"reason": "说好不骂了"}).json["muted_until"] is None  # type: ignore[index]
    assert scene.adopter.post(f"{scene.post}/comments", words("再问一句", 2)).status_code == 201
    for who in (scene.adopter, scene.family, auditor):
        assert who.post(f"{path}/mute", {"days": 7, "reason": "一直骂人"}).status_code == 404
    assert desk.post("/desk/comments/999/mute", {"days": 7, "reason": "一直骂人"}).status_code == 404


def test_answered_by_the_workshop(scene: Scene) -> None:
    desk = scene.shop.operator()
    question = scene.adopter.post(f"{scene.post}/comments", words("长得慢吗")).json["id"]  # type: ignore[index]
    path = f"/desk/comments/{question}"
    answered: Any = desk.post(f"{path}/answer", words("不慢"), Idempotency_Key="the-answer")
    assert (answered.status_code, answered.json["side"], answered.json["parent_id"]) == (201, "workshop", question)
    again = desk.post(f"{path}/answer", words("不慢"), Idempotency_Key="the-answer")
    assert (again.json, again.headers["Idempotency-Replayed"]) == (answered.json, "true")
    assert [one["words"] for one in desk.read(path)["thread"]] == ["长得慢吗", "不慢"]
    (seen,) = scene.adopter.read(f"{scene.post}/comments")["items"]
    assert [(one["words"], one["side"]) for one in seen["answers"]] == [("不慢", "workshop")]
    assert desk.post(f"/desk/comments/{answered.json['id']}/answer", words("再说", 2)).status_code == 404
    assert desk.post(f"{path}/answer", {"words": ""}).status_code == 422
    assert scene.family.post(f"{path}/answer", words("我来回", 3)).status_code == 404


def test_what_is_anothers_does_not_exist(scene: Scene) -> None:
    question = scene.adopter.post(f"{scene.post}/comments", words("长得慢吗")).json["id"]  # type: ignore[index]
    other, family = scene.shop.adopter(), stranger(scene)
    elsewhere = paid_of(scene.shop, other, "A1-02")
    before = stored()
    report = {"reason": "rude"}
    for code in (scene.code, elsewhere):
        for method, path, body in (
            ("GET", f"/orders/{code}/updates/{scene.update_id}", None),
            ("GET", f"/orders/{code}/updates/{scene.update_id}/comments", None),
            ("POST", f"/orders/{code}/updates/{scene.update_id}/comments", words("我也问")),
            ("PUT", f"/orders/{code}/updates/{scene.update_id}/cheer", None),
            ("DELETE", f"/orders/{code}/updates/{scene.update_id}/cheer", None),
            ("DELETE", f"/orders/{code}/comments/{question}", None),
            ("POST", f"/orders/{code}/comments/{question}/report", report),
        ):
            assert other.call(method, path, body).status_code == 404, f"{method} {path}"
    for method, path, body in (
        ("GET", f"/household/updates/{scene.update_id}/comments", None),
        ("POST", f"/household/comments/{question}/answer", words("我答")),
        ("DELETE", f"/household/comments/{question}", None),
        ("POST", f"/household/comments/{question}/report", report),
    ):
        assert family.call(method, path, body).status_code == 404, f"{method} {path}"
    assert family.read("/household/questions")["items"] == []
    assert stored() == before
