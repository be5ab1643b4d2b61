"""Keep what somebody says under a post: once for each UUID, and the same words in a row once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, is_postgresql
from cofu_adopt.growth.talk.errors import Muted, TooMuchTalk
from cofu_adopt.growth.talk.models import Side, TalkComment, TalkMute
from cofu_adopt.growth.talk.words import check_words
from cofu_adopt.identity import limits

PER_ADOPTER = (limits.Limit("talk_ask_minute", 5, 60), limits.Limit("talk_ask_day", 30, 86400))
PER_ANSWERER = (limits.Limit("talk_answer_minute", 30, 60), limits.Limit("talk_answer_day", 500, 86400))


@dataclass(frozen=True, slots=True)
class Said:
    """The comment's row, and whether this request made it."""

    id: int
    is_new: bool


def say(update_id: int, person_id: int, side: Side, typed: str, client_uuid: str, parent_id: int | None = None) -> Said:
    """Keep the words; the caller has checked that the person may speak there.

    Raises Invalid, Muted, TooMuchTalk.
    """
    known = find_said(person_id, client_uuid)
    if known is not None:
        return Said(known, is_new=False)
    words = check_words(typed)
    muted_until = find_mute(person_id)
    if muted_until is not None:
        raise Muted(muted_until)
    last = _last_said(update_id, person_id, parent_id)
    if last is not None and last.words == words:
        return Said(last.id, is_new=False)
    # Before anything is written: a page shows the refusal itself, and what it returns is committed.
    wait = limits.claim((PER_ADOPTER if side is Side.ADOPTER else PER_ANSWERER, str(person_id)))
    if wait is not None:
        raise TooMuchTalk(retry_after_seconds=wait)
    comment_id = _insert(
        {
            "update_id": update_id,
            "parent_id": parent_id,
            "person_id": person_id,
            "side": side,
            "client_uuid": client_uuid,
            "words": words,
            "created_at": clock.now(),
            # The workshop needs not look at its own words.
            "checked_at": clock.now() if side is Side.WORKSHOP else None,
        }
    )
    if comment_id is None:
        # Sent twice at once, and the other was quicker.
        twin = find_said(person_id, client_uuid)
        if twin is None:
            raise AssertionError("a UUID was neither free nor known")
        return Said(twin, is_new=False)
    return Said(comment_id, is_new=True)


def find_said(person_id: int, client_uuid: str) -> int | None:
    """The comment that the person has sent under this UUID."""
    query = select(TalkComment.id).where(TalkComment.person_id == person_id, TalkComment.client_uuid == client_uuid)
    return db.session.scalar(query)


def find_mute(person_id: int) -> Any:
    """Until when the person may not speak; None when she may."""
    query = select(TalkMute.until_at).where(TalkMute.person_id == person_id, TalkMute.until_at > clock.now())
    return db.session.scalar(query)


def _last_said(update_id: int, person_id: int, parent_id: int | None) -> TalkComment | None:
    # Also one that the workshop took off: sending it again does not bring it back.
    query = select(TalkComment).where(
        TalkComment.update_id == update_id,
        TalkComment.person_id == person_id,
        TalkComment.parent_id.is_not_distinct_from(parent_id),
        TalkComment.deleted_at.is_(None),
    )
    return db.session.scalar(query.order_by(TalkComment.id.desc()).limit(1))


def _insert(values: dict[str, Any]) -> int | None:
    new = postgresql_insert if is_postgresql() else sqlite_insert
    statement = new(TalkComment).values(values).on_conflict_do_nothing(index_elements=["person_id", "client_uuid"])
    made: int | None = db.session.scalar(statement.returning(TalkComment.id))
    return made
