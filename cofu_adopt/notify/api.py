"""A person's messages."""

from __future__ import annotations

from typing import Any

from cofu_adopt.core import access, paging
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint
from cofu_adopt.notify import schemas
from cofu_adopt.notify.tell import MessageRow, count_unread, list_messages, mark_all_read
from cofu_adopt.notify.texts import text_of

bp = ApiBlueprint(
    "api_notify", __name__, tag="Messages", zh=("消息", "告诉过您的事。"), description="What the person was told."
)


@bp.get("/me/messages", zh="消息")
@bp.arguments(paging.PageArgs(), location="query")
@bp.response(200, paging.page_schema(schemas.MessageSchema()))
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, scope=Scope.ME)
def messages(args: dict[str, Any]) -> dict[str, Any]:
    """The person's messages, newest first. Looking at them does not mark them read."""
    before = paging.read_cursor("messages", args)
    rows = list_messages(access.signed_in().person_id, before=before, limit=args["limit"] + 1)
    return paging.page("messages", args, [_shown(row) for row in rows], lambda row: row["id"])


@bp.post("/me/messages/read", zh="全部标为已读")
@bp.response(200, schemas.UnreadSchema())
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, scope=Scope.ME, writes=True)
def read_all() -> dict[str, int]:
    """Mark all messages read."""
    person_id = access.signed_in().person_id
    mark_all_read(person_id)
    return {"unread_count": count_unread(person_id)}


def _shown(row: MessageRow) -> dict[str, Any]:
    words = text_of(row.template, row.params)
    return {
        "id": row.id,
        "kind": row.template,
        "title": words.title,
        "body": words.body,
        # A message about several ropes names one of them, and is about no one order.
        "order_code": row.params.get("code") if row.params.get("ropes", 1) == 1 else None,
        "created_at": row.created_at,
        "read_at": row.read_at,
    }
