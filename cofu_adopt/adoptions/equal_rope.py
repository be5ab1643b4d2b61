"""An equal rope for a paid order that has none: of the same offer, so of the same price and promise.

What she had chosen comes first: the rope itself if it is free again, then its plot, then its square, then the rest of
the offer. Whether the offer is still on sale, and how many ropes she has, was asked when she bought; she has paid.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy import Row, text

from cofu_adopt.adoptions.confirm import make_paid
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.adoptions.rules import rope_label
from cofu_adopt.core.db import attempt, db, is_postgresql

FREE = """
SELECT rope.plot_id, rope.number, plot.code FROM rope JOIN plot ON plot.id = rope.plot_id
WHERE rope.live_adoption_id IS NULL AND rope.plot_id IN (SELECT plot_id FROM offer_plot WHERE offer_id = :offer)
ORDER BY CASE WHEN rope.plot_id = :plot THEN 0
    WHEN plot.sea_grid_id = (SELECT sea_grid_id FROM plot WHERE id = :plot) THEN 1 ELSE 2 END,
    abs(rope.number - :number), rope.plot_id, rope.number LIMIT 1"""
LOCKS = ("FOR NO KEY UPDATE OF rope SKIP LOCKED", "FOR NO KEY UPDATE OF rope")
"""First one that nobody has in hand. That there is none is no proof that all are taken: then one is waited for."""


def find_equal_rope(adoption: Adoption) -> str | None:
    """The label of the rope that she would get at this moment; None when none is free. Locks nothing."""
    found = _nearest(adoption, "")
    return None if found is None else rope_label(found.code, found.number)


def take_equal_rope(adoption: Adoption) -> bool:
    """Take the nearest equal rope for a locked order that waits for one: it becomes paid. False when none is free.

    No posting: the order keeps its Prepaid. Needs an open writing unit of work.
    """
    for lock in LOCKS if is_postgresql() else ("",):
        found = attempt(partial(_nearest, adoption, lock))
        if found is not None:
            _take(adoption, found.plot_id, found.number)
            return True
    return False


def _nearest(adoption: Adoption, lock: str) -> Row[tuple[int, int, str]] | None:
    values = {"offer": adoption.offer_id, "plot": adoption.plot_id, "number": adoption.rope_number}
    return db.session.execute(text(f"{FREE} {lock}"), values).one_or_none()


def _take(adoption: Adoption, plot_id: int, number: int) -> None:
    if adoption.paid_at is None:
        raise AssertionError(f"adoption {adoption.id} is owed a rope and was never paid")
    taken = db.session.execute(
        text(
            "UPDATE rope SET live_adoption_id = :id "
            "WHERE plot_id = :plot AND number = :number AND live_adoption_id IS NULL"
        ),
        {"plot": plot_id, "number": number, "id": adoption.id},
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise AssertionError("a rope was chosen and not taken")
    adoption.plot_id, adoption.rope_number = plot_id, number
    make_paid(adoption, adoption.paid_at)
