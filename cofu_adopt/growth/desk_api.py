"""The desk's diary for programs: plots without news, forecasts, the calendar of harvest, readings to review."""

from __future__ import annotations

from typing import Any

from cofu_adopt.core import access, clock
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint, nothing, refuses
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.growth import desk_schemas as schemas
from cofu_adopt.growth.desk_pages import READERS
from cofu_adopt.growth.errors import AlreadyReviewed
from cofu_adopt.growth.harvest_calendar import HarvestCalendar, Unit, make_calendar
from cofu_adopt.growth.outlook import Outlook, by_grid
from cofu_adopt.growth.read_outlook import read_outlooks
from cofu_adopt.growth.read_reviews import ReviewRow, readings_to_review
from cofu_adopt.growth.remind import plan, remind
from cofu_adopt.growth.review_reading import accept_reading, reject_reading
from cofu_adopt.growth.silent_plots import SilentPlot, list_plots, list_silent

bp = ApiBlueprint(
    "api_desk_growth",
    __name__,
    tag="Desk: diary",
    zh=("工坊：生长记录", "没消息的桁、预计、采收日历、要看的数。"),
    description="Plots without news, forecasts, the calendar of harvest and readings to review, for the workshop.",
)


@bp.get("/desk/silent-plots", zh="没消息的桁")
@bp.arguments(schemas.SilentArgs(), location="query")
@bp.response(200, schemas.SilentPlotsSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def silent_plots(args: dict[str, Any]) -> dict[str, Any]:
    """Plots of which nothing was posted for so many days: those on which somebody waits first."""
    rows = list_silent(args["days"], grid_code=args["grid"], household_code=args["household"])
    return {"items": [_silent(row) for row in rows]}


@bp.post("/desk/silent-plots/reminders", zh="提醒养殖户发记录，一桁一天一次")
@bp.arguments(schemas.RemindInSchema())
@idempotent
@bp.response(200, schemas.RemindedSchema())
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def remind_households(given: dict[str, Any]) -> dict[str, Any]:
    """Remind the households of plots, as each of their people chose to be told; unknown plots are passed over."""
    wanted = set(given["plot_codes"])
    planned = plan([row for row in list_plots() if row.plot.code in wanted])
    done = remind(planned)
    return {
        "reminded": done.plot_codes,
        "people": done.people,
        "reminded_today_before": _codes(planned.reminded_today),
        "out_of_reach": _codes(planned.out_of_reach),
    }


@bp.get("/desk/forecasts/plots", zh="每一桁的预计")
@bp.arguments(schemas.ForecastArgs(), location="query")
@bp.response(200, schemas.OutlooksSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def plot_forecasts(args: dict[str, Any]) -> dict[str, Any]:
    """What is to be expected of plots today and at harvest, those that miss their promise by most first."""
    return {"items": [_outlook(row) for row in _outlooks(args) if row.is_short or not args["only_short"]]}


@bp.get("/desk/forecasts/grids", zh="每一格的预计")
@bp.arguments(schemas.PlaceArgs(), location="query")
@bp.response(200, schemas.GridOutlooksSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def grid_forecasts(args: dict[str, Any]) -> dict[str, Any]:
    """The same for squares, each species of a square by itself: its plots together."""
    return {"items": by_grid(_outlooks(args))}


@bp.get("/desk/harvest-calendar", zh="采收日历")
@bp.arguments(schemas.CalendarArgs(), location="query")
@bp.response(200, schemas.CalendarSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def harvest_calendar(args: dict[str, Any]) -> HarvestCalendar:
    """When how many ropes reach market size, with the offers' windows and the closed season."""
    start_on = max(args["from_on"] or clock.today(), clock.today())
    return make_calendar(_outlooks(args), start_on, Unit(args["unit"]), by_plot=args["by"] == "plot")


@bp.get("/desk/readings", zh="要看的数")
@bp.response(200, schemas.ReviewsSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def readings() -> dict[str, Any]:
    """Readings that look wrong, beside what the plot had and should have; oldest first."""
    return {"items": [_review(row) for row in readings_to_review()]}


@bp.post("/desk/readings/<id:reading_id>/review", zh="一个数算不算")
@refuses(Invalid, AlreadyReviewed)
@bp.arguments(schemas.DecisionInSchema())
@idempotent
@bp.response(204)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def review(given: dict[str, Any], reading_id: int) -> Any:
    """Let a reading stand, or take it out, for a reason."""
    act = accept_reading if given["stands"] else reject_reading
    act(reading_id, access.signed_in().person_id, given["reason"])
    return nothing()


def _outlooks(args: dict[str, Any]) -> list[Outlook]:
    return read_outlooks(grid_code=args["grid"], household_code=args["household"])


def _codes(rows: tuple[SilentPlot, ...]) -> list[str]:
    return [row.plot.code for row in rows]


def _silent(row: SilentPlot) -> dict[str, Any]:
    return {
        "plot_code": row.plot.code,
        "grid_code": row.plot.grid_code,
        "households": [{"code": code, "head_name": head} for code, head in row.heads],
        "days": row.days,
        "posted_at": row.posted_at,
        "adopters": row.adopters,
        "waiting_since": row.waiting_since,
        "reminded_at": row.reminded_at,
    }


def _outlook(row: Outlook) -> dict[str, Any]:
    forecast = row.forecast
    same = ("reach", "lacking_mm", "window", "today", "start", "middle", "end", "net_g", "measured", "adopted")
    return {name: getattr(row, name) for name in same} | {
        "plot_code": row.plot.code,
        "grid_code": row.plot.grid_code,
        "species": row.plot.species,
        "ropes": row.plot.rope_count,
        "market_mm": forecast.market_mm if forecast else None,
        "ready_on": forecast.ready_on if forecast else None,
        "ready_earliest_on": forecast.early_on if forecast else None,
        "ready_latest_on": forecast.late_on if forecast else None,
        "measured_on": forecast.last.on if forecast else None,
        "speed": forecast.speed if forecast else None,
    }


def _review(row: ReviewRow) -> dict[str, Any]:
    return {
        "reading": row.reading,
        "question": row.reading.question,
        "since": row.since,
        "confirmed_at": row.confirmed_at,
        "before": row.before,
        "expected": row.expected,
    }
