"""An adopter cheers a post with one tap, once, and takes it back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.adoptions.queries import AdoptionRow
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, is_postgresql
from cofu_adopt.growth.talk.audience import post_of_rope
from cofu_adopt.growth.talk.errors import TooMuchTalk
from cofu_adopt.growth.talk.models import TalkCheer
from cofu_adopt.identity import limits

PER_PERSON = (limits.Limit("talk_cheer_hour", 120, 3600),)


def cheer(rope: AdoptionRow, update_id: int) -> None:
    """Cheer; twice is once. Raises NotFound, TooMuchTalk."""
    post = post_of_rope(rope, update_id, speaking=True)
    if has_cheered(post.id, rope.person_id):
        return
    wait = limits.claim((PER_PERSON, str(rope.person_id)))
    if wait is not None:
        raise TooMuchTalk(retry_after_seconds=wait)
    _insert({"update_id": post.id, "person_id": rope.person_id, "created_at": clock.now()})


def take_back(rope: AdoptionRow, update_id: int) -> None:
    """Take the cheer back; twice is once. Raises NotFound."""
    post = post_of_rope(rope, update_id, speaking=True)
    db.session.execute(delete(TalkCheer).where(TalkCheer.update_id == post.id, TalkCheer.person_id == rope.person_id))


def has_cheered(update_id: int, person_id: int) -> bool:
    """True when the person's cheer stands."""
    return db.session.get(TalkCheer, (update_id, person_id)) is not None


def _insert(values: dict[str, Any]) -> None:
    new = postgresql_insert if is_postgresql() else sqlite_insert
    db.session.execute(new(TalkCheer).values(values).on_conflict_do_nothing(index_elements=["update_id", "person_id"]))
