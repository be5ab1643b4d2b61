"""The session: ended everywhere at once by the epoch, fresh on every sign-in, a guest's rope goes along."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from cofu_adopt.core import bus
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.events import GuestSignedIn
from cofu_adopt.farm.import_season import commit_import, preview_import
from cofu_adopt.farm.queries import all_plot_ids
from cofu_adopt.farm.read_season import files_in
from cofu_adopt.identity.models import Person
from cofu_adopt.offers.load_demo import load_demo_offers
from tests.farm.conftest import SeasonFiles, files  # noqa: F401 - a fixture
from tests.identity.conftest import sign_in
from tests.people import Who, browser


def end_sessions(person_id: int) -> None:
    with unit_of_work():
        db.session.execute(update(Person).where(Person.id == person_id).values(session_epoch=Person.session_epoch + 1))


def person_id_of(client: FlaskClient) -> int | None:
    with client.session_transaction() as session:
        found: int | None = session.get("person_id")
        return found


def test_a_new_epoch_ends_every_session_of_the_person(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    other = browser(app, Who.ADOPTER)
    mine = person_id_of(client)
    assert mine is not None
    end_sessions(mine)
    assert client.get("/me").status_code == 302
    assert other.get("/me").status_code == 200, "somebody else's session goes on"


def test_a_session_of_nobody_is_a_visitor(app: Flask, client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["person_id"], session["epoch"] = 4711, 1
    assert client.get("/me").location.startswith("/sign-in")


def test_signing_out_forgets_the_person_and_keeps_the_language(client: FlaskClient) -> None:
    sign_in(client)
    client.get("/me?lang=en")
    assert client.post("/sign-out").status_code == 302
    with client.session_transaction() as session:
        assert dict(session) == {"lang": "en"}


def test_signing_in_starts_a_fresh_session(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["planted"] = "x"
    sign_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.permanent


def test_a_guest_becomes_a_person_and_keeps_the_rope(
    app: Flask,
    client: FlaskClient,
    files: SeasonFiles,  # noqa: F811
) -> None:
    with unit_of_work():
        commit_import(preview_import(files_in(files.write())))
        load_demo_offers(all_plot_ids(), currency="cny")
    held = client.post(
        "/adopt", data={"offer_id": "1", "request_key": "a-key-of-the-form", "plot": "A1-01", "rope": "2"}
    )
    assert held.location.endswith("/review")
    guest = person_id_of(client)
    asked = client.get(held.location)
    assert asked.location.startswith("/sign-in?next=/orders/"), "paying needs a person"
    sign_in(client, target=held.location)
    assert person_id_of(client) != guest
    page = client.get(held.location)
    assert page.status_code == 200
    assert "A1-01-002" in page.text


def test_only_a_guests_things_go_along(app: Flask, client: FlaskClient) -> None:
    told: list[GuestSignedIn] = []
    bus.init_bus(app, {GuestSignedIn: (told.append,)})
    sign_in(client)
    sign_in(client, "13900000000")
    assert told == [], "another person's session is not a guest's"
    with unit_of_work(writes=False):
        assert len(db.session.scalars(select(Person)).all()) == 2
