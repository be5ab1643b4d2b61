"""Addresses of static files that change when the file changes, and the style sheets made of all components."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, url_for

from cofu_adopt.core import access

STATIC = Path(__file__).parent.parent / "static"
bp = Blueprint("style", __name__)
SHEETS = {"app": "css", "desk": "css/desk", "boat": "css/boat"}
"""The folder of each sheet. Every page has the first; no shopper's phone loads what only the desk or a boat needs."""


def asset(name: str) -> str:
    """The address of static/`name`, or of a joined style sheet such as "app.css"."""
    sheet_name = name.removesuffix(".css")
    if sheet_name in SHEETS:
        return url_for("style.sheet", name=sheet_name, version=_version_of(style_sheet(sheet_name)))
    return url_for("static", filename=name, v=_file_version(name))


@bp.get("/style/<any(app, desk, boat):name>-<version>.css")
@access.anonymous()
def sheet(name: str, version: str) -> Response:
    """All files of a sheet in the order of their names: one request instead of twenty."""
    response = Response(style_sheet(name), mimetype="text/css")
    is_newest = version == _version_of(style_sheet(name))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_newest else "no-cache"
    return response


@cache
def style_sheet(name: str) -> bytes:
    """A joined style sheet, without comments and indentation: a fifth of it is for us, not for a phone at sea."""
    joined = "\n".join(path.read_text(encoding="utf-8") for path in sorted((STATIC / SHEETS[name]).glob("*.css")))
    joined = re.sub(r"/\*.*?\*/", "", joined, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"(?<=[a-z]):\s+", ":", joined)).strip().encode()


@cache
def _file_version(name: str) -> str:
    return _version_of((STATIC / name).read_bytes())


def _version_of(content: bytes) -> str:
    return sha256(content).hexdigest()[:12]
