"""Nothing leaves that a public page would not show at that moment."""

from __future__ import annotations

from dataclasses import replace

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.media.models import Photo
from cofu_adopt.farm.tell_story import tell_story
from tests.growth.diary import sample
from tests.webhooks.hooks import Hooks

PRIVATE = ("张信良", "19900000001", "6299995173266249311", "龙泉村", "household_id", "person_id", "question")


def consent(hooks: Hooks, *, consents: bool) -> None:
    with unit_of_work():
        tell_story(hooks.diary.ours.id, public_name="阿良", story="", story_en="", consents=consents)


def test_a_body_holds_nobodys_phone_and_full_name(hooks: Hooks) -> None:
    hooks.register()
    mine, _id = hooks.diary.photo()
    people, people_id = hooks.diary.photo()
    hooks.diary.post(
        readings=(("A1-01", sample(44, 20, 0.9)),), photo_uuids=(mine, people), people_uuids=frozenset({people})
    )
    hooks.send()
    posted, kept = sorted((one.told for one in hooks.receiver.take()), key=lambda told: str(told["type"]), reverse=True)
    bodies = f"{posted}{kept}"
    assert not [word for word in PRIVATE if word in bodies]
    assert posted["data"]["household_name"] is None
    assert set(posted) == {"type", "timestamp", "data"}
    with unit_of_work(writes=False):
        digest = db.session.get_one(Photo, people_id).digest
    assert len(posted["data"]["photos"]) == 1
    assert digest not in bodies, "no photo of people without consent"


def test_the_name_goes_with_its_consent_also_when_it_is_taken_back_before_a_retry(hooks: Hooks) -> None:
    hooks.register("update.posted")
    consent(hooks, consents=True)
    hooks.receiver.status = 500
    hooks.diary.post()
    hooks.send()
    consent(hooks, consents=False)
    hooks.send(seconds=6)
    first, second = (one.told["data"]["household_name"] for one in hooks.receiver.take())
    assert (first, second) == ("阿良", None)


def test_a_photos_address_is_whole(hooks: Hooks) -> None:
    app = hooks.diary.season.app
    app.extensions["settings"] = replace(app.extensions["settings"], public_url="https://sea.example")
    hooks.register("update.posted")
    uuid, _id = hooks.diary.photo()
    hooks.diary.post(photo_uuids=(uuid,))
    hooks.send()
    (arrived,) = hooks.receiver.take()
    assert arrived.told["data"]["photos"][0]["url"].startswith("https://sea.example/media/")
