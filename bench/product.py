"""What the product does through its public API, with everything on."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass, field
from http import HTTPStatus

from bench import calls
from bench.cpu import cpu_seconds, resident_mib
from bench.load import Make, Outcome, run_load
from bench.sea import FULL, Sea
from bench.server import Server
from bench.yardstick import Measure

CONNECTIONS = 16
COUNT = "SELECT count(*) FROM adoption"
FREE_IN_FULL = f"SELECT count(*) FROM rope JOIN plot ON id = plot_id WHERE code = '{FULL}' AND live_adoption_id IS NULL"  # noqa: S608
OVERSOLD = (
    "SELECT count(*) FROM (SELECT 1 FROM adoption WHERE state = 'held' "
    "GROUP BY plot_id, rope_number HAVING count(*) > 1) twice"
)


class Wrong(Exception):
    """The product did not answer as it must: there is nothing to measure."""


@dataclass(slots=True)
class Product:
    """The measurements of one server. `growth_mib`: of the worker that grew most, after warming up."""

    server: str
    orders: dict[str, Measure] = field(default_factory=dict)
    reads: dict[str, float] = field(default_factory=dict)
    sold_out_rate: float = 0.0
    growth_mib: float = 0.0
    grown_over: int = 0
    p99_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Bench:
    """Where it is measured, and for how long each."""

    sea: Sea
    server: Server
    postmaster: int
    seconds: int

    def warm_up(self) -> None:
        """Fill the pools and caches, and sell the small plot out."""
        while self.sea.ask(FREE_IN_FULL):
            self.load(calls.hold_full(self.offer_id), seconds=1)
        self.load(calls.hold_spread(self.offer_id), seconds=3)

    @property
    def offer_id(self) -> int:
        """The offer on sale."""
        return self.sea.ask("SELECT max(id) FROM adoption_offer")

    def load(self, make: Make, *, seconds: float | None = None) -> Outcome:
        """Keep all connections busy."""
        return run_load(self.server.port, make, connections=CONNECTIONS, seconds=seconds or self.seconds)

    def orders(self, name: str, make: Make) -> tuple[Measure, Outcome]:
        """Place orders, and count those that were written."""
        self.sea.freshen()
        written, server, database = self.sea.ask(COUNT), cpu_seconds(self.server.root), cpu_seconds(self.postmaster)
        outcome = self.load(make)
        server = cpu_seconds(self.server.root) - server
        database = cpu_seconds(self.postmaster) - database
        rows = self.sea.ask(COUNT) - written
        if rows == 0 or rows != outcome.statuses[HTTPStatus.CREATED] or rows != outcome.statuses.total():
            raise Wrong(f"{name}: {rows} orders written, answers {dict(outcome.statuses)}")
        return Measure(name, rows, outcome.seconds, server * 1000 / rows, database * 1000 / rows), outcome

    def sold_out(self) -> float:
        """Refusals a second of a plot that is full."""
        outcome = self.load(calls.hold_full(self.offer_id))
        return self._only(outcome, HTTPStatus.CONFLICT, "sold out")

    def read(self, path: str, *, etag: bool = False) -> float:
        """Answers a second of a read."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.server.port}{path}", timeout=30) as answer:
            known = answer.headers.get("ETag", "") if etag else ""
        outcome = self.load(calls.get(path, etag=known), seconds=max(1, self.seconds / 2))
        # Free ropes are counted there: an answer that is made anew may be the same or not.
        return self._only(outcome, HTTPStatus.NOT_MODIFIED if etag else HTTPStatus.OK, path)

    def workers_mib(self) -> dict[int, float]:
        """Resident memory of each worker."""
        return {worker: resident_mib(worker) for worker in self.server.workers}

    @staticmethod
    def _only(outcome: Outcome, status: HTTPStatus, what: str) -> float:
        if set(outcome.statuses) != {status}:
            raise Wrong(f"{what}: answers {dict(outcome.statuses)}, not only {status}")
        return outcome.statuses[status] / outcome.seconds


def measure(bench: Bench, *, whole: bool) -> Product:
    """Measure a server; not `whole`: only what a choice of server needs."""
    found = Product(bench.server.name)
    bench.warm_up()
    found.reads["ping"] = bench.read("/healthz")
    found.orders["hot"], _ = bench.orders("hot", calls.hold_hot(bench.offer_id))
    if not whole:
        return found
    before, written = bench.workers_mib(), bench.sea.ask(COUNT)
    found.orders["spread"], outcome = bench.orders("spread", calls.hold_spread(bench.offer_id))
    found.p99_ms = outcome.percentile(0.99)
    found.orders["any"], _ = bench.orders("any", calls.hold_any(bench.offer_id))
    after = bench.workers_mib()
    found.growth_mib = max(after[worker] - mib for worker, mib in before.items())
    found.grown_over = (bench.sea.ask(COUNT) - written) // max(1, len(before))
    found.sold_out_rate = bench.sold_out()
    ping = bench.read("/healthz")
    found.reads["sea map"] = bench.read("/api/v1/grids")
    found.reads["listing"] = bench.read("/api/v1/grids/Z1/plots")
    found.reads["sea map 304"] = bench.read("/api/v1/grids", etag=True)
    found.reads["listing 304"] = bench.read("/api/v1/grids/Z1/plots", etag=True)
    # Right before and right after what is held against it.
    found.reads["ping"] = (ping + bench.read("/healthz")) / 2
    return found
