"""JSON log lines with a request id; what looks like a secret or a phone number is redacted."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET_NAMES = re.compile(r"secret|password|token|code|phone|address|account|cookie|authorization", re.IGNORECASE)
LONG_DIGITS = re.compile(r"(?<!\d)(\d{3})\d{4,12}(\d{4})(?!\d)")
DETAIL = re.compile(r"^(DETAIL: ).*$", re.MULTILINE)
"""PostgreSQL repeats a refused row's values there."""
HINT = "(raised as a result of "
"""SQLAlchemy puts a line before the error when it came up in an autoflush."""
KEPT = frozenset({"status_code", "error_code"})
IDS = frozenset({"request_id", "id"})
"""Random names of ours, which may look like long numbers."""


def redact(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide values under telling names, and the middle of long digit runs anywhere."""
    for name, value in line.items():
        if name != "timestamp" and not name.startswith("_"):
            line[name] = _redacted(name, value)
    return line


def _redacted(name: str, value: Any) -> Any:
    if name in IDS:
        return value
    if name not in KEPT and SECRET_NAMES.search(name):
        return "[hidden]"
    if isinstance(value, dict):
        return {str(key): _redacted(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted("", inner) for inner in value]
    if isinstance(value, bool | float) or value is None:
        return value
    text = LONG_DIGITS.sub(r"\1****\2", DETAIL.sub(r"\1[hidden]", str(value)))
    return value if isinstance(value, int) and text == str(value) else text


def in_one_line(error: Exception) -> str:
    """What an error says, to be kept in a row: its name and first line, which holds no values of a statement."""
    lines = [line for line in str(error).split("\n") if not line.startswith(HINT)]
    return f"{type(error).__name__}: {lines[0] if lines else ''}"[:500]


def configure(level: str) -> None:
    """Send all logs, the libraries' too, as JSON lines to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("alembic").setLevel("WARNING")
    # That a tick is left out while the one before still works is as it should be; it would be told every second.
    logging.getLogger("apscheduler").setLevel("ERROR")
    # It would write down every request: the code that it sends, the note.
    logging.getLogger("tencentcloud_sdk_common").setLevel("WARNING")
