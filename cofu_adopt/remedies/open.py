"""Open a remedy: keep what is offered, set the deadline, tell the adopter."""

from __future__ import annotations

from sqlalchemy import select

from cofu_adopt.core import bus, clock, due
from cofu_adopt.core.db import db
from cofu_adopt.events import RemedyOpened, RemedyOwed
from cofu_adopt.remedies.causes import CAUSES
from cofu_adopt.remedies.choose import END_CHOICE
from cofu_adopt.remedies.models import Remedy, RemedyState
from cofu_adopt.remedies.outcomes import WAYS


def open_remedy(owed: RemedyOwed) -> None:
    """Open a remedy in the open unit of work, once an order, cause and source."""
    known = select(Remedy.id).where(
        Remedy.adoption_id == owed.adoption_id, Remedy.cause == owed.cause, Remedy.source == owed.source
    )
    if db.session.scalar(known) is not None:
        return
    terms, now = CAUSES[owed.cause], clock.now()
    remedy = Remedy(
        adoption_id=owed.adoption_id,
        cause=owed.cause,
        source=owed.source,
        amount_fen=owed.amount_fen,
        currency=owed.currency,
        lost_label=owed.rope_label,
        offered=[outcome for outcome in terms.outcomes if outcome in WAYS],
        default_outcome=terms.default,
        state=RemedyState.OPEN,
        opened_at=now,
        choose_until=now + terms.choose_within,
    )
    db.session.add(remedy)
    db.session.flush()
    due.declare(END_CHOICE, remedy.id, remedy.choose_until)
    bus.publish(
        RemedyOpened(
            remedy_id=remedy.id,
            person_id=owed.person_id,
            code=owed.code,
            rope_label=owed.rope_label,
            receipt_email=owed.receipt_email,
            locale=owed.locale,
            cause=owed.cause,
            amount_fen=owed.amount_fen,
            choose_until=remedy.choose_until,
        )
    )
