"""How long one answer may wait for the database: a visitor hears "busy" within five seconds, and no worker hangs.

The waiting of a request is added up, over all its statements; its own work does not count. On PostgreSQL the client
keeps the time itself, so that a server or a network that says nothing at all is left, too.
"""

from __future__ import annotations

import select
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool
from sqlalchemy.pool.base import ConnectionPoolEntry

from cofu_adopt.core import clock

ANSWER_SECONDS = 2.5
"""For all the waiting of one request; the pool and a new connection may add POOL_SECONDS or CONNECT_SECONDS once."""
POOL_SECONDS = 1.5
CONNECT_SECONDS = 2
LEAST_SECONDS = 0.3
"""For what must still be said when the time is over, such as ROLLBACK."""
SURE_SECONDS = 1.0
LONGEST_SECONDS = 20.0
"""For one statement where nobody waits for an answer: jobs, commands, and what is_patient."""
WITHOUT_END = 10.0**9


@dataclass(slots=True)
class _Budget:
    left: float
    most: float = LONGEST_SECONDS


_budget: ContextVar[_Budget | None] = ContextVar("patience", default=None)
Result = TypeVar("Result")


@contextmanager
def limited(seconds: float | None = None) -> Iterator[None]:
    """Let what happens inside wait for the database for `seconds` (default: ANSWER_SECONDS) altogether."""
    token = _budget.set(_Budget(ANSWER_SECONDS if seconds is None else seconds))
    try:
        yield
    finally:
        _budget.reset(token)


@contextmanager
def without_end() -> Iterator[None]:
    """Let a statement inside take as long as it takes: a migration of large tables."""
    token = _budget.set(_Budget(float("inf"), WITHOUT_END))
    try:
        yield
    finally:
        _budget.reset(token)


def be_patient() -> None:
    """The rest of this request may wait long: an import or an export, for which its caller is ready to wait."""
    budget = _budget.get()
    if budget is not None:
        budget.left = float("inf")


def somebody_waits() -> bool:
    """True in a request that is to be answered soon; False in a job, a command, and what is_patient."""
    budget = _budget.get()
    return budget is not None and budget.left != float("inf")


@contextmanager
def waiting() -> Iterator[float]:
    """Give the seconds that one wait for the database may take, and count those that it took."""
    budget = _budget.get()
    if budget is None:
        yield LONGEST_SECONDS
        return
    began = clock.stopwatch()
    try:
        yield min(max(budget.left, LEAST_SECONDS), budget.most)
    finally:
        budget.left -= clock.stopwatch() - began


def is_passing(error: Exception) -> bool:
    """True when the database is slow, full, locked or away: nothing has happened, and it may be tried again."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, PoolTimeout)
    # SQLite calls a broken statement operational too; that is our own fault.
    is_broken = getattr(error.orig, "sqlite_errorname", "") == "SQLITE_ERROR"
    return error.connection_invalidated or (isinstance(error, OperationalError) and not is_broken)


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection that is closed when the server has not answered in time."""

    heard_at: float = 0.0

    def wait(self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None) -> Result:
        """Wait for the server, but not longer than the request may."""
        # As waiting(), without a generator: it is passed several times in each request.
        budget = _budget.get()
        seconds = LONGEST_SECONDS if budget is None else min(max(budget.left, LEAST_SECONDS), budget.most)
        began = clock.stopwatch()
        try:
            return super().wait(gen, interval, seconds if timeout is None else min(seconds, timeout))
        except _WaitTimeout as error:
            self.close()
            raise psycopg.OperationalError("the database did not answer in time") from error
        finally:
            self.heard_at = clock.stopwatch()
            if budget is not None:
                budget.left -= self.heard_at - began

    def is_surely_there(self) -> bool:
        """True when the server has answered within a second and has not hung up since: no need to ask it."""
        if self.closed or clock.stopwatch() - self.heard_at > SURE_SECONDS:
            return False
        socket = select.poll()
        socket.register(self.fileno(), select.POLLIN)
        return not socket.poll(0)


class CountedPool(QueuePool):
    """A pool in which waiting for a connection counts, too."""

    def _do_get(self) -> ConnectionPoolEntry:
        with waiting():
            return super()._do_get()
