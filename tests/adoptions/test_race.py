"""Many buyers at once: what is there is sold, once, and nobody is told a false "sold out"."""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Barrier

import pytest
from sqlalchemy import insert, select, text

from cofu_adopt.adoptions.errors import RopeSoldOut, RopeTaken
from cofu_adopt.adoptions.models import LIVE, LIVE_STATES, Adoption
from cofu_adopt.app import create_app
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.models import Rope
from config import Settings
from tests.season import NOON, TERMS, Season, make_season

BUYERS = 200


@pytest.fixture
def sea(database_url: str) -> Iterator[Season]:
    """50 ropes on sale in two plots, and a connection for every buyer who is at it."""
    app = create_app(Settings(env="test", database_url=database_url, pool_size=24))
    with app.app_context(), clock.frozen(NOON) as frozen, app.test_request_context():
        yield make_season(app, frozen, ropes=25)
        db.session.remove()
        db.engine.dispose()


def buyers(season: Season) -> list[int]:
    seed = secrets.randbelow(10**6)
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    found = [season.person() for _ in range(BUYERS)]
    random.Random(seed).shuffle(found)  # noqa: S311 - no secret, but a race that can be run again
    return found


def live_by_rope() -> Counter[tuple[int, int]]:
    with unit_of_work(writes=False):
        rows = db.session.execute(select(Adoption.plot_id, Adoption.rope_number).where(Adoption.state.in_(LIVE_STATES)))
        return Counter((plot_id, number) for plot_id, number in rows)


def test_200_buyers_for_50_ropes_get_exactly_50(sea: Season) -> None:
    def buy(person_id: int) -> Callable[[], int]:
        return lambda: sea.hold(person_id, key="one-request").id

    found = sea.at_once([buy(person_id) for person_id in buyers(sea)])
    sold = live_by_rope()
    refusals = Counter(type(one).__name__ for one in found if isinstance(one, Exception))
    assert refusals == {"RopeSoldOut": BUYERS - 50}
    assert len(sold) == 50
    assert set(sold.values()) == {1}
    assert sea.violations() == {}


def test_as_many_buyers_as_ropes_all_get_one(sea: Season) -> None:
    # As many buyers as ropes: each must get one, however often they see one another's locked ropes.
    some = buyers(sea)[:50]

    def buy(person_id: int) -> Callable[[], int]:
        return lambda: sea.hold(person_id, key="one-request").id

    found = sea.at_once([buy(person_id) for person_id in some])
    assert [one for one in found if isinstance(one, Exception)] == []
    assert len(live_by_rope()) == 50


def test_200_buyers_for_one_rope_have_one_winner(sea: Season) -> None:
    def buy(person_id: int) -> Callable[[], int]:
        return lambda: sea.hold(person_id, key="one-request", plot="A1-01", rope=7).id

    found = sea.at_once([buy(person_id) for person_id in buyers(sea)])
    assert sum(isinstance(one, int) for one in found) == 1
    assert sum(isinstance(one, RopeTaken) for one in found) == BUYERS - 1
    assert sea.holder("A1-01", 7) in found


def test_a_rope_that_is_given_up_in_the_last_moment_is_sold_again_and_once(sea: Season) -> None:
    persons = buyers(sea)
    held = [sea.hold(person_id) for person_id in persons[:50]]

    def cancel(number: int) -> Callable[[], object]:
        return lambda: sea.cancel(held[number])

    def buy(person_id: int) -> Callable[[], object]:
        return lambda: sea.hold(person_id, key="another").id

    works = [work for number in range(25) for work in (cancel(number), buy(persons[60 + number]))]
    found = sea.at_once(works)
    refused = [one for one in found if isinstance(one, Exception)]
    assert {type(one) for one in refused} <= {RopeSoldOut}, refused
    sold = live_by_rope()
    assert set(sold.values()) == {1}
    assert len(sold) == 50 - len(refused)
    assert sea.violations() == {}


@pytest.fixture
def unguarded(sea: Season) -> Iterator[Season]:
    """The sea without the unique index; it is put back at the end."""
    with db.engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_adoption_one_live_per_rope"))
    yield sea
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM adoption"))
        connection.execute(
            text(
                "CREATE UNIQUE INDEX uq_adoption_one_live_per_rope ON adoption (plot_id, rope_number, season) "
                f"WHERE {LIVE}"
            )
        )


def naive_hold(season: Season, person_id: int, together: Barrier) -> int:
    """Look, then take, as one would write it first: no lock, no condition on what is taken."""
    with unit_of_work(writes=False):
        free = db.session.execute(
            select(Rope.plot_id, Rope.number).where(Rope.live_adoption_id.is_(None)).order_by(Rope.plot_id, Rope.number)
        ).first()
    together.wait(timeout=20)
    assert free is not None
    with unit_of_work():
        terms = {name: TERMS[name] for name in ("season", "price_fen", "parcels", "promised_net_g")}
        days = {name: TERMS[name] for name in ("harvest_from_on", "harvest_to_on", "cancel_until_on")}
        added = db.session.execute(
            insert(Adoption)
            .values(
                code=f"NAIVE{person_id}",
                person_id=person_id,
                offer_id=season.offer_id,
                plot_id=free.plot_id,
                rope_number=free.number,
                state="held",
                currency="cny",
                split_rule={},
                request_key="naive",
                created_at=clock.now(),
                held_until=clock.now(),
                **terms,
                **days,
            )
            .returning(Adoption.id)
        ).scalar_one()
        db.session.execute(
            text("UPDATE rope SET live_adoption_id = :id WHERE plot_id = :plot AND number = :number"),
            {"id": added, "plot": free.plot_id, "number": free.number},
        )
        return int(added)


def race_naively(season: Season) -> list[int | Exception]:
    together = Barrier(8)

    def buy(person_id: int) -> Callable[[], int]:
        return lambda: naive_hold(season, person_id, together)

    return season.at_once([buy(season.person()) for _ in range(8)], threads=8)


def test_negative_control_without_the_guards_the_race_oversells(unguarded: Season) -> None:
    found = race_naively(unguarded)
    assert all(isinstance(one, int) for one in found)
    assert set(live_by_rope().values()) == {8}
    assert any("8 live adoptions" in words for found in unguarded.violations().values() for words in found)


def test_the_unique_index_alone_already_stops_a_double_sale(sea: Season) -> None:
    found = race_naively(sea)
    assert sorted(type(one).__name__ for one in found) == ["RopeTaken"] * 7 + ["int"]
    assert set(live_by_rope().values()) == {1}


def test_the_counted_update_alone_already_stops_a_double_sale(unguarded: Season) -> None:
    def buy(person_id: int) -> Callable[[], int]:
        return lambda: unguarded.hold(person_id, key="one-request", plot="A1-01", rope=7).id

    found = unguarded.at_once([buy(unguarded.person()) for _ in range(32)])
    assert sum(isinstance(one, int) for one in found) == 1
    assert set(live_by_rope().values()) == {1}
