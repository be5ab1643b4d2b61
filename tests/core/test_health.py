"""/healthz lives as long as the process; /readyz needs the database, migrated, and names what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from cofu_adopt.core import clock, due
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.health import newest_revision
from tests.people import Who, browser


def set_revision(revision: str | None) -> None:
    with unit_of_work():
        db.session.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
        db.session.execute(text("DELETE FROM alembic_version"))
        if revision:
            db.session.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})


@pytest.fixture(params=[Who.VISITOR, Who.ADOPTER])
def client(app: Flask, request: pytest.FixtureRequest) -> Iterator[FlaskClient]:
    """A visitor's browser, and one with a session, whose person must not be asked for."""
    found = browser(app, request.param)
    set_revision(newest_revision())
    yield found
    with unit_of_work():
        db.session.execute(text("DROP TABLE IF EXISTS alembic_version"))


def test_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ready",
        "database": "ok",
        "migration": {"current": newest_revision(), "head": newest_revision()},
        "oldest_due_seconds": 0,
        "clock": "ok",
    }


@pytest.mark.parametrize("revision", ["0001", None])
def test_an_old_database_is_not_ready(client: FlaskClient, revision: str | None) -> None:
    set_revision(revision)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["status"] == "unavailable"
    assert answer.json["migration"] == {"current": revision, "head": newest_revision()}
    assert client.get("/healthz").json == {"status": "ok"}


def test_without_a_database_the_process_still_lives(client: FlaskClient) -> None:
    def be_away(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    event.listen(db.engine, "before_cursor_execute", be_away)
    event.listen(db.engine, "begin", be_away)
    try:
        ready, healthy = client.get("/readyz"), client.get("/healthz")
    finally:
        event.remove(db.engine, "before_cursor_execute", be_away)
        event.remove(db.engine, "begin", be_away)
    assert (ready.status_code, ready.json) == (503, {"status": "unavailable", "database": "OperationalError"})
    assert (healthy.status_code, healthy.json) == (200, {"status": "ok"})
    assert client.get("/readyz").status_code == 200


def test_late_work_is_a_warning(client: FlaskClient) -> None:
    with unit_of_work():
        due.declare("k", 1, clock.now() - timedelta(seconds=601))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["clock"] == "late"
    assert answer.json["oldest_due_seconds"] >= 601
