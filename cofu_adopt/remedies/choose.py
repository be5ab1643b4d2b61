"""Choose: the adopter, the workshop for her, or the clock when the time is over. Whoever comes first; one effect.

All three lock the order's payments, then the order, and then turn the remedy from open to chosen in one conditional
statement: of two at once the second finds what the first has chosen.
"""

from __future__ import annotations

from sqlalchemy import select, update

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core import audit, clock, due
from cofu_adopt.core.db import db
from cofu_adopt.core.due import Due
from cofu_adopt.payments.queries import lock_payments
from cofu_adopt.remedies.errors import AlreadyChosen, ChoiceOver, NotOffered
from cofu_adopt.remedies.models import ChosenBy, Outcome, Remedy, RemedyState
from cofu_adopt.remedies.outcomes import WAYS
from cofu_adopt.remedies.queries import newest_of_order

END_CHOICE = "end_choice"


class TooEarly(due.NotYet):
    """A clock that ran ahead has claimed the row; it comes back."""


def choose(code: str, person_id: int, outcome: str) -> None:
    """The adopter chooses for her order, in the open unit of work. Choosing the same again is fine.

    Raises NotFound, NotOffered, AlreadyChosen, ChoiceOver, NoEqualRope: then nothing has changed.
    """
    _choose(adoptions.find_own(code, person_id).id, outcome, ChosenBy.ADOPTER)


def choose_by_staff(code: str, outcome: str, *, reason: str) -> None:
    """As `choose`, by the workshop on the adopter's behalf, for a `reason` that the audit log keeps."""
    _choose(adoptions.get_id(code), outcome, ChosenBy.STAFF, reason)


def end_choice(row: Due) -> None:
    """The time to choose is over: if nobody has chosen, what was said beforehand happens."""
    remedy = db.session.get_one(Remedy, int(row.subject))
    if remedy.state != RemedyState.OPEN:
        return
    if clock.now() < remedy.choose_until:
        raise TooEarly
    _choose(remedy.adoption_id, remedy.default_outcome, ChosenBy.DEFAULT)


def _choose(adoption_id: int, outcome: str, by: ChosenBy, reason: str | None = None) -> None:
    lock_payments(adoption_id)
    adoption = adoptions.lock_adoption(adoption_id)
    remedy = newest_of_order(adoption_id)
    if remedy.state != RemedyState.OPEN:
        # The clock came too late; a person is told unless it is what she wants anyway.
        if by is ChosenBy.DEFAULT or outcome == remedy.outcome:
            return
        raise AlreadyChosen
    if outcome not in remedy.offered:
        raise NotOffered
    if clock.now() >= remedy.choose_until and outcome != remedy.default_outcome:
        raise ChoiceOver
    _settle(adoption, remedy, Outcome(outcome), by, reason)


def _settle(adoption: Adoption, remedy: Remedy, outcome: Outcome, by: ChosenBy, reason: str | None) -> None:
    now, before = clock.now(), adoption.state
    claimed = db.session.execute(
        update(Remedy)
        .where(Remedy.id == remedy.id, Remedy.state == RemedyState.OPEN)
        .values(state=RemedyState.CHOSEN, outcome=outcome, chosen_by=by, chosen_at=now)
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        raise AssertionError(f"remedy {remedy.id} was chosen by two at once")
    if WAYS[outcome].carry_out(adoption, remedy) is RemedyState.DONE:
        remedy.state, remedy.done_at = RemedyState.DONE, now
    if by is not ChosenBy.DEFAULT:
        # The clock's own row is deleted by whoever runs it, in the same transaction.
        due.withdraw(END_CHOICE, remedy.id)
    audit.record(
        "remedy.choose",
        "adoption",
        adoption.id,
        before={"state": before, "rope": remedy.lost_label},
        after={
            "state": adoption.state,
            **({"rope": adoptions.label_of(adoption)} if outcome is Outcome.ROPE else {}),
            "outcome": outcome,
            "chosen_by": by,
            **({"reason": reason} if reason else {}),
        },
    )


def note_money_of(adoption_id: int, *, is_back: bool) -> None:
    """The order's money has gone back, or has not after all: its remedy of money is done, or again on its way."""
    remedy = db.session.scalar(
        select(Remedy)
        .where(Remedy.adoption_id == adoption_id, Remedy.outcome == Outcome.MONEY)
        .order_by(Remedy.id.desc())
        .limit(1)
    )
    if remedy is not None:
        remedy.state = RemedyState.DONE if is_back else RemedyState.CHOSEN
        remedy.done_at = clock.now() if is_back else None


def note_taken_back(adoption_id: int) -> None:
    """The order has ended as the payer's bank took the money back: its open remedy is done, by money."""
    now = clock.now()
    remedy = db.session.scalar(
        update(Remedy)
        .where(Remedy.adoption_id == adoption_id, Remedy.state == RemedyState.OPEN)
        .values(state=RemedyState.DONE, outcome=Outcome.MONEY, chosen_by=ChosenBy.DEFAULT, chosen_at=now, done_at=now)
        .returning(Remedy.id)
    )
    if remedy is not None:
        due.withdraw(END_CHOICE, remedy)
