"""The workshop's talk for programs: a thread, an answer, and acts about a comment and whoever wrote it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cofu_adopt.core import access
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import refuses
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.growth.talk import answer as answering
from cofu_adopt.growth.talk import moderate, moderation, schemas
from cofu_adopt.growth.talk.api import DESK_COMMENT, desk_bp
from cofu_adopt.growth.talk.errors import Muted, TooMuchTalk
from cofu_adopt.growth.talk.rows import ModerationRow
from cofu_adopt.growth.talk.speak import find_mute

ONE = "/desk/comments/<id:comment_id>"
DETAIL = schemas.DeskCommentDetailSchema()


@desk_bp.get(ONE, zh="一条留言，和前后的问答")
@desk_bp.response(200, DETAIL)
@access.allow(Role.OPERATOR, Role.AUDITOR, scope=Scope.DESK_READ)
def comment(comment_id: int) -> dict[str, Any]:
    """A comment in its thread, and whether its writer may speak."""
    return _detail(comment_id)


@desk_bp.post(f"{ONE}/look-again", zh="再看一次")
@desk_bp.response(200, DESK_COMMENT)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def look_again(comment_id: int) -> ModerationRow:
    """Put a comment back on the list, with the reports that were decided last."""
    moderate.look_again(comment_id)
    return moderation.get_comment(comment_id)


@desk_bp.post(f"{ONE}/mute", zh="让写的人几天不能说")
@refuses(Invalid)
@desk_bp.arguments(schemas.MuteInSchema())
@desk_bp.response(200, DETAIL)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def mute(given: dict[str, Any], comment_id: int) -> dict[str, Any]:
    """Let whoever wrote a comment say nothing for some days from now on, anywhere."""
    moderate.mute_person(comment_id, given["days"], given["reason"])
    return _detail(comment_id)


@desk_bp.post(f"{ONE}/unmute", zh="让写的人又能说")
@refuses(Invalid)
@desk_bp.arguments(schemas.ReasonInSchema())
@desk_bp.response(200, DETAIL)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def unmute(given: dict[str, Any], comment_id: int) -> dict[str, Any]:
    """Let whoever wrote a comment speak again."""
    moderate.unmute_person(comment_id, given["reason"])
    return _detail(comment_id)


@desk_bp.post(f"{ONE}/answer", zh="用工坊的名义回一句")
@refuses(Invalid, Muted, TooMuchTalk)
@desk_bp.arguments(schemas.WordsInSchema())
@idempotent
@desk_bp.response(201, DESK_COMMENT)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def answer(given: dict[str, Any], comment_id: int) -> ModerationRow:
    """Answer a question in the workshop's name. Whoever asked is told."""
    person_id = access.signed_in().person_id
    said = answering.answer_as_workshop(comment_id, person_id, given["words"], given["client_uuid"])
    return moderation.get_comment(said.id)


def _detail(comment_id: int) -> dict[str, Any]:
    row = moderation.get_comment(comment_id)
    thread = moderation.list_thread(comment_id)
    return asdict(row) | {"thread": thread, "muted_until": find_mute(row.person_id)}
