"""A route that sends a table as a file: CSV or XLSX, written before it is logged, logged before it leaves."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from hashlib import file_digest
from typing import Any, TypeVar

from flask import Response, request, send_file
from marshmallow import Schema

from cofu_adopt.core import audit, clock, export
from cofu_adopt.core.api import FILE, ApiBlueprint
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.core.fields import choice

TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
View = TypeVar("View", bound=Callable[..., Any])


class FileArgs(Schema):
    """Which kind of file."""

    format = choice(*TYPES, required=True)


def answers_table(blueprint: ApiBlueprint) -> Callable[[View], View]:
    """Document that a view of the API answers with a table as a file, of one kind or the other."""

    def mark(view: View) -> View:
        for content_type in TYPES.values():
            view = blueprint.response(200, FILE, content_type=content_type)(view)
        return view

    return mark


def send_table(table: export.Table, logged: dict[str, Any]) -> Response:
    """Read in one unit of work, log in another, then send: what left the house is in the log, with its rows."""
    kind = request.args.get("format", "")
    if kind not in TYPES:
        raise NotFound
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile())
        with unit_of_work(writes=False):
            if kind == "csv":
                count = export.write_csv(table.header, table.rows(), file)
            else:
                count = export.write_xlsx(table.header, table.rows(), file, sheet=table.name)
        with unit_of_work():
            after = {"format": kind, "rows": count, **logged}
            audit.record(f"{table.name}.export", "export", table.name, after=after)
        file.seek(0)
        tag = file_digest(file, "sha256").hexdigest()
        file.seek(0)
        # The response closes it after the last byte.
        stack.pop_all()
    day = clock.today().isoformat()
    response = send_file(file, mimetype=TYPES[kind], as_attachment=True, download_name=f"{table.name}-{day}.{kind}")
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-store"
    return response
