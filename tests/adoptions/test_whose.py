"""Whose a rope is: somebody else's order does not exist, a guest's rope becomes the person's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cofu_adopt.adoptions.cancel import cancel_adoption
from cofu_adopt.adoptions.name_rope import name_rope
from cofu_adopt.adoptions.pay import start_payment
from cofu_adopt.adoptions.queries import find_own, get_own_row, list_live_holds, list_own, list_own_of_plot
from cofu_adopt.adoptions.review import find_held
from cofu_adopt.core import bus
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.events import GuestSignedIn
from cofu_adopt.identity.models import Person
from cofu_adopt.identity.people import make_guest
from tests.season import Season

IN_A_UNIT: list[Callable[[str, int], object]] = [
    find_own,
    get_own_row,
    find_held,
    lambda code, person_id: find_own(code, person_id, lock=True),
    lambda code, person_id: name_rope(code, person_id, "小海"),
]
ALONE: list[Callable[[str, int], object]] = [
    cancel_adoption,
    lambda code, person_id: start_payment(code, person_id, title="", return_url="/", locale="zh_Hans"),
]


def test_somebody_elses_order_is_not_found_in_every_use_case(season: Season) -> None:
    held, paid, stranger = season.hold(), season.paid(), season.person()
    for adoption in (held, paid):
        for use in IN_A_UNIT:
            with pytest.raises(NotFound), unit_of_work():
                use(adoption.code, stranger)
        for use in ALONE:
            with pytest.raises(NotFound):
                use(adoption.code, stranger)
    with unit_of_work(writes=False):
        assert list_own(stranger) == []
        assert list_live_holds(stranger) == []
        assert list_own_of_plot(stranger, held.plot_id) == {}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/review"),
        ("POST", "/review"),
        ("POST", "/pay"),
        ("GET", "/return"),
        ("POST", "/name"),
        ("GET", "/cancel"),
        ("POST", "/cancel"),
        ("GET", "/receipt"),
    ],
)
def test_somebody_elses_order_page_is_404(season: Season, method: str, path: str) -> None:
    adoption = season.paid()
    client = season.signed_in(season.person())
    assert client.open(f"/orders/{adoption.code}{path}", method=method).status_code == 404
    assert season.state(adoption) == "paid"


def guest_holds(season: Season, key: str, rope: int) -> int:
    with unit_of_work():
        guest_id = make_guest("zh_Hans").id
    season.hold(guest_id, key=key, plot="A1-01", rope=rope)
    return guest_id


def sign_in(guest_id: int, person_id: int) -> None:
    with unit_of_work():
        bus.publish(GuestSignedIn(guest_id, person_id))


def ropes_of(person_id: int) -> list[int]:
    with unit_of_work(writes=False):
        return sorted(row.rope_number for row in list_own(person_id))


def test_what_a_guest_held_is_the_persons_after_signing_in(season: Season) -> None:
    guest_id = guest_holds(season, "form-1", 1)
    sign_in(guest_id, season.person_id)
    assert ropes_of(season.person_id) == [1]
    assert ropes_of(guest_id) == []
    # The same form sent again gives the same rope.
    assert season.hold(key="form-1").rope_number == 1


def test_signing_in_does_not_fail_when_both_have_sent_the_same_form(season: Season) -> None:
    season.hold(key="form-1", plot="A1-01", rope=1)
    guest_id = guest_holds(season, "form-1", 2)
    sign_in(guest_id, season.person_id)
    assert ropes_of(season.person_id) == [1, 2]
    assert season.hold(key="form-1").rope_number == 1
    assert season.violations() == {}


def test_a_visitor_becomes_a_guest_who_keeps_the_rope(season: Season) -> None:
    client = season.browser()
    data = {"offer_id": season.offer_id, "request_key": "request-key", "plot": "A1-01", "rope": 3}
    first = client.post("/adopt", data=data)
    again = client.post("/adopt", data=data)
    assert (first.status_code, first.location) == (302, again.location)
    with client.session_transaction() as session, unit_of_work(writes=False):
        assert db.session.get_one(Person, session["person_id"]).is_guest


def test_a_visitor_who_gets_no_rope_is_nobody(season: Season) -> None:
    # The guest is rolled back with the hold. A cookie that still named her would be the next person's on SQLite.
    season.hold(plot="A1-01", rope=3)
    client = season.browser()
    data = {"offer_id": season.offer_id, "request_key": "request-key", "plot": "A1-01", "rope": 3}
    assert client.post("/adopt", data=data).status_code == 409
    with client.session_transaction() as session:
        assert "person_id" not in session
    person_id = season.person()
    season.hold(person_id)
    assert client.get("/my/ropes").status_code == 302
