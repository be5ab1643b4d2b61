"""The diary for programs: a household posts, changes, withdraws; sensors send readings; everybody reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cofu_adopt.core import access, paging
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint, nothing, refuses
from cofu_adopt.core.errors import NotFound
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth import people_photos, queries, schemas
from cofu_adopt.growth.correct_update import correct_update
from cofu_adopt.growth.dump import dump_detail, dump_own, dump_updates
from cofu_adopt.growth.edit_update import edit_update
from cofu_adopt.growth.errors import (
    ReadingQuestioned,
    TooEarlyToCorrect,
    TooLateToChange,
    TooManyUpdates,
    UpdateWithdrawnAlready,
)
from cofu_adopt.growth.load_post import choose_household, load_change, load_post, load_sample, load_warmth
from cofu_adopt.growth.people_photos import Wish
from cofu_adopt.growth.post_update import post_update
from cofu_adopt.growth.queries import Place
from cofu_adopt.growth.rows import OwnUpdate, UpdateRow
from cofu_adopt.growth.send_reading import household_of_plot, send_reading
from cofu_adopt.growth.withdraw_update import withdraw_update

bp = ApiBlueprint(
    "api_growth",
    __name__,
    tag="Diary",
    zh=("生长记录", "养殖户发的记录和量的数；公开的谁都能看。"),
    description="What households post and measure; what is public is for everybody.",
)
OWN = schemas.OwnUpdateSchema()
OWN_PAGE = paging.page_schema(OWN)
CODE = "string(maxlength=12):code"


@bp.get(f"/plots/<{CODE}>/updates", zh="一桁的生长记录")
@bp.arguments(schemas.DiaryArgs(), location="query")
@bp.response(200, paging.page_schema(schemas.UpdateSchema()))
@access.public()
def diary(args: dict[str, Any], code: str) -> dict[str, Any]:
    """What was posted about a plot, newest first. Withdrawn and hidden posts are left out."""
    plot_id = farm.find_plot_id(code)
    if plot_id is None:
        raise NotFound
    rows = queries.timeline([plot_id], place_of("diary", args), args["limit"] + 1)
    made = paging.page("diary", args, rows, page_mark)
    return made | {"items": dump_updates(made["items"])}


@bp.get("/household/updates", zh="自家发的记录")
@bp.arguments(schemas.DiaryArgs(), location="query")
@bp.response(200, OWN_PAGE)
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_READ)
def own_updates(args: dict[str, Any]) -> dict[str, Any]:
    """The posts of the person's households, newest first, also those that were withdrawn or taken off."""
    rows = queries.updates_of_household(_own_households(), place_of("own", args), args["limit"] + 1)
    made = paging.page("own", args, rows, lambda own: page_mark(own.row))
    return made | {"items": dump_own(made["items"])}


@bp.post("/household/updates", zh="发一条记录")
@refuses(ReadingQuestioned, TooManyUpdates)
@bp.arguments(schemas.UpdateInSchema())
@idempotent
@bp.response(201, OWN)
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_WRITE, writes=True)
def post(given: dict[str, Any]) -> Any:
    """Post for one or several of the household's own plots. The same client_uuid is the same post."""
    person_id = access.signed_in().person_id
    household_id = choose_household(person_id, given["household_id"])
    posted = post_update(household_id, person_id, load_post(given))
    return _own(posted.id)


@bp.get("/household/updates/<id:update_id>", zh="自家的一条记录，和以前写的")
@bp.response(200, schemas.OwnUpdateDetailSchema())
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_READ)
def own_update(update_id: int) -> Any:
    """One post of the person's households, with what it said before each change."""
    return dump_detail(queries.get_update(update_id, _own_households()))


@bp.patch("/household/updates/<id:update_id>", zh="改一条记录，一天以内")
@refuses(ReadingQuestioned, TooLateToChange, UpdateWithdrawnAlready)
@bp.arguments(schemas.UpdateChangeSchema())
@bp.response(200, OWN)
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_WRITE, writes=True)
def change(given: dict[str, Any], update_id: int) -> Any:
    """Change a post within a day; what it said before is kept. What is not given stays."""
    edit_update(update_id, _own_households(), access.signed_in().person_id, load_change(given))
    return _own(update_id)


@bp.delete("/household/updates/<id:update_id>", zh="撤下一条记录，一天以内")
@refuses(TooLateToChange)
@bp.response(204)
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_WRITE, writes=True)
def withdraw(update_id: int) -> Any:
    """Withdraw a post within a day; what it measured counts no more."""
    withdraw_update(update_id, _own_households(), access.signed_in().person_id)
    return nothing()


@bp.post("/household/updates/<id:update_id>/corrections", zh="更正一条记录，过了一天以后")
@refuses(ReadingQuestioned, TooEarlyToCorrect, UpdateWithdrawnAlready, TooManyUpdates)
@bp.arguments(schemas.CorrectionInSchema())
@idempotent
@bp.response(201, OWN)
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_WRITE, writes=True)
def correct(given: dict[str, Any], update_id: int) -> Any:
    """Set a post right after its first day: a new entry that is shown with it. The same client_uuid is the same one."""
    made = correct_update(update_id, _own_households(), access.signed_in().person_id, load_post(given))
    return _own(made.id)


@bp.put("/household/updates/<id:update_id>/photos/<id:photo_id>/people", zh="照片上有没有人，他们愿不愿意公开")
@bp.arguments(schemas.PeopleInSchema())
@bp.response(200, OWN)
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_WRITE, writes=True)
def people(given: dict[str, Any], update_id: int, photo_id: int) -> Any:
    """Say whether people can be seen on a photo, and whether they agree to be shown."""
    people_photos.wish_people(update_id, photo_id, _own_households(), Wish(given["wish"]))
    return _own(update_id)


@bp.delete("/household/people-consents", zh="收回所有有人的照片")
@bp.response(204)
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_WRITE, writes=True)
def revoke_people() -> Any:
    """Take back every consent to show people on the households' photos; nobody else sees them any more."""
    for household_id in _own_households():
        people_photos.revoke_people(household_id)
    return nothing()


@bp.post(f"/plots/<{CODE}>/readings", zh="传感器报一个数")
@refuses(TooManyUpdates)
@bp.arguments(schemas.SensorReadingInSchema())
@idempotent
@bp.response(201, schemas.ReadingSchema())
@access.allow(Role.HOUSEHOLD, scope=Scope.READINGS_WRITE, writes=True)
def reading(given: dict[str, Any], code: str) -> Any:
    """Send a sample of one of the household's own plots. One that looks wrong waits for the workshop: `questioned`."""
    household_id = household_of_plot(_own_households(), code, given["measured_on"])
    warmth = load_warmth(given)
    return send_reading(household_id, code, given["measured_on"], load_sample(given), water_temperature_c=warmth)


def _own_households() -> list[int]:
    return [row[0] for row in farm.households_of_person(access.signed_in().person_id)]


def _own(update_id: int) -> dict[str, Any]:
    found: OwnUpdate = queries.get_update(update_id, _own_households())
    return dump_own([found])[0]


def page_mark(row: UpdateRow) -> list[Any]:
    """Where a post stands in a list, for its cursor."""
    return [row.happened_at.isoformat(), row.id]


def place_of(kind: str, args: dict[str, Any]) -> Place | None:
    """Where the page goes on that the cursor in `args` asks for."""
    given = paging.read_cursor(kind, args)
    return None if given is None else (datetime.fromisoformat(given[0]), given[1])
