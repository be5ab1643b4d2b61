"""The hot path: take a free rope and write its adoption, in one statement on PostgreSQL.

Three guards against a double sale: the short write transaction, the conditional UPDATE whose rows are counted, and
the partial unique index uq_adoption_one_live_per_rope. Design and figures: PERFORMANCE.md (a row per rope, primary
key (plot, number), random start, SKIP LOCKED); "no row" is no proof of "sold out": ropes that others have only locked
are waited for before it is said.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import JSON, Date, text

from cofu_adopt.core import metrics
from cofu_adopt.core.db import UtcDateTime, attempt, count, db, is_postgresql
from cofu_adopt.core.hot import Hot

MOST_ROUNDS = 25
COLUMNS = (
    "code, person_id, offer_id, plot_id, rope_number, season, state, price_fen, currency, parcels, promised_net_g, "
    "harvest_from_on, harvest_to_on, cancel_until_on, split_rule, request_key, created_at, held_until"
)
VALUES = (
    ":code, :person_id, :offer_id, {plot}, {number}, :season, 'held', :price_fen, :currency, :parcels, "
    ":promised_net_g, :harvest_from_on, :harvest_to_on, :cancel_until_on, :split_rule, :request_key, "
    ":created_at, :held_until"
)
LIVE_OF_OFFER = (
    "(SELECT count(*) FROM adoption WHERE person_id = :person_id AND offer_id = :offer_id "
    "AND state IN ('held', 'paid', 'harvested', 'delivered', 'lost'))"
)
THE_ROPE = "rope.plot_id = :plot_id AND rope.number = :rope_number"
OF_PLOT = "rope.plot_id = :plot_id"
OF_OFFER = "rope.plot_id IN (SELECT plot_id FROM offer_plot WHERE offer_id = :offer_id)"
SOMEWHERE_ON = (
    "rope.plot_id = :start_id AND rope.number >= "
    "CAST(:start * (SELECT max(number) FROM rope WHERE plot_id = :start_id) AS INTEGER)"
)
"""Within one plot, from a random rope on: it keeps buyers apart."""
FREE = f"live_adoption_id IS NULL AND {LIVE_OF_OFFER} < :limit"


class OverLimit(Exception):
    """The person has as many ropes of the offer as one may have."""


class Contended(Exception):
    """Free ropes were seen in every round, and each time somebody else was faster: say "busy", not "sold out"."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is written on the adoption; one field per column, and how many ropes of the offer a person may have."""

    person_id: int
    offer_id: int
    season: int
    price_fen: int
    currency: str
    parcels: int
    promised_net_g: int
    harvest_from_on: Any
    harvest_to_on: Any
    cancel_until_on: Any
    split_rule: dict[str, Any]
    request_key: str
    created_at: datetime
    held_until: datetime
    limit: int


@dataclass(frozen=True, slots=True)
class Placed:
    """The adoption that was written and its rope."""

    id: int
    code: str
    plot_code: str
    rope_number: int


def place(
    terms: Terms, *, plot_id: int | None, rope_number: int | None, start_id: int, may_have_free: bool = True
) -> Placed | None:
    """Take the rope `rope_number` of `plot_id`, or any of `plot_id`, or any of the offer, for `terms`.

    `start_id`: the plot where the search begins; a random one of the offer keeps buyers apart. `may_have_free`: false
    when the caller has seen that no rope of the plot is free in what is committed. Returns None when the rope is taken
    or none is free. The caller has locked the person. Raises OverLimit, and Contended when free ropes were seen but
    could not be had in MOST_ROUNDS rounds.
    """
    if rope_number is None and not may_have_free:
        _refuse_over_limit(terms)
        return None
    values = {
        **{name: getattr(terms, name) for name in Terms.__slots__},
        "code": new_code(),
        "plot_id": plot_id,
        "rope_number": rope_number,
        "start_id": start_id,
        "start": random_start(),
    }
    run = _postgresql if is_postgresql() else _sqlite
    if rope_number is not None:
        placed = run(THE_ROPE, values, "FOR NO KEY UPDATE")
        if placed is None:
            _refuse_over_limit(terms)
        return placed
    placed = run(SOMEWHERE_ON, values, "FOR NO KEY UPDATE SKIP LOCKED")
    if placed is not None:
        return placed
    scope = OF_PLOT if plot_id is not None else OF_OFFER
    # What others have only locked is still free in what is committed: when this sees none, all are sold.
    seen = _run(f"SELECT {LIVE_OF_OFFER} AS live, {_any_free(scope)} AS free", values).one()
    if seen.live >= terms.limit:
        raise OverLimit
    if not seen.free:
        return None
    return _look_everywhere(scope, values)


def _look_everywhere(scope: str, values: dict[str, Any]) -> Placed | None:
    # Free ropes are few, or others have locked them.
    run = _postgresql if is_postgresql() else _sqlite
    for lock in ("FOR NO KEY UPDATE SKIP LOCKED", *["FOR NO KEY UPDATE"] * MOST_ROUNDS):
        # A rope that turns out to be sold once its lock is had stays locked: let go of all of them before looking
        # again, or two who look again wait for one another.
        placed = attempt(partial(run, scope, values, lock))
        if placed is not None:
            return placed
        if "SKIP" not in lock and not _run(f"SELECT {_any_free(scope)} AS free", values).scalar_one():
            return None
    raise Contended


def _refuse_over_limit(terms: Terms) -> None:
    # Whose last ropes they are is told that she has them, not that they are gone.
    if count_live(terms.person_id, terms.offer_id) >= terms.limit:
        raise OverLimit


def random_start() -> float:
    """Where in a plot the search begins, in parts of its length."""
    return secrets.randbelow(1 << 24) / (1 << 24)


def new_code() -> str:
    """A code that people can read out and nobody can guess: 10 characters without 0, 1, I, L, O, U."""
    return "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(10))


def lock_person(person_id: int) -> None:
    """Let one person's holds wait for each other, so that the limit per person holds."""
    if is_postgresql():
        db.session.execute(text("SELECT id FROM person WHERE id = :id FOR NO KEY UPDATE"), {"id": person_id})


def count_live(person_id: int, offer_id: int) -> int:
    """How many ropes of the offer the person has or holds."""
    found: int = db.session.execute(
        text(f"SELECT {LIVE_OF_OFFER}"), {"person_id": person_id, "offer_id": offer_id}
    ).scalar_one()
    return found


def _postgresql(condition: str, values: dict[str, Any], lock: str) -> Placed | None:
    row = _run(
        f"""
WITH free AS (
    SELECT plot_id, number FROM rope WHERE {condition} AND {FREE}
    ORDER BY plot_id, number LIMIT 1 {lock}),
placed AS (
    INSERT INTO adoption ({COLUMNS}) SELECT {VALUES.format(plot="free.plot_id", number="free.number")}
    FROM free RETURNING id, plot_id, rope_number),
taken AS (
    UPDATE rope SET live_adoption_id = placed.id FROM placed
    WHERE rope.plot_id = placed.plot_id AND rope.number = placed.rope_number AND rope.live_adoption_id IS NULL
    RETURNING 1),
due AS (
    INSERT INTO due_row (kind, subject, period, due_at, tries)
    SELECT 'end_hold', placed.id::text, '', :held_until, 0 FROM placed)
SELECT placed.id, plot.code AS plot_code, placed.rope_number, (SELECT count(*) FROM taken) AS taken
FROM placed JOIN plot ON plot.id = placed.plot_id""",  # noqa: S608 - constants only
        values,
    ).one_or_none()
    if row is None:
        return None
    if row.taken != 1:
        raise AssertionError("a rope was chosen and not taken")
    count(metrics.HOLDS)
    return Placed(row.id, values["code"], row.plot_code, row.rope_number)


def _sqlite(condition: str, values: dict[str, Any], _lock: str) -> Placed | None:
    # The transaction holds SQLite's write lock (BEGIN IMMEDIATE): nobody writes between these statements.
    free = _run(
        "SELECT plot_id, number, (SELECT code FROM plot WHERE id = plot_id) AS plot_code "  # noqa: S608 - constants only
        f"FROM rope WHERE {condition} AND {FREE} "
        "ORDER BY plot_id, number LIMIT 1",
        values,
    ).one_or_none()
    if free is None:
        return None
    here = {**values, "free_plot": free.plot_id, "free_number": free.number}
    row_values = VALUES.format(plot=":free_plot", number=":free_number")
    placed = _run(f"INSERT INTO adoption ({COLUMNS}) VALUES ({row_values}) RETURNING id", here)  # noqa: S608 - constants only
    here["adoption_id"] = placed.scalar_one()
    taken = _run(
        "UPDATE rope SET live_adoption_id = :adoption_id "
        "WHERE plot_id = :free_plot AND number = :free_number AND live_adoption_id IS NULL",
        here,
    )
    if taken.rowcount != 1:
        raise AssertionError("a rope was chosen and not taken")
    _run(
        "INSERT INTO due_row (kind, subject, period, due_at, tries) "
        "VALUES ('end_hold', CAST(:adoption_id AS TEXT), '', :held_until, 0)",
        here,
    )
    count(metrics.HOLDS)
    return Placed(here["adoption_id"], values["code"], free.plot_code, free.number)


def _any_free(scope: str) -> str:
    return f"EXISTS (SELECT 1 FROM rope WHERE {scope} AND live_adoption_id IS NULL)"  # noqa: S608 - constants only


BINDS: dict[str, Any] = {
    "split_rule": JSON,
    "created_at": UtcDateTime,
    "held_until": UtcDateTime,
    "harvest_from_on": Date,
    "harvest_to_on": Date,
    "cancel_until_on": Date,
}
_statements: dict[str, Hot] = {}


def _run(sql: str, values: dict[str, Any]) -> Any:
    if sql not in _statements:
        _statements[sql] = Hot(sql, binds=BINDS)
    return _statements[sql].run(values)
