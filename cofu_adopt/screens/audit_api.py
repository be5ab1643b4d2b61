"""The audit log for programs of the workshop."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from cofu_adopt.core import access, paging, read_audit
from cofu_adopt.core.access import Scope
from cofu_adopt.core.api import ApiBlueprint
from cofu_adopt.core.fields import Text, day, whole
from cofu_adopt.core.read_audit import AuditFilter
from cofu_adopt.screens.desk_roles import READERS

MOST_ID = 2**53 - 1
bp = ApiBlueprint(
    "api_desk_audit",
    __name__,
    tag="Desk: audit log",
    zh=("工坊：操作记录", "谁在什么时候改了什么。"),
    description="Who changed what, when.",
)


class AuditArgs(paging.PageArgs):
    """Which acts."""

    actor_id = whole(0, MOST_ID, strict=False, metadata={"description": "Whose; 0: the clock and the command line."})
    act = Text(64, metadata={"description": "Only this kind of act.", "example": "offer.publish"})
    subject_kind = Text(40, metadata={"description": "On what kind of thing.", "example": "offer"})
    subject_id = Text(64, metadata={"description": "On the thing with this id."})
    on = day(metadata={"description": "Only on this day of the island."})


class DifferenceSchema(Schema):
    """One field before and after; null where there was nothing."""

    field = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class ActSchema(Schema):
    """One act of the log."""

    id = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    actor_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "null: the clock and the command line."}
    )
    act = fields.String(required=True)
    subject_kind = fields.String(required=True)
    subject_id = fields.String(required=True)
    differences = fields.List(fields.Nested(DifferenceSchema()), required=True)
    request_id = fields.String(required=True, allow_none=True)


@bp.get("/desk/audit", zh="操作记录")
@bp.arguments(AuditArgs(), location="query")
@bp.response(200, paging.page_schema(ActSchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def acts(args: dict[str, Any]) -> dict[str, Any]:
    """The audit log, newest first."""
    names = ("actor_id", "act", "subject_kind", "subject_id", "on")
    wanted = AuditFilter(**{name: args[name] for name in names if name in args})
    before_id = paging.read_cursor("desk-audit", args)
    rows = read_audit.list_acts(wanted, before_id=before_id, limit=args["limit"] + 1)
    return paging.page("desk-audit", args, rows, lambda row: row.id)
