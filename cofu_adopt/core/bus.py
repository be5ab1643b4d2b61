"""Events in the same transaction: publish() calls the handlers that wiring.py lists, in its order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask, current_app

from cofu_adopt.core import metrics
from cofu_adopt.core.db import count

Table = Mapping[type[Any], Sequence[Callable[[Any], None]]]


def init_bus(app: Flask, table: Table) -> None:
    """Give `app` its table of events and handlers."""
    app.extensions["bus"] = table


def publish(event: object) -> None:
    """Tell `event` to its handlers, now, inside the open unit of work. A handler's error rolls everything back.

    Raises LookupError for an event that wiring.py does not list: an event nobody decided about is a mistake.
    """
    table: Table = current_app.extensions["bus"]
    if type(event) not in table:
        raise LookupError(f"{type(event).__name__} is not in wiring.py")
    for handler in table[type(event)]:
        handler(event)
    count(metrics.EVENTS.labels(type(event).__name__))
