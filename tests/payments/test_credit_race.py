"""Two tabs, two orders, a checkout and a refund at once: credit is used once. And the race is real without its lock."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import select

from cofu_adopt.adoptions import place
from cofu_adopt.adoptions.errors import AlreadyPaid
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.payments import refund_credit, spend_credit
from cofu_adopt.payments.credit_models import CreditGrant
from cofu_adopt.payments.errors import CreditChanged
from tests.credit import give_credit, left, uses
from tests.payments.test_credit_spend import reviewed
from tests.season import PRICE_FEN, Season


def go(season: Season, adoption: Adoption) -> Callable[[], object]:
    return lambda: season.open_page(adoption, use_credit=True)


def take_back(person_id: int) -> object:
    with unit_of_work(writes=False):
        agreed = refund_credit.preview_refund(person_id).fingerprint
    with unit_of_work():
        return refund_credit.refund_credit(person_id, agreed).amount_fen


def meet(together: Barrier) -> None:
    try:
        together.wait(timeout=0.5)
    except BrokenBarrierError:
        return


def test_two_orders_in_two_tabs_spend_it_once(season: Season) -> None:
    give_credit(season, PRICE_FEN)
    first, second = reviewed(season), reviewed(season)
    found = season.at_once([go(season, one) for one in (first, second, first, second)], threads=4)
    assert sorted([season.state(first), season.state(second)]) == ["held", "paid"]
    assert {type(one) for one in found} <= {str, AlreadyPaid}
    assert (left(season), season.violations()) == (0, {})


def test_a_checkout_and_a_refund_at_once_use_it_once(season: Season) -> None:
    give_credit(season, 3000, 2000)
    adoption = reviewed(season)
    works = [go(season, adoption), lambda: take_back(season.person_id), lambda: take_back(season.person_id)]
    _opened, *taken = season.at_once(works, threads=3)
    given = sum(one for one in taken if isinstance(one, int))
    assert all(isinstance(one, int | CreditChanged) for one in taken)
    assert given + sum(amount_fen for _state, amount_fen in uses(adoption)) == 5000
    assert (left(season), season.violations()) == (0, {})


@pytest.mark.parametrize("locked", [True, False])
def test_the_lock_of_the_grants_is_what_holds(season: Season, monkeypatch: pytest.MonkeyPatch, *, locked: bool) -> None:
    """Even where the person is not locked; and without it, what is left is read by both, and given to both."""
    if not is_postgresql():
        pytest.skip("SQLite lets one write at a time")
    give_credit(season, 5000)
    first, second = reviewed(season), reviewed(season)
    together = Barrier(2)
    lock_grants = spend_credit.lock_grants

    def read(person_id: int, currency: str) -> list[CreditGrant]:
        if locked:
            grants = lock_grants(person_id, currency)
        else:
            grants = list(db.session.scalars(select(CreditGrant).where(CreditGrant.person_id == person_id)))
        meet(together)
        return grants

    monkeypatch.setattr(place, "lock_person", lambda _person_id: None)
    monkeypatch.setattr(spend_credit, "lock_grants", read)
    season.at_once([go(season, first), go(season, second)], threads=2)
    assert sum(len(list(uses(one))) for one in (first, second)) == (1 if locked else 2)
    assert (season.violations() == {}) is locked
