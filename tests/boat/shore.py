"""The server's side of what a phone sends, watched, and disturbed where a test says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request

Answer = Response | None


@dataclass
class Shore:
    """What has come in, and what is to go wrong with it."""

    pieces: list[tuple[int, int, int]] = field(default_factory=list)
    """Offset, length and the answer's status of each piece, in order."""
    posts: list[dict[str, Any]] = field(default_factory=list)
    """The body of each request to post, in order."""
    hold: Callable[[str], None] = lambda _path: None
    """Called before a page is made: it may wait."""
    refuse: Callable[[str], Answer] = lambda _path: None
    """Asked before anything is done: what it returns is the answer."""
    lose: Callable[[str], bool] = lambda _path: False
    """Asked when all is done: true, and the answer is lost on its way back."""


def open_shore(app: Flask) -> Shore:
    """Watch what phones send to `app`."""
    shore = Shore()

    @app.before_request
    def begin() -> Answer:
        if request.path == "/household/updates" and request.is_json:
            shore.posts.append(json.loads(request.get_data()))
        if request.method == "GET":
            shore.hold(request.path)
        return shore.refuse(request.path) if request.method in {"POST", "PATCH"} else None

    @app.after_request
    def end(answer: Response) -> Response:
        if request.method == "PATCH":
            shore.pieces.append((int(request.args["offset"]), request.content_length or 0, answer.status_code))
        is_lost = request.method in {"POST", "PATCH"} and shore.lose(request.path)
        return Response(status=408) if is_lost else answer

    return shore
