"""The audit log says who, what, when, and in which request."""

from __future__ import annotations

import pytest
from flask import Flask, g
from sqlalchemy import select

from cofu_adopt.core import audit, clock
from cofu_adopt.core.access import Caller
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work


def records() -> list[AuditRecord]:
    with unit_of_work(writes=False):
        return list(db.session.scalars(select(AuditRecord).order_by(AuditRecord.id)))


def test_an_act_of_a_caller(app: Flask) -> None:
    with clock.frozen() as still, app.test_request_context():
        g.caller, g.request_id = Caller(7, "x", frozenset()), "abc-12345"
        with unit_of_work():
            audit.record("offer.publish", "offer", 3, before={"state": "draft"}, after={"state": "published"})
    (row,) = records()
    assert (row.actor_id, row.act, row.subject_kind, row.subject_id) == (7, "offer.publish", "offer", "3")
    assert (row.before, row.after) == ({"state": "draft"}, {"state": "published"})
    assert (row.request_id, row.at) == ("abc-12345", still.at)


def test_an_act_of_the_clock_is_nobodys(app: Flask) -> None:
    with unit_of_work():
        audit.record("hold.end", "adoption", "x")
    (row,) = records()
    assert (row.actor_id, row.request_id, row.before, row.after) == (None, None, None, None)


def test_what_was_rolled_back_is_not_on_record(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        audit.record("offer.publish", "offer", 3)
        raise ZeroDivisionError
    assert records() == []
