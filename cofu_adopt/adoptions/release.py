"""Let a rope go: its hold is over, or its adopter gives it up. Freed only when the gateway can no longer be paid."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import text

from cofu_adopt.adoptions import rules, transfer
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.queries import label_of, lock_adoption
from cofu_adopt.core import bus, clock, due
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import Due
from cofu_adopt.events import AdoptionExpired
from cofu_adopt.payments import open as payments
from cofu_adopt.payments import queries as payment_queries

END_HOLD = "end_hold"


def end_hold(row: Due) -> None:
    """The hold's time is over: settle its open payment with the gateway, then free the rope if it is still unpaid.

    While the gateway says "pending", or a person must look at the payment, the rope is kept and the row comes back.
    Opens its own units of work; any step may be repeated.
    """
    adoption_id = int(row.subject)
    with unit_of_work(writes=False):
        adoption = db.session.get_one(Adoption, adoption_id)
    if adoption.state != AdoptionState.HELD:
        return
    if not rules.time_is_over(adoption.held_until, clock.now()):
        with unit_of_work("expire.later"):
            due.declare(END_HOLD, adoption_id, adoption.held_until)
        return
    settled = payments.settle_live_payment(adoption_id)
    with unit_of_work("expire"):
        adoption = lock_adoption(adoption_id)
        if adoption.state != AdoptionState.HELD or not rules.time_is_over(adoption.held_until, clock.now()):
            return
        if payment_queries.is_undecided(adoption_id):
            raise StillPaying
        free_rope(adoption, AdoptionState.EXPIRED)
        if settled is not None:
            transfer.tell_over(adoption)
        bus.publish(AdoptionExpired(adoption.id, adoption.person_id, label_of(adoption)))


class StillPaying(due.NotYet):
    """It is not decided whether the order is paid; the due row comes back."""


def free_rope(adoption: Adoption, state: AdoptionState) -> None:
    """Move a locked adoption to `state`, which keeps no rope, and free its rope, in the open unit of work."""
    adoption.state = rules.step(AdoptionState(adoption.state), state)
    adoption.ended_at = clock.now()
    due.withdraw(END_HOLD, adoption.id)
    db.session.flush()
    freed = db.session.execute(
        text(
            "UPDATE rope SET live_adoption_id = NULL "
            "WHERE plot_id = :plot AND number = :number AND live_adoption_id = :id"
        ),
        {"plot": adoption.plot_id, "number": adoption.rope_number, "id": adoption.id},
    )
    if freed.rowcount != 1:  # type: ignore[attr-defined]
        raise AssertionError(f"adoption {adoption.id} did not hold its rope")


def keep_until(adoption: Adoption, until: datetime) -> None:
    """Keep a locked hold's rope until then, where that is longer."""
    adoption.held_until = max(adoption.held_until, until)
    due.declare(END_HOLD, adoption.id, adoption.held_until)


def stop_waiting(adoption: Adoption) -> None:
    """The slow way to pay was given up for a quick one: the rope is kept for no longer than a hold from now."""
    hold = timedelta(seconds=current_app.extensions["settings"].hold_seconds)
    adoption.held_until = min(adoption.held_until, clock.now() + hold)
    due.declare(END_HOLD, adoption.id, adoption.held_until)


def keep_paying(adoption: Adoption) -> None:
    """The payer has finished and the money is not confirmed: keep the rope longer by HOLD_GRACE_SECONDS, once.

    Counted from the hold's own end, so that paying again and again keeps nothing longer.
    """
    settings = current_app.extensions["settings"]
    longest = timedelta(seconds=settings.hold_seconds + settings.hold_grace_seconds)
    adoption.held_until = max(adoption.held_until, adoption.created_at + longest)
    due.declare(END_HOLD, adoption.id, adoption.held_until)
