"""A crash between the inbox and its effect: nothing of it happened, and it is replayed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cofu_adopt import wiring
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import DueRow
from cofu_adopt.events import AdoptionPaid, AdoptionRefunded, PaymentSucceeded, RefundSucceeded
from cofu_adopt.ledger.models import JournalEntry
from cofu_adopt.notify.models import Message
from cofu_adopt.payments.models import GatewayEvent
from tests.season import Season


class Crash(Exception):
    """Whatever may go wrong in a handler."""


def crash(_event: object) -> None:
    raise Crash


def rows(table: type) -> int:
    with unit_of_work(writes=False):
        return len(db.session.scalars(select(table)).all())


@pytest.mark.parametrize("event", [PaymentSucceeded, AdoptionPaid])
def test_a_payment_whose_handler_crashes_is_replayed_from_the_inbox(season: Season, event: type) -> None:
    """Case 25."""
    adoption = season.hold()
    whole = season.app.extensions["bus"]
    # The crash comes last: all that the handlers before it did must be undone.
    season.app.extensions["bus"] = {**wiring.TABLE, event: (*wiring.TABLE[event], crash)}
    season.pay(adoption)
    assert season.state(adoption) == "held"
    assert [one.state for one in season.payments(adoption)] == ["open"]
    assert (rows(JournalEntry), rows(Message)) == (0, 0)
    with unit_of_work(writes=False):
        [stored] = db.session.scalars(select(GatewayEvent))
        assert (stored.done_at, stored.attempts, stored.last_error) == (None, 1, "Crash: ")
    season.tick(seconds=1)
    assert season.state(adoption) == "held"
    with unit_of_work(writes=False):
        errors = list(db.session.scalars(select(DueRow.last_error).where(DueRow.kind == "apply_event")))
    assert errors == ["Crash: "]
    season.app.extensions["bus"] = whole
    season.tick(minutes=1)
    assert season.state(adoption) == "paid"
    assert (rows(JournalEntry), rows(Message)) == (2, 1), "the money, and what the gateway keeps of it"
    with unit_of_work(writes=False):
        assert db.session.scalars(select(GatewayEvent.attempts)).one() == 3
    assert season.violations() == {}


@pytest.mark.parametrize("event", [RefundSucceeded, AdoptionRefunded])
def test_a_refund_whose_handler_crashes_is_sent_again_once_in_effect(season: Season, event: type) -> None:
    adoption = season.paid()
    season.cancel(adoption)
    whole = season.app.extensions["bus"]
    season.app.extensions["bus"] = {**wiring.TABLE, event: (*wiring.TABLE[event], crash)}
    season.tick(seconds=1)
    assert season.state(adoption) == "cancelled"
    assert season.violations() == {}
    season.app.extensions["bus"] = whole
    season.tick(hours=1)
    assert season.state(adoption) == "refunded"
    assert season.violations() == {}
