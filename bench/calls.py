"""The requests of the bench as bytes, as a mini-program would send them."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Callable

from bench.load import Make
from bench.sea import FULL, HOT, PEOPLE, SPREAD_PLOTS


def get(path: str, *, etag: str = "") -> Make:
    """A read of a path; with `etag`, one that knows the answer already."""
    known = f"If-None-Match: {etag}\r\n" if etag else ""
    request = f"GET {path} HTTP/1.1\r\nHost: bench\r\n{known}\r\n".encode()
    return lambda _connection, _turn: request


def hold_hot(offer_id: int) -> Make:
    """Any rope of the hot plot."""
    return _hold(offer_id, lambda: HOT)


def hold_spread(offer_id: int) -> Make:
    """Any rope of one of the 400 plots."""
    return _hold(offer_id, _some_plot)


def hold_any(offer_id: int) -> Make:
    """Any rope of the offer."""
    return _hold(offer_id, lambda: None)


def hold_full(offer_id: int) -> Make:
    """Any rope of the plot that is sold out."""
    return _hold(offer_id, lambda: FULL)


def _some_plot() -> str:
    number = random.randrange(SPREAD_PLOTS)  # noqa: S311 - no secret
    return f"Z{1 + number % 8}-{1 + number // 8:02d}"


def _hold(offer_id: int, choose: Callable[[], str | None]) -> Make:
    run = secrets.token_hex(4)

    def make(connection: int, turn: int) -> bytes:
        wanted = {"offer_id": offer_id, "plot": choose()}
        body = json.dumps({name: value for name, value in wanted.items() if value is not None})
        person = 1 + random.randrange(PEOPLE)  # noqa: S311
        return (
            "POST /api/v1/holds HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer cofu_bench_{person}\r\nIdempotency-Key: {run}-{connection}-{turn}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    return make
