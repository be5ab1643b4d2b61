"""ETags: each read of the API carries one (304 when it is known); a write that others could cross needs If-Match."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request
from flask_babel import lazy_gettext as _l
from marshmallow import Schema

from cofu_adopt.core.errors import DomainError


class MatchNeeded(DomainError):
    """Such a write must name the version that it changes."""

    status = 428
    code = "if_match_needed"
    text = _l("请在 If-Match 里带上您看到的版本（ETag）。")


class Changed(DomainError):
    """It has changed since it was read."""

    status = 412
    code = "changed_meanwhile"
    text = _l("您看过以后它有了变化，请重新读取再改。")


def tag_answer(response: Response) -> Response:
    """Give a read its ETag, and answer 304 when the caller has it already."""
    if request.method in {"GET", "HEAD"} and response.status_code == 200:  # noqa: PLR2004
        response.add_etag()
        response.make_conditional(request)
    return response


def require_match(schema: Schema, row: Any) -> None:
    """Let a write pass only when If-Match names the present version. Raises MatchNeeded, Changed."""
    if not request.if_match:
        raise MatchNeeded
    present = jsonify(schema.dump(row))
    present.add_etag()
    if not request.if_match.contains(present.get_etag()[0] or ""):
        raise Changed
