"""The household's home: who waits, what is owed, and what has become of its posts."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.models import Household, PlotShare
from cofu_adopt.growth.models import GrowthUpdate, GrowthUpdatePlot
from cofu_adopt.growth.queries import plot_days, updates_of_household
from cofu_adopt.offers.queries import get_offer
from cofu_adopt.offers.rules import SplitRule, split
from cofu_adopt.screens.boat_home import owed_to, plot_cards
from cofu_adopt.screens.boat_tasks import News, Task
from tests.season import Season, season

__all__ = ["season"]


def test_cards_say_who_waits_the_longest_first(season: Season) -> None:
    season.paid(plot="A1-02")
    with unit_of_work():
        plots = farm.list_plots_of_household([household_id()])
        post(season, "A1-01", days_ago=3)
        cards = plot_cards(plots)
    assert [card.plot.code for card in cards] == ["A1-02", "A1-01", "B2-01"]
    waiting, told, _other = cards
    assert (waiting.adopter_count, waiting.rope_count, waiting.news) == (1, 1, News.NEVER)
    assert waiting.next.task is Task.POST
    assert (told.adopter_count, told.news, told.silent_days) == (0, News.FRESH, 3)


def test_what_growing_ropes_bring_by_each_orders_own_rule_and_ones_own_share(season: Season) -> None:
    season.paid(plot="A1-01")
    season.paid(plot="A1-01")
    with unit_of_work():
        offer = get_offer(season.offer_id)
        whole = split(offer.price_fen, SplitRule.from_json(offer.split_rule), hosted=False).household_fen
        mine = household_id()
        owed = owed_to([mine], farm.list_plots_of_household([mine]))
        assert (owed.growing_fen, owed.rope_count, owed.payable_fen) == (2 * whole, 2, 0)
        share = db.session.scalars(select(PlotShare).where(PlotShare.plot_id == season.plots["A1-01"])).one()
        share.weight = 30
        db.session.add(
            PlotShare(plot_id=share.plot_id, valid_from=share.valid_from, household_id=another_household(), weight=70)
        )
        db.session.flush()
        owed = owed_to([mine], farm.list_plots_of_household([mine]))
    assert owed.growing_fen == 2 * (whole * 30 // 100)


def test_a_withdrawn_post_is_ones_own_and_breaks_no_silence(season: Season) -> None:
    with unit_of_work():
        plot_id = season.plots["A1-01"]
        kept, gone = post(season, "A1-01", days_ago=9), post(season, "A1-01", days_ago=1)
        gone.withdrawn_at = clock.now()
        db.session.flush()
        assert plot_days([plot_id]) == {plot_id: kept.happened_at}
        assert [(own.row.id, own.withdrawn_at is not None) for own in updates_of_household([household_id()])] == [
            (gone.id, True),
            (kept.id, False),
        ]


def post(season: Season, plot: str, *, days_ago: int) -> GrowthUpdate:
    update = GrowthUpdate(
        household_id=household_id(),
        person_id=season.person_id,
        on_behalf=False,
        client_uuid=f"00000000-0000-4000-8000-{days_ago:012d}",
        note="",
        weather=None,
        work=[],
        water_temperature_c=None,
        happened_at=clock.now() - timedelta(days=days_ago),
        created_at=clock.now(),
    )
    db.session.add(update)
    db.session.flush()
    db.session.add(GrowthUpdatePlot(update_id=update.id, plot_id=season.plots[plot]))
    db.session.flush()
    return update


def household_id() -> int:
    return db.session.scalars(select(Household.id).order_by(Household.id)).first() or 0


def another_household() -> int:
    columns = [column.key for column in Household.__table__.columns if column.key != "id"]
    first = db.session.get_one(Household, household_id())
    other = Household(**{name: getattr(first, name) for name in columns} | {"code": "GQ002", "phone_index": "GQ002"})
    db.session.add(other)
    db.session.flush()
    return other.id
