"""What is counted for Prometheus. Slices count through here; what can be asked of the database is not counted.

With PROMETHEUS_MULTIPROC_DIR, prometheus-client's own setting, all processes of a machine (web workers and clocks)
count together in that folder; without it each process counts for itself.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy import Engine, event
from sqlalchemy.pool import QueuePool

from config import make_folder

FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
if FOLDER:
    # The library opens its files as soon as something is named below.
    make_folder(Path(FOLDER), "PROMETHEUS_MULTIPROC_DIR")

REGISTRY = CollectorRegistry()
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

REQUESTS = Histogram(
    "cofu_request_seconds",
    "Requests by endpoint and class of status, and how long they took.",
    ("endpoint", "status"),
    buckets=BUCKETS,
    registry=REGISTRY,
)
REFUSALS = Counter("cofu_refusals", "Refusals by their code; sold_out is one.", ("code",), registry=REGISTRY)
HOLDS = Counter("cofu_holds", "Ropes held.", registry=REGISTRY)
EVENTS = Counter(
    "cofu_events",
    "Events that became true: PaymentSucceeded, RefundSucceeded, AdoptionExpired ...",
    ("event",),
    registry=REGISTRY,
)
DUE_ROWS = Counter(
    "cofu_due_rows",
    "Due rows worked on, by kind and outcome: done, failed, lost.",
    ("kind", "outcome"),
    registry=REGISTRY,
)
GATEWAY_EVENTS = Counter(
    "cofu_gateway_events",
    "Gateway events that were done, by what they are about and outcome: applied, nothing_changed, ignored.",
    ("subject", "outcome"),
    registry=REGISTRY,
)
MESSAGES = Counter(
    "cofu_outbox_messages", "Messages by type and outcome: sent, failed.", ("type", "outcome"), registry=REGISTRY
)
GATEWAY_ERRORS = Counter(
    "cofu_gateway_errors",
    "Calls to a gateway that failed, by kind: rejected, retryable, unknown, unreadable, settings (our key is refused).",
    ("provider", "kind"),
    registry=REGISTRY,
)
POOL_SIZE = Gauge(
    "cofu_pool_size",
    "Connections that the pools of all processes may open.",
    registry=REGISTRY,
    multiprocess_mode="livesum",
)
POOL_IN_USE = Gauge(
    "cofu_pool_in_use", "Connections in use, all processes.", registry=REGISTRY, multiprocess_mode="livesum"
)


def watch_pool(engine: Engine) -> None:
    """Keep count of the connections of `engine`."""
    pool = engine.pool
    if not isinstance(pool, QueuePool):
        return

    @event.listens_for(pool, "checkout")
    def out(_connection: Any, record: Any, _proxy: Any) -> None:
        POOL_SIZE.set(pool.size())
        POOL_IN_USE.inc()
        record.record_info["counted"] = True

    @event.listens_for(pool, "checkin")
    def back(_connection: Any, record: Any) -> None:
        # One that could not be opened is given back without ever having been out.
        if record.record_info.pop("counted", False):
            POOL_IN_USE.dec()
