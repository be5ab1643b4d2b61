"""Talk for programs: an adopter under the posts of her rope, a household under its own, the workshop everywhere."""

from __future__ import annotations

from typing import Any

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.adoptions.queries import AdoptionRow
from cofu_adopt.core import access, paging
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint, nothing, refuses
from cofu_adopt.core.errors import NotFound
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth import queries as diary
from cofu_adopt.growth.dump import dump_updates
from cofu_adopt.growth.talk import answer as answering
from cofu_adopt.growth.talk import ask as asking
from cofu_adopt.growth.talk import cheer as cheering
from cofu_adopt.growth.talk import delete_comment, moderate, moderation, queries, report, schemas
from cofu_adopt.growth.talk.audience import (
    comment_of_households,
    comment_of_rope,
    may_speak,
    post_of_households,
    post_of_rope,
)
from cofu_adopt.growth.talk.errors import Muted, TooMuchTalk
from cofu_adopt.growth.talk.moderation import Pile
from cofu_adopt.growth.talk.rows import CommentRow, ModerationRow, PostTalk

bp = ApiBlueprint(
    "api_talk",
    __name__,
    tag="Talk",
    zh=("留言", "记录下面的喜欢、提问和回复。"),
    description="What people say under the posts of a diary: cheers, questions, answers.",
)
desk_bp = ApiBlueprint(
    "api_desk_talk",
    __name__,
    tag="Desk: talk",
    zh=("工坊：留言", "看留言，收起不该有的。"),
    description="What people said, for the workshop.",
)
CODE = "string(maxlength=16):code"
QUESTION = schemas.QuestionSchema()
QUESTIONS = paging.page_schema(QUESTION)
DESK_COMMENT = schemas.DeskCommentSchema()


@bp.get(f"/orders/<{CODE}>/updates/<id:update_id>", zh="自己的绳的一条记录")
@bp.response(200, schemas.RopePostSchema())
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_READ)
def post(code: str, update_id: int) -> dict[str, Any]:
    """One post of one's own rope with its corrections, and whether one may say something there."""
    rope = _rope(code)
    found = diary.find_public_update(post_of_rope(rope, update_id).id)
    if found is None:
        raise NotFound
    talk = queries.talk_under([update_id], rope.person_id)[update_id]
    return dump_updates([found])[0] | {
        "cheer_count": talk.cheer_count,
        "cheered": talk.cheered,
        "question_count": talk.question_count,
        "may_speak": may_speak(rope),
    }


@bp.get(f"/orders/<{CODE}>/updates/<id:update_id>/comments", zh="自己的绳的一条记录下面的问和答")
@bp.arguments(paging.PageArgs(), location="query")
@bp.response(200, QUESTIONS)
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_READ)
def comments(args: dict[str, Any], code: str, update_id: int) -> dict[str, Any]:
    """What was asked and answered under a post of one's own rope, the newest question first."""
    rope = _rope(code)
    return _questions(post_of_rope(rope, update_id).id, args)


@bp.post(f"/orders/<{CODE}>/updates/<id:update_id>/comments", zh="在一条记录下面问一句")
@refuses(Muted, TooMuchTalk)
@bp.arguments(schemas.WordsInSchema())
@idempotent
@bp.response(201, QUESTION)
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, writes=True)
def ask(given: dict[str, Any], code: str, update_id: int) -> CommentRow:
    """Ask under a post of one's own rope, while it grows or is on its way. The household is told."""
    said = asking.ask(_rope(code), update_id, given["words"], given["client_uuid"])
    return _said(said.id)


@bp.put(f"/orders/<{CODE}>/updates/<id:update_id>/cheer", zh="喜欢一条记录")
@refuses(TooMuchTalk)
@bp.response(200, schemas.CheersSchema())
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, writes=True)
def cheer(code: str, update_id: int) -> PostTalk:
    """Cheer a post of one's own rope. Twice is once."""
    rope = _rope(code)
    cheering.cheer(rope, update_id)
    return queries.talk_under([update_id], rope.person_id)[update_id]


@bp.delete(f"/orders/<{CODE}>/updates/<id:update_id>/cheer", zh="收回喜欢")
@bp.response(204)
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, writes=True)
def uncheer(code: str, update_id: int) -> Any:
    """Take a cheer back. Twice is once."""
    cheering.take_back(_rope(code), update_id)
    return nothing()


@bp.delete(f"/orders/<{CODE}>/comments/<id:comment_id>", zh="删掉自己写的")
@bp.response(204)
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, writes=True)
def delete(code: str, comment_id: int) -> Any:
    """Delete a comment of one's own. Twice is once."""
    delete_comment.delete_comment(_rope(code).person_id, comment_id)
    return nothing()


@bp.post(f"/orders/<{CODE}>/comments/<id:comment_id>/report", zh="举报一条留言")
@refuses(TooMuchTalk)
@bp.arguments(schemas.ReportInSchema())
@bp.response(204)
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, writes=True)
def report_comment(given: dict[str, Any], code: str, comment_id: int) -> Any:
    """Report a comment that stands on the page of one's own rope. Whoever wrote it does not learn by whom."""
    rope = _rope(code)
    report.report(comment_of_rope(rope, comment_id), rope.person_id, given["reason"], given["note"])
    return nothing()


@bp.get("/household/questions", zh="自家记录下面没回的问")
@bp.arguments(paging.PageArgs(), location="query")
@bp.response(200, QUESTIONS)
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_READ)
def open_questions(args: dict[str, Any]) -> dict[str, Any]:
    """Questions under the households' own posts that nobody has answered, the oldest first."""
    after = paging.read_cursor("open-questions", args)
    rows = queries.list_open(_own_households(), _me(), after=after, limit=args["limit"] + 1)
    return paging.page("open-questions", args, rows, lambda row: row.id)


@bp.get("/household/updates/<id:update_id>/comments", zh="自家一条记录下面的问和答")
@bp.arguments(paging.PageArgs(), location="query")
@bp.response(200, QUESTIONS)
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_READ)
def own_comments(args: dict[str, Any], update_id: int) -> dict[str, Any]:
    """What was asked and answered under one of the households' own posts, the newest question first."""
    return _questions(post_of_households(_own_households(), update_id).id, args)


@bp.post("/household/comments/<id:comment_id>/answer", zh="回一句")
@refuses(Muted, TooMuchTalk)
@bp.arguments(schemas.WordsInSchema())
@idempotent
@bp.response(201, QUESTION)
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_WRITE, writes=True)
def answer(given: dict[str, Any], comment_id: int) -> CommentRow:
    """Answer a question under one of the households' own posts. Whoever asked is told."""
    answering.answer_as_household(_own_households(), comment_id, _me(), given["words"], given["client_uuid"])
    return _said(comment_id)


@bp.delete("/household/comments/<id:comment_id>", zh="删掉自己回的")
@bp.response(204)
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_WRITE, writes=True)
def delete_answer(comment_id: int) -> Any:
    """Delete an answer of one's own. Twice is once."""
    delete_comment.delete_comment(_me(), comment_id)
    return nothing()


@bp.post("/household/comments/<id:comment_id>/report", zh="举报自家记录下面的一条留言")
@refuses(TooMuchTalk)
@bp.arguments(schemas.ReportInSchema())
@bp.response(204)
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_WRITE, writes=True)
def report_question(given: dict[str, Any], comment_id: int) -> Any:
    """Report a comment under one of the households' own posts."""
    comment = comment_of_households(_own_households(), comment_id)
    report.report(comment, _me(), given["reason"], given["note"])
    return nothing()


@desk_bp.get("/desk/comments", zh="留言：有人举报的、没看过的、收起的")
@desk_bp.arguments(schemas.DeskCommentArgs(), location="query")
@desk_bp.response(200, paging.page_schema(DESK_COMMENT))
@access.allow(Role.OPERATOR, Role.AUDITOR, scope=Scope.DESK_READ)
def desk_comments(args: dict[str, Any]) -> dict[str, Any]:
    """A pile of comments, the newest first."""
    kind = f"comments-{args['pile']}"
    before = paging.read_cursor(kind, args)
    rows = moderation.list_comments(Pile(args["pile"]), before=before, limit=args["limit"] + 1)
    return paging.page(kind, args, rows, lambda row: row.id)


@desk_bp.post("/desk/comments/<id:comment_id>/hide", zh="收起一条留言")
@desk_bp.arguments(schemas.ReasonInSchema())
@desk_bp.response(200, DESK_COMMENT)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def hide(given: dict[str, Any], comment_id: int) -> ModerationRow:
    """Take a comment off; its reports are decided."""
    moderate.hide_comment(comment_id, given["reason"])
    return moderation.get_comment(comment_id)


@desk_bp.post("/desk/comments/<id:comment_id>/restore", zh="放出一条留言")
@desk_bp.arguments(schemas.ReasonInSchema())
@desk_bp.response(200, DESK_COMMENT)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def restore(given: dict[str, Any], comment_id: int) -> ModerationRow:
    """Show a comment again."""
    moderate.restore_comment(comment_id, given["reason"])
    return moderation.get_comment(comment_id)


@desk_bp.post("/desk/comments/<id:comment_id>/keep", zh="留言没事，留着")
@desk_bp.response(200, DESK_COMMENT)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def keep(comment_id: int) -> ModerationRow:
    """Let a comment stand; its reports are decided."""
    moderate.keep_comment(comment_id)
    return moderation.get_comment(comment_id)


def _me() -> int:
    return access.signed_in().person_id


def _rope(code: str) -> AdoptionRow:
    return adoptions.get_own_row(code, _me())


def _own_households() -> list[int]:
    return [row[0] for row in farm.households_of_person(_me())]


def _questions(update_id: int, args: dict[str, Any]) -> dict[str, Any]:
    kind = f"questions-{update_id}"
    before = paging.read_cursor(kind, args)
    rows = queries.list_questions(update_id, _me(), before=before, limit=args["limit"] + 1)
    return paging.page(kind, args, rows, lambda row: row.id)


def _said(question_id: int) -> CommentRow:
    found = queries.find_question(question_id, _me())
    if found is None:
        # Sent again under a UUID whose comment has been deleted or taken off since.
        raise NotFound
    return found
