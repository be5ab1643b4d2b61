"""An application that is lent to one test after another: making one takes longer than most tests do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from cofu_adopt.app import configure_process, create_app
from cofu_adopt.core import clock
from cofu_adopt.core.api import _kept
from cofu_adopt.core.db import db
from cofu_adopt.core.media.store import store_from_settings
from cofu_adopt.payments.gateways import make_gateways
from config import Settings

ELSEWHERE = "/nowhere"
"""The folder of photos is the borrower's; an application that is not lent has none."""

# What the pages of one application compile to is the same in the next.
Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache()}


@contextmanager
def lent_app(settings: Settings, *, add: Callable[[Flask], None] | None = None) -> Iterator[Flask]:
    """The application with `settings`, inside its context. What the borrower changes in it is put back.

    Routes cannot be, as Flask takes none after the first request: who needs some more names the function that adds
    them, and is lent one that has them. A hook that differs from test to test needs an application of its own.
    """
    app = _made(replace(settings, media_dir=ELSEWHERE, crash_at=""), add)
    configure_process(settings)
    _kept.clear()
    config, extensions, words = dict(app.config), dict(app.extensions), dict(app.jinja_env.globals)
    listeners = _listeners(app)
    app.extensions |= {
        "settings": settings,
        "gateways": make_gateways(settings),
        "media_store": store_from_settings(settings),
    }
    try:
        with in_context(app):
            yield app
            assert _listeners(app) == listeners, (
                "event.remove() what you listened to: the next test has this engine, too"
            )
    finally:
        _put_back(app.config, config)
        _put_back(app.extensions, extensions)
        _put_back(app.jinja_env.globals, words)
        app.test_client_class = None


@contextmanager
def fresh_sqlite(template: Path, link: Path, folder: Path) -> Iterator[None]:
    """Let `link`, the address that an application keeps, lead to a copy of `template` in `folder`, which is a new one.

    Never to the same file twice: a connection that somebody has forgotten, and that ends now, removes the log beside
    the file that it had, by its name.
    """
    path = folder / "database.sqlite3"
    shutil.copy(template, path)
    link.unlink(missing_ok=True)
    link.symlink_to(path)
    yield
    for left in folder.glob(f"{path.name}*"):
        left.unlink()


@contextmanager
def in_context(app: Flask) -> Iterator[Flask]:
    """Inside its context; at the end nothing is connected, and the clock goes as it does."""
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    clock.set_source(None)


@cache
def _made(settings: Settings, add: Callable[[Flask], None] | None) -> Flask:
    app = create_app(settings)
    if add is not None:
        add(app)
    return app


def _listeners(app: Flask) -> list[int]:
    with app.app_context():
        engine = db.engine
    return [
        len(list(getattr(engine.dispatch, name))) for name in ("begin", "commit", "rollback", "before_cursor_execute")
    ]


def _put_back(changed: dict[str, Any], kept: dict[str, Any]) -> None:
    changed.clear()
    changed.update(kept)
