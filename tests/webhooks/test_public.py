"""Nothing leaves that a public page would not show."""

from __future__ import annotations

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.models import Household
from cofu_adopt.farm.tell_story import tell_story
from tests.growth.diary import sample
from tests.webhooks.hooks import Hooks

PRIVATE = ("张信良", "19900000001", "6299995173266249311", "龙泉村")


def consent(hooks: Hooks, *, consents: bool) -> None:
    with unit_of_work():
        household = db.session.get_one(Household, hooks.diary.ours.id)
        household.public_name = "阿良"
        household.public_consent_at = household.joined_at if consents else None


def test_the_body_holds_nobodys_phone_and_full_name(hooks: Hooks) -> None:
    hooks.register()
    uuid, photo_id = hooks.diary.photo()
    hooks.diary.post(readings=(("A1-01", sample(44, 20, 0.9)),), photo_uuids=(uuid,))
    hooks.send()
    bodies = [one.body.decode() for one in hooks.receiver.take()]
    assert len(bodies) == 2
    assert not [word for word in PRIVATE for body in bodies if word in body]
    assert tell_story, photo_id
