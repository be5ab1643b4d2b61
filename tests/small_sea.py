"""A small sea on sale, written row by row: one household, some plots, one offer; for tests with many processes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import insert, select

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.models import Household, Plot, PlotShare, Rope, SeaGrid, Species
from cofu_adopt.identity.models import Person, PersonRole
from cofu_adopt.offers.draft import draft_offer, publish_offer
from cofu_adopt.offers.load_demo import demo_terms

PRICE_FEN = 19800


def make_sea(*, plots: int = 1, ropes: int = 8, limit: int = 5) -> int:
    """Put `plots` plots of `ropes` ropes each on sale, in a unit of work of its own; return the offer's id."""
    with unit_of_work():
        household = _household()
        grid = SeaGrid(code="A1")
        db.session.add_all((household, grid))
        db.session.flush()
        plot_ids = [_plot(f"A1-{number:02d}", grid.id, household.id, ropes) for number in range(1, plots + 1)]
        terms = demo_terms() | {"limit_per_person": limit, "price_fen": PRICE_FEN, "parcels": 1}
        names = {"code": "GQ-1", "title": "认养一串", "title_en": "One rope", "promised_net_g": 2500}
        offer_id = draft_offer(terms | names, plot_ids, currency="cny")
        publish_offer(offer_id)
        return offer_id


def make_adopters(count: int) -> list[int]:
    """So many people who may adopt, in a unit of work of its own; return their ids."""
    row = {"display_name": "5678", "locale": "zh_Hans", "is_guest": False, "created_at": clock.now()}
    with unit_of_work():
        db.session.execute(insert(Person), [row] * count)
        ids = list(db.session.scalars(select(Person.id).order_by(Person.id.desc()).limit(count)))
        db.session.execute(insert(PersonRole), [{"person_id": one, "role": Role.ADOPTER} for one in ids])
    return sorted(ids)


def _household() -> Household:
    return Household(
        code="GQ001",
        head_name="张信良",
        village="龙泉村",
        phone="19900000001",
        phone_index="GQ001",
        family_size=3,
        low_income=False,
        bank_name="嵊泗农商银行",
        bank_clearing_code="402342500018",
        bank_account="6299995173266249311",
        payee_name="张信良",
        joined_on=date(2019, 1, 1),
    )


def _plot(code: str, grid_id: int, household_id: int, ropes: int) -> int:
    plot = Plot(
        code=code,
        sea_grid_id=grid_id,
        inside_line=True,
        species=Species.BLUE_MUSSEL,
        seeded_on=date(2026, 10, 1),
        rope_count=ropes,
        rope_length_m=Decimal("2.5"),
        longitude=Decimal("122.731"),
        latitude=Decimal("30.747"),
    )
    db.session.add(plot)
    db.session.flush()
    db.session.add(PlotShare(plot_id=plot.id, valid_from=date(2026, 10, 1), household_id=household_id, weight=100))
    db.session.execute(insert(Rope), [{"plot_id": plot.id, "number": number} for number in range(1, ropes + 1)])
    return plot.id
