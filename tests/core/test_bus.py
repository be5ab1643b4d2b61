"""Events and their handlers share the transaction of the use case."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select

from cofu_adopt.core import audit, bus
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work


@dataclass(frozen=True, slots=True)
class Landed:
    """A boat has landed."""

    boat: str


class Sunk(Landed):
    """Not in the table, though its parent is."""


def note(event: Landed) -> None:
    audit.record("first", "boat", event.boat)


def note_again(event: Landed) -> None:
    audit.record("second", "boat", event.boat)


def fail(event: Landed) -> None:
    raise ValueError(event.boat)


def acts() -> list[str]:
    with unit_of_work(writes=False):
        return list(db.session.scalars(select(AuditRecord.act).order_by(AuditRecord.id)))


def test_handlers_run_at_once_in_the_order_of_the_table(app: Flask) -> None:
    bus.init_bus(app, {Landed: (note, note_again)})
    with unit_of_work():
        bus.publish(Landed("b"))
        assert db.session.scalar(select(func.count()).select_from(AuditRecord)) == 2
    assert acts() == ["first", "second"]


def test_an_event_that_nobody_decided_about_is_a_mistake(app: Flask) -> None:
    bus.init_bus(app, {Landed: ()})
    bus.publish(Landed("fine"))
    for stranger in (object(), Sunk("b")):
        with pytest.raises(LookupError, match=r"is not in wiring\.py"):
            bus.publish(stranger)


def test_a_handlers_error_rolls_everything_back(app: Flask) -> None:
    bus.init_bus(app, {Landed: (note, fail, note_again)})
    with pytest.raises(ValueError, match="b"), unit_of_work():
        audit.record("cause", "boat", "b")
        bus.publish(Landed("b"))
    assert acts() == []
