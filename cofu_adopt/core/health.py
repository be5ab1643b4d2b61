"""/healthz says that the process lives, /readyz that it can serve."""

from __future__ import annotations

from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app
from sqlalchemy import text

from cofu_adopt.core import access, due
from cofu_adopt.core.db import db, is_postgresql, unit_of_work

bp = Blueprint("health", __name__)
LATE_WORK_SECONDS = 60


@bp.get("/healthz")
@access.anonymous()
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
@access.anonymous()
def readyz() -> tuple[dict[str, Any], int]:
    """The database answers, takes writes and is migrated to the newest revision; late work is a warning only."""
    try:
        with unit_of_work(writes=False):
            if is_postgresql() and db.session.scalar(text("SELECT current_setting('transaction_read_only')")) == "on":
                # Not kept: the next one may be to another server.
                db.session().invalidate()
                return {"status": "unavailable", "database": "read_only"}, 503
            current = MigrationContext.configure(db.session.connection()).get_current_revision()
            late_seconds = due.oldest_age_seconds()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the database, the answer is "not ready"
        return {"status": "unavailable", "database": type(error).__name__}, 503
    head = newest_revision()
    state = {
        "status": "ready" if current == head else "unavailable",
        "database": "ok",
        "migration": {"current": current, "head": head},
        "oldest_due_seconds": round(late_seconds),
        "clock": "late" if late_seconds > LATE_WORK_SECONDS else "ok",
    }
    return state, 200 if current == head else 503


def newest_revision() -> str | None:
    """The newest migration that ships with this code."""
    return ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
