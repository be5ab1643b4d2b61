"""A route that sends a table as a file: CSV or XLSX, written before it is logged, logged before it leaves."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from flask import Response, request, send_file

from cofu_adopt.core import audit, clock, export
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import NotFound

TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def send_table(
    name: str, header: Sequence[str], rows: Callable[[], Iterator[export.Row]], logged: dict[str, Any]
) -> Response:
    """Read in one unit of work, log in another, then send: what left the house is in the log, with its rows."""
    kind = request.args.get("format", "")
    if kind not in TYPES:
        raise NotFound
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile())
        with unit_of_work(writes=False):
            if kind == "csv":
                count = export.write_csv(header, rows(), file)
            else:
                count = export.write_xlsx(header, rows(), file, sheet=name)
        with unit_of_work():
            audit.record(f"{name}.export", "export", name, after={"format": kind, "rows": count, **logged})
        file.seek(0)
        # The response closes it after the last byte.
        stack.pop_all()
    day = clock.today().isoformat()
    response = send_file(file, mimetype=TYPES[kind], as_attachment=True, download_name=f"{name}-{day}.{kind}")
    response.headers["Cache-Control"] = "no-store"
    return response
