"""Pages by cursor: the place of the last row, signed, so that rows added meanwhile are neither lost nor doubled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from marshmallow import EXCLUDE, Schema, fields

from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.fields import Text, whole

USUAL_LIMIT = 20
MOST = 100
Row = TypeVar("Row")


class PageArgs(Schema):
    """Which page. Lists with filters add theirs."""

    class Meta:
        """Unknown parameters are no fault."""

        unknown = EXCLUDE

    cursor = Text(400, metadata={"description": "next_cursor of the page before; without it, the first page."})
    limit = whole(
        1, MOST, strict=False, load_default=USUAL_LIMIT, metadata={"description": "How many items a page has at most."}
    )


def page_schema(item: Schema) -> Schema:
    """The schema of a page of `item`s."""
    name = type(item).__name__.removesuffix("Schema")
    made = Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next_cursor": fields.String(
                required=True, allow_none=True, metadata={"description": "null on the last page."}
            ),
        },
        name=f"{name}PageSchema",
    )
    return made()


def read_cursor(kind: str, args: dict[str, Any]) -> Any:
    """The place that the cursor in `args` marks, None for the first page. Raises Invalid for one not of this list."""
    given = args.get("cursor")
    if given is None:
        return None
    try:
        return _signer(kind).loads(given)
    except BadSignature as error:
        raise Invalid({"cursor": _("这个游标不是这个列表的，请从第一页开始。")}) from error


def page(kind: str, args: dict[str, Any], rows: Sequence[Row], place: Callable[[Row], Any]) -> dict[str, Any]:
    """A page of `rows`, of which one more than the limit was asked for; `place` marks where a row stands."""
    limit: int = args["limit"]
    shown = list(rows[:limit])
    more = len(rows) > limit
    return {"items": shown, "next_cursor": str(_signer(kind).dumps(place(shown[-1]))) if more else None}


def _signer(kind: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"cursor:{kind}")
