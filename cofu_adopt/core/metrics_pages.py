"""GET /metrics: what was counted, by all processes, and what the database says at this moment."""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import structlog
from flask import Blueprint, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from cofu_adopt.core import access, due, metrics, outbox
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.core.logs import in_one_line
from cofu_adopt.core.registry import gauge, gauges
from config import Settings

bp = Blueprint("metrics", __name__)
log = structlog.get_logger()
LIVE_GAUGE = re.compile(r"gauge_live.*_(\d+)\.db")

gauge("cofu_due_rows_waiting", "Due rows whose time has come.")(due.count_waiting)
gauge("cofu_due_oldest_seconds", "How long the oldest due row has been waiting.")(due.oldest_age_seconds)
gauge("cofu_outbox_waiting", "Messages not sent yet.")(outbox.count_waiting)
gauge("cofu_outbox_oldest_seconds", "Age of the oldest message not sent yet.")(outbox.oldest_age_seconds)


class FromDatabase(Collector):
    """The registered gauges, all read in one transaction. Without a database only that is told."""

    def collect(self) -> Iterator[Metric]:
        """One sample each."""
        try:
            with unit_of_work(writes=False):
                values = {name: read() for name, (_words, read) in gauges().items()}
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the counters are still told
            log.warning("metrics.no_database", error=in_one_line(error))
            values = {}
        yield GaugeMetricFamily("cofu_database_up", "1 when the database answered.", value=float(bool(values)))
        for name, value in values.items():
            yield GaugeMetricFamily(name, gauges()[name][0], value=value)


@bp.get("/metrics")
@access.anonymous()
def show() -> Response:
    """For Prometheus only: with METRICS_TOKEN as bearer, or without one from this machine outside production."""
    if not _may_read(current_app.extensions["settings"]):
        raise NotFound
    registry = CollectorRegistry()
    if metrics.FOLDER:
        forget_dead_gauges(Path(metrics.FOLDER))
        MultiProcessCollector(registry, metrics.FOLDER)  # type: ignore[no-untyped-call]
    else:
        registry.register(metrics.REGISTRY)
    registry.register(FromDatabase())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(settings: Settings) -> bool:
    if settings.metrics_token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.metrics_token}".encode())
    with suppress(ValueError):
        return settings.is_safe_environment and ip_address(request.remote_addr or "").is_loopback
    return False


def forget_dead_gauges(folder: Path) -> None:
    """What a process held ended with it, however it ended; what it counted stays."""
    for path in folder.glob("gauge_live*.db"):
        found = LIVE_GAUGE.fullmatch(path.name)
        if found is not None and not _is_alive(int(found[1])):
            path.unlink(missing_ok=True)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
