"""What the API understands and says of cheers, questions and answers."""

from __future__ import annotations

from marshmallow import Schema, fields

from cofu_adopt.core.fields import StrictSchema, Text, choice, whole
from cofu_adopt.core.paging import PageArgs
from cofu_adopt.core.reason import LONGEST as LONGEST_REASON
from cofu_adopt.growth.schemas import UpdateSchema, uuid
from cofu_adopt.growth.talk.models import ReportReason, Side
from cofu_adopt.growth.talk.moderate import LONGEST_MUTE_DAYS
from cofu_adopt.growth.talk.moderation import Pile
from cofu_adopt.growth.talk.words import LONGEST_NOTE, LONGEST_WORDS


class WordsInSchema(StrictSchema):
    """A question or an answer: plain text. The same client_uuid is the same comment."""

    words = Text(LONGEST_WORDS, shortest=1, lines=True, required=True, metadata={"example": "今年水温高，长得慢吗？"})
    client_uuid = uuid(required=True)


class ReportInSchema(StrictSchema):
    """Why a comment should not stand there."""

    reason = choice(*(str(reason) for reason in ReportReason), required=True)
    note = Text(LONGEST_NOTE, load_default="")


class ReasonInSchema(StrictSchema):
    """Why the workshop does it, for the audit log."""

    reason = Text(LONGEST_REASON, shortest=1, required=True)


class AnswerSchema(Schema):
    """What was said. `name`: a nickname, or what the public calls the household; null when it has neither."""

    id = fields.Integer(required=True)
    side = fields.Enum(Side, by_value=True, required=True)
    name = fields.String(required=True, allow_none=True)
    is_mine = fields.Boolean(required=True)
    words = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True, format="iso")


class QuestionSchema(AnswerSchema):
    """A question with its answers, oldest first."""

    update_id = fields.Integer(required=True)
    answers = fields.List(fields.Nested(AnswerSchema()), required=True)


class CheersSchema(Schema):
    """How many people like a post, and whether the caller does."""

    cheer_count = fields.Integer(required=True)
    cheered = fields.Boolean(required=True)


class RopePostSchema(UpdateSchema):
    """A post on the page of one's own rope, and what can be said of it."""

    cheer_count = fields.Integer(required=True)
    cheered = fields.Boolean(required=True)
    question_count = fields.Integer(required=True)
    may_speak = fields.Boolean(
        required=True, metadata={"description": "Cheers and questions are taken: the rope grows, or is on its way."}
    )


class ReportSchema(Schema):
    """A report. Who made it is not told."""

    reason = fields.Enum(ReportReason, by_value=True, required=True)
    note = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True, format="iso")
    settled_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class DeskCommentSchema(Schema):
    """A comment for the workshop, also hidden or deleted."""

    id = fields.Integer(required=True)
    update_id = fields.Integer(required=True)
    parent_id = fields.Integer(required=True, allow_none=True)
    side = fields.Enum(Side, by_value=True, required=True)
    person_id = fields.Integer(required=True)
    words = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True, format="iso")
    deleted_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    hidden_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    checked_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    reports = fields.List(fields.Nested(ReportSchema()), required=True)


class DeskCommentDetailSchema(DeskCommentSchema):
    """A comment with the question and the answers around it, oldest first."""

    thread = fields.List(fields.Nested(DeskCommentSchema()), required=True)
    muted_until = fields.AwareDateTime(
        required=True, allow_none=True, format="iso", metadata={"description": "null: its writer may speak."}
    )


class MuteInSchema(ReasonInSchema):
    """For how long its writer says nothing, and why."""

    days = whole(1, LONGEST_MUTE_DAYS, required=True)


class DeskCommentArgs(PageArgs):
    """Which pile of comments."""

    pile = choice(*(str(pile) for pile in Pile), load_default=str(Pile.REPORTED))
