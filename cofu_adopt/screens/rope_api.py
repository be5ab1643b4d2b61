"""A rope for programs: the days of one's own, what others may see by a link, and what is to be expected of a plot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, url_for

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.adoptions import share
from cofu_adopt.adoptions.errors import NothingToShow
from cofu_adopt.adoptions.queries import AdoptionRow
from cofu_adopt.adoptions.share import TOLD_STATES, SharedRope, ShareRow
from cofu_adopt.core import access, paging
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import FILE, ApiBlueprint, nothing, public_read, refuses
from cofu_adopt.core.errors import NotFound
from cofu_adopt.core.media.photos import PhotoRow
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.forecast import days_until_ready, forecast_of
from cofu_adopt.growth.talk.queries import count_cheers, talk_under
from cofu_adopt.growth.talk.rows import PostTalk
from cofu_adopt.screens import rope_schemas as schemas
from cofu_adopt.screens.rope_diary import Diary, Entry, Place, read_diary, seen_until
from cofu_adopt.screens.rope_pages import outside, send_certificate

bp = ApiBlueprint(
    "api_ropes",
    __name__,
    tag="Ropes",
    zh=("绳", "自己的绳在海里的日子，分享出去的绳，一桁的预计。"),
    description="The days of one's own ropes, ropes that are shown by a link, and forecasts.",
)
CODE = "string(maxlength=16):code"
FORECAST_DAYS = 365
DAY = schemas.OwnRopeDaySchema()


@bp.get(f"/orders/<{CODE}>/diary", zh="自己一串绳在海里的日子")
@bp.arguments(paging.PageArgs(), location="query")
@bp.response(200, paging.page_schema(DAY))
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_READ)
def diary(args: dict[str, Any], code: str) -> dict[str, Any]:
    """What happened on the rope of one's own paid order, newest first: posts, measurements, its adoption."""
    row = _own(code)
    place = paging.read_cursor("rope-diary", args)
    start = None if place is None else (datetime.fromisoformat(place[0]), place[1])
    found = _diary(row, start, adopted_at=row.paid_at, limit=args["limit"] + 1)
    made = paging.page("rope-diary", args, found.entries, lambda entry: [entry.at.isoformat(), entry.place[1]])
    talk = talk_under(found.post_ids, row.person_id)
    return made | {"items": [_own_day(entry, found, talk) for entry in made["items"]]}


@bp.get(f"/orders/<{CODE}>/certificate", zh="自己一串绳的认养证书，PDF")
@bp.arguments(schemas.CertificateArgs(), location="query")
@bp.response(200, FILE, content_type="application/pdf")
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_READ)
def certificate(args: dict[str, Any], code: str) -> Response:
    """The adoption certificate of one's own rope as a PDF file; 404 once the rope is one's own no longer."""
    return send_certificate(adoptions.get_own_row(code, access.signed_in().person_id), args["language"])


@bp.get(f"/orders/<{CODE}>/share", zh="自己的绳给人看的链接")
@bp.response(200, schemas.ShareSchema())
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_READ)
def shown(code: str) -> dict[str, Any]:
    """The link under which others see one's own rope; 404 while it is not shown."""
    found = share.find_share(adoptions.get_own_row(code, access.signed_in().person_id).id)
    if found is None:
        raise NotFound
    return _link(found)


@bp.put(f"/orders/<{CODE}>/share", zh="把自己的绳给人看，得到链接")
@refuses(NothingToShow)
@bp.arguments(schemas.ShareInSchema())
@bp.response(200, schemas.ShareSchema())
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, writes=True)
def turn_on(wanted: dict[str, Any], code: str) -> dict[str, Any]:
    """Show one's own rope to whoever has the link, with or without its name. The link stays until it is taken back."""
    return _link(share.share_rope(code, access.signed_in().person_id, shows_name=wanted["shows_name"]))


@bp.delete(f"/orders/<{CODE}>/share", zh="收回链接")
@bp.response(204)
@access.allow(Role.ADOPTER, scope=Scope.ORDERS_WRITE, writes=True)
def turn_off(code: str) -> Any:
    """Take the link back for good. Taking it back twice is fine."""
    share.stop_sharing(code, access.signed_in().person_id)
    return nothing()


@bp.get("/shared/<string(maxlength=32):token>", zh="别人分享的绳")
@bp.response(200, schemas.SharedRopeSchema())
@access.public()
def shared(token: str) -> dict[str, Any]:
    """A rope by its link: number, name if it is shown, plot, newest days. Nothing of its adopter."""
    rope = share.get_shared(token)
    plot = farm.get_plot(rope.plot_code)
    found = _diary(rope, None, adopted_at=None, limit=paging.USUAL_LIMIT)
    cheers = count_cheers(found.post_ids)
    return {
        "label": rope.label,
        "rope_name": rope.rope_name,
        "state": rope.state,
        "plot_code": plot.code,
        "species": plot.species,
        "household_name": plot.households[0].public_name if plot.households else None,
        "season": rope.season,
        "harvest_from_on": rope.harvest_from_on,
        "harvest_to_on": rope.harvest_to_on,
        "days": [_day(entry, found, cheers) for entry in found.entries],
    }


@bp.get("/plots/<string(maxlength=12):code>/forecast", zh="一桁的预计：长到多大，什么时候能收")
@public_read
@bp.response(200, schemas.PlotForecastSchema())
@access.public()
def forecast(code: str) -> dict[str, Any]:
    """The expected growth of a plot for a year from its last measurement, and when it is large enough."""
    plot = farm.get_plot(code)
    found = forecast_of(plot, farm.list_measurements(plot.id))
    if found is None:
        names = ("measured_on", "length_mm", "market_mm", "ready_on", "ready_earliest_on", "ready_latest_on")
        return {"plot_code": code, **dict.fromkeys((*names, "days_until_ready")), "points": []}
    return {
        "plot_code": code,
        "measured_on": found.last.on,
        "length_mm": found.last.length_mm,
        "market_mm": found.market_mm,
        "ready_on": found.ready_on,
        "ready_earliest_on": found.early_on,
        "ready_latest_on": found.late_on,
        "days_until_ready": days_until_ready(found),
        "points": found.until(found.last.on + timedelta(days=FORECAST_DAYS)),
    }


def _link(row: ShareRow) -> dict[str, Any]:
    url = outside(url_for("shared.show", token=row.token))
    return {"url": url, "token": row.token, "shows_name": row.shows_name}


def _own(code: str) -> AdoptionRow:
    row = adoptions.get_own_row(code, access.signed_in().person_id)
    if row.state not in TOLD_STATES:
        raise NotFound
    return row


def _diary(rope: AdoptionRow | SharedRope, start: Place | None, *, adopted_at: datetime | None, limit: int) -> Diary:
    plot_id = farm.get_plot(rope.plot_code).id
    until: date | None = seen_until(rope)
    measured = [row for row in farm.list_measurements(plot_id) if until is None or row.measured_on <= until]
    return read_diary(plot_id, measured, adopted_at=adopted_at, until=until, start=start, limit=limit)


def _own_day(entry: Entry, found: Diary, talk: Mapping[int, PostTalk]) -> dict[str, Any]:
    update_id = entry.post.id if entry.post else None
    said = talk[update_id] if update_id is not None else PostTalk()
    return _day(entry, found, {update_id or 0: said.cheer_count}) | {
        "update_id": update_id,
        "cheered": said.cheered,
        "question_count": said.question_count,
    }


def _day(entry: Entry, found: Diary, cheers: Mapping[int, int]) -> dict[str, Any]:
    post, measured = entry.post, entry.measured
    photos: list[PhotoRow] = [found.photos[one] for one in post.photos if one in found.photos] if post else []
    return {
        "kind": entry.kind,
        "happened_at": entry.at,
        "household_name": post.household_name if post else None,
        "note": post.note if post else "",
        "weather": post.weather if post else None,
        "work": post.work if post else (),
        "water_temperature_c": entry.water_temperature_c,
        "photos": photos,
        "readings": post.readings if post else [measured] if measured else (),
        "cheer_count": cheers.get(post.id, 0) if post else 0,
    }
