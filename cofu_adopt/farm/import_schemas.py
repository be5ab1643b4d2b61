"""What the API says of an import of the workshop's files, and what it understands."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from cofu_adopt.core.fields import StrictSchema, Text, choice, many
from cofu_adopt.core.paging import PageArgs
from cofu_adopt.farm.faults import Level
from cofu_adopt.farm.read_season import KINDS

MOST_AT_ONCE = 1000
LONGEST_ID = 16
LONGEST_GROUP = 60
KIND: dict[str, Any] = {"description": "Which of the three files.", "enum": list(KINDS), "example": "plots"}
GROUP = {"description": "File and code of its findings.", "example": "households.payee_differs"}


class SeasonFileSchema(Schema):
    """One of the files."""

    kind = fields.String(required=True, metadata=KIND)
    name = fields.String(required=True, metadata={"example": "plots.xlsx"})


class SeasonTallySchema(Schema):
    """How many rows of a file are new, changed and the same; absent ones are only stored and stay as they are."""

    new = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    same = fields.Integer(required=True)
    absent = fields.Integer(required=True)


TALLIES = {"description": "By the kind of file."}


class FindingGroupSchema(Schema):
    """All findings of one kind of fault in one file."""

    name = fields.String(required=True, metadata=GROUP)
    level = fields.Enum(Level, by_value=True, required=True)
    title = fields.String(required=True)
    sheet = fields.String(required=True, metadata={"description": "The file's name."})
    count = fields.Integer(required=True)
    accepted_count = fields.Integer(required=True)


class SeasonPreviewSchema(Schema):
    """What writing would do now. The gravest findings are first."""

    terms = fields.String(
        required=True, attribute="fingerprint", metadata={"description": "Send it back to write exactly this."}
    )
    blocked = fields.Boolean(required=True, metadata={"description": "Nothing can be written: mend the files."})
    waiting_count = fields.Integer(required=True, metadata={"description": "Warnings that wait for acceptance."})
    changes_nothing = fields.Boolean(required=True, metadata={"description": "All is stored as the files say."})
    tallies = fields.Dict(fields.String(), fields.Nested(SeasonTallySchema()), required=True, metadata=TALLIES)
    groups = fields.List(fields.Nested(FindingGroupSchema()), required=True)


class SeasonOutcomeSchema(Schema):
    """What was written."""

    wrote = fields.Boolean(required=True, metadata={"description": "false: all was stored as the files said."})
    tallies = fields.Dict(fields.String(), fields.Nested(SeasonTallySchema()), required=True, metadata=TALLIES)
    accepted = fields.Integer(required=True, metadata={"description": "How many warnings were accepted."})


class SeasonUploadSchema(Schema):
    """Files that were handed in: kept for a day, seen only by who handed them in."""

    token = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    imported_at = fields.AwareDateTime(required=True, allow_none=True)


class SeasonUploadsSchema(Schema):
    """What waits for its import, newest first."""

    items = fields.List(fields.Nested(SeasonUploadSchema()), required=True)


class SeasonUploadDetailSchema(SeasonUploadSchema):
    """An upload with what it would do, or, once it is written, what it did."""

    files = fields.List(
        fields.Nested(SeasonFileSchema()), required=True, metadata={"description": "Empty once they are written."}
    )
    preview = fields.Nested(SeasonPreviewSchema(), required=True, allow_none=True)
    outcome = fields.Nested(SeasonOutcomeSchema(), required=True, allow_none=True)


class FindingArgs(PageArgs):
    """Which findings."""

    level = choice(*Level, metadata={"description": "block: mend the file; warn: accept it; note: for your knowledge."})
    kind = choice(*KINDS, metadata={"description": KIND["description"]})
    code = Text(40, metadata={"description": "Only this kind of fault.", "example": "payee_differs"})


class FindingSchema(Schema):
    """One remark about a cell, a row or a file. Phones and bank accounts in it are masked."""

    id = fields.String(required=True, metadata={"description": "The same for as long as the cell says the same."})
    kind = fields.String(required=True, metadata=KIND)
    sheet = fields.String(required=True, metadata={"description": "The file's name."})
    row = fields.Integer(required=True, metadata={"description": "As the spreadsheet counts; 0: the whole file."})
    column = fields.String(required=True)
    key = fields.String(required=True, metadata={"description": "What the row is about.", "example": "GQ001"})
    code = fields.String(required=True, metadata={"description": "Stable and machine-readable."})
    title = fields.String(required=True)
    text = fields.String(required=True)
    understood = fields.String(required=True, metadata={"description": "What the cell is taken for; empty: as it is."})
    level = fields.Enum(Level, by_value=True, required=True)
    accepted = fields.Boolean(required=True)


class DifferenceArgs(PageArgs):
    """Of which file."""

    kind = choice(*KINDS, metadata={"description": KIND["description"]})


class FieldDifferenceSchema(Schema):
    """One value that is stored, and what it would be; phones and bank accounts are masked."""

    field = fields.String(required=True, metadata={"example": "village"})
    column = fields.String(required=True, metadata={"description": "The file's column.", "example": "村"})
    before = fields.String(required=True)
    after = fields.String(required=True)


class SeasonDifferenceSchema(Schema):
    """A household, plot or measurement that is not stored as the files say."""

    kind = fields.String(required=True, metadata=KIND)
    code = fields.String(required=True, metadata={"example": "GQ001"})
    what = fields.String(
        required=True,
        metadata={"description": "absent: not in the file, stays as it is.", "enum": ["changed", "new", "absent"]},
    )
    fields_ = fields.List(
        fields.Nested(FieldDifferenceSchema()),
        required=True,
        data_key="fields",
        metadata={"description": "Of what is changed."},
    )


class AcceptInSchema(StrictSchema):
    """Which warnings are accepted, one by one or by group, and which no longer."""

    accept = many(Text(LONGEST_ID), MOST_AT_ONCE, load_default=(), metadata={"description": "Ids of findings."})
    groups = many(Text(LONGEST_GROUP, metadata=GROUP), MOST_AT_ONCE, load_default=())
    take_back = many(Text(LONGEST_ID), MOST_AT_ONCE, load_default=(), metadata={"description": "Ids of findings."})


class WriteInSchema(StrictSchema):
    """What was agreed to."""

    terms = Text(80, required=True, metadata={"description": "As the preview said."})
