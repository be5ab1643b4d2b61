"""The household's home for programs: what waits on each plot, and what the household will get."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from cofu_adopt.core import access
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.models import Work
from cofu_adopt.growth.talk.queries import count_open
from cofu_adopt.screens.boat_home import PlotCard, owed_to, plot_cards
from cofu_adopt.screens.boat_tasks import News, Task

bp = ApiBlueprint(
    "api_household_home",
    __name__,
    tag="Household: home",
    zh=("养殖户：首页", "每一桁等着什么，能分到多少。"),
    description="What waits on the household's plots, and what it will get.",
)


class PlotCardSchema(Schema):
    """A plot as its household sees it at sea."""

    plot_code = fields.String(required=True, metadata={"example": "D6-04"})
    news = fields.Enum(
        News, by_value=True, required=True, metadata={"description": "How long nothing was posted about it."}
    )
    silent_days = fields.Integer(required=True)
    adopter_count = fields.Integer(required=True)
    adopted_count = fields.Integer(required=True, metadata={"description": "Ropes that are somebody's."})
    task = fields.Enum(Task, by_value=True, required=True, metadata={"description": "What to do next."})
    work = fields.Enum(
        Work, by_value=True, required=True, allow_none=True, metadata={"description": "Which; only with `work`."}
    )


class HouseholdHomeSchema(Schema):
    """The home: the plots on which somebody waits come first."""

    plots = fields.List(fields.Nested(PlotCardSchema()), required=True)
    question_count = fields.Integer(
        required=True, metadata={"description": "Questions under the household's posts that nobody has answered."}
    )
    growing_count = fields.Integer(required=True, metadata={"description": "Ropes that grow for somebody."})
    growing_fen = fields.Integer(required=True, metadata={"description": "Its share of them, as far as reckoned now."})
    payable_fen = fields.Integer(required=True, metadata={"description": "What the books owe it already."})


@bp.get("/household/home", zh="首页：每一桁等着什么，能分到多少")
@bp.response(200, HouseholdHomeSchema())
@access.allow(Role.HOUSEHOLD, scope=Scope.HOUSEHOLD_READ)
def home() -> dict[str, Any]:
    """What waits on each plot of the person's households, and what they will get."""
    ids = [row[0] for row in farm.households_of_person(access.signed_in().person_id)]
    plots = farm.list_plots_of_household(ids) if ids else []
    owed = owed_to(ids, plots)
    return {
        "plots": [_card(card) for card in plot_cards(plots)],
        "question_count": count_open(ids),
        "growing_count": owed.rope_count,
        "growing_fen": owed.growing_fen,
        "payable_fen": owed.payable_fen,
    }


def _card(card: PlotCard) -> dict[str, Any]:
    return {
        "plot_code": card.plot.code,
        "news": card.news,
        "silent_days": card.silent_days,
        "adopter_count": card.adopter_count,
        "adopted_count": card.rope_count,
        "task": card.next.task,
        "work": card.next.work,
    }
