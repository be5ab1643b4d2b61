"""What the API says of the sea map."""

from __future__ import annotations

from marshmallow import Schema, fields


class SeaCellSchema(Schema):
    """A square as the sea map shows it."""

    code = fields.String(required=True, metadata={"example": "D6"})
    column = fields.Integer(required=True, metadata={"description": "Its place on the map, from the west."})
    row = fields.Integer(required=True, metadata={"description": "Its place on the map, from the north."})
    longitude = fields.Float(required=True)
    latitude = fields.Float(required=True)
    rope_count = fields.Integer(required=True)
    free_count = fields.Integer(required=True)
    on_sale = fields.Boolean(required=True, metadata={"description": "An offer sells ropes of it now."})


class SeaSchema(Schema):
    """The sea map."""

    items = fields.List(fields.Nested(SeaCellSchema()), required=True)
    free_count = fields.Integer(required=True, metadata={"description": "Ropes that can be adopted now."})
    household_count = fields.Integer(required=True)
