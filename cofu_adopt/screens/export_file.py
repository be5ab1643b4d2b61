"""A table as a file to download: written piece by piece, logged, then sent."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import Response, send_file

from cofu_adopt.core import audit, clock, export
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import NotFound

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def send_table(
    kind: str, name: str, header: Sequence[str], rows: Callable[[], Iterator[export.Row]], logged: dict[str, Any]
) -> Response:
    """Send `rows` as a file of `kind`; the audit log says that `name` was exported, how many rows, and `logged`.

    Needs no open unit of work: reading is one, logging another, and nothing leaves before it is logged.
    """
    if kind not in TYPES:
        raise NotFound
    file = tempfile.TemporaryFile()  # noqa: SIM115 - send_file closes it after the last byte
    with unit_of_work(writes=False):
        if kind == "csv":
            count = export.write_csv(header, rows(), file)
        else:
            count = export.write_xlsx(header, rows(), file, sheet=name)
    with unit_of_work():
        audit.record(f"{name}.export", "export", name, after={"format": kind, "rows": count, **logged})
    file.seek(0)
    day = clock.today().isoformat()
    response = send_file(file, mimetype=TYPES[kind], as_attachment=True, download_name=f"{name}-{day}.{kind}")
    response.headers["Cache-Control"] = "no-store"
    return response
