"""The workshop's diary for programs: all posts, posting for a household, taking posts off and putting them back."""

from __future__ import annotations

from typing import Any

from cofu_adopt.core import access, paging
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import refuses
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.farm import search_households
from cofu_adopt.growth import desk_schemas, hide_update, queries, schemas
from cofu_adopt.growth.api import OWN, OWN_PAGE, page_mark, place_of
from cofu_adopt.growth.correct_update import correct_update
from cofu_adopt.growth.desk_api import bp
from cofu_adopt.growth.desk_pages import READERS
from cofu_adopt.growth.dump import dump_detail, dump_own
from cofu_adopt.growth.errors import ReadingQuestioned, TooEarlyToCorrect, TooManyUpdates, UpdateWithdrawnAlready
from cofu_adopt.growth.load_post import load_post
from cofu_adopt.growth.post_update import post_update

DETAIL = schemas.OwnUpdateDetailSchema()
ONE = "/desk/updates/<id:update_id>"


@bp.get("/desk/updates", zh="所有的记录")
@bp.arguments(desk_schemas.DeskUpdateArgs(), location="query")
@bp.response(200, OWN_PAGE)
@access.allow(*READERS, scope=Scope.DESK_READ)
def updates(args: dict[str, Any]) -> dict[str, Any]:
    """The posts of all households, newest first, also those that were withdrawn or taken off."""
    hidden = args["hidden"]
    kind = f"desk-updates-{'hidden' if hidden else 'all'}"
    rows = queries.list_updates(place_of(kind, args), args["limit"] + 1, hidden=hidden)
    made = paging.page(kind, args, rows, lambda own: page_mark(own.row))
    return made | {"items": dump_own(made["items"])}


@bp.get(ONE, zh="一条记录，和以前写的")
@bp.response(200, DETAIL)
@access.allow(*READERS, scope=Scope.DESK_READ)
def update(update_id: int) -> Any:
    """One post of anybody, with what it said before each change."""
    return dump_detail(queries.get_update(update_id))


@bp.post("/desk/households/<string(maxlength=12):code>/updates", zh="替一户发一条记录")
@refuses(ReadingQuestioned, TooManyUpdates)
@bp.arguments(schemas.PostInSchema())
@idempotent
@bp.response(201, OWN)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def post_for(given: dict[str, Any], code: str) -> Any:
    """Post for a household about its plots, marked as such; photos are uploads of the caller's own."""
    household = search_households.get_household(code)
    posted = post_update(household.id, access.signed_in().person_id, load_post(given), on_behalf=True)
    return _own(posted.id)


@bp.post(f"{ONE}/corrections", zh="替一户更正一条记录，过了一天以后")
@refuses(ReadingQuestioned, TooEarlyToCorrect, UpdateWithdrawnAlready, TooManyUpdates)
@bp.arguments(schemas.CorrectionInSchema())
@idempotent
@bp.response(201, OWN)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def correct_for(given: dict[str, Any], update_id: int) -> Any:
    """Set a post right for its household after its first day, marked as such."""
    household_id, person_id = queries.get_update(update_id).row.household_id, access.signed_in().person_id
    made = correct_update(update_id, [household_id], person_id, load_post(given), on_behalf=True)
    return _own(made.id)


@bp.post(f"{ONE}/hide", zh="撤下一条记录")
@refuses(Invalid)
@bp.arguments(desk_schemas.UpdateReasonInSchema())
@bp.response(200, OWN)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def hide(given: dict[str, Any], update_id: int) -> Any:
    """Take a post off; what it measured still counts. Twice is once."""
    hide_update.hide_update(update_id, given["reason"])
    return _own(update_id)


@bp.post(f"{ONE}/restore", zh="放出一条记录")
@refuses(Invalid)
@bp.arguments(desk_schemas.UpdateReasonInSchema())
@bp.response(200, OWN)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def restore(given: dict[str, Any], update_id: int) -> Any:
    """Show a post again that the workshop has taken off. Twice is once."""
    hide_update.restore_update(update_id, given["reason"])
    return _own(update_id)


def _own(update_id: int) -> dict[str, Any]:
    return dump_own([queries.get_update(update_id)])[0]
