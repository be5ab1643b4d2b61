"""Fields of the API's schemas: strict, with limits that the documentation shows, and faults in both languages."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from cofu_adopt.core import clock

REQUIRED = _l("是空的，请补上。")
NULL = _l("不能是 null。")
WRONG_TYPE = _l("类型不对。")
LENGTH = _l("{min} 到 {max} 个字。")
RANGE = _l("应在 {min} 到 {max} 之间。")
CHOICE = _l("只能是 {choices} 之一。")
UNSHOWABLE = frozenset({"Cc", "Cs"})
MESSAGES = {"required": REQUIRED, "null": NULL, "invalid": WRONG_TYPE}


class StrictSchema(Schema):
    """A body in which each field is known; an unknown one is a fault, not a surprise."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    error_messages = {"unknown": _l("没有这个字段。"), "type": WRONG_TYPE}  # noqa: RUF012 - marshmallow's own way


class Text(fields.String):
    """A text of `shortest` to `longest` characters, none of which a person cannot see."""

    def __init__(self, longest: int, *, shortest: int = 0, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        checks = [validate.Length(shortest, longest, error=LENGTH), *kwargs.pop("also", ())]
        super().__init__(validate=checks, error_messages=MESSAGES, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        kept = text.replace("\n", "").replace("\r", "").replace("\t", "") if self.lines else text
        if any(unicodedata.category(character) in UNSHOWABLE for character in kept):
            raise ValidationError(str(_l("里面有不能显示的字符，请改一改。")))
        return text


def whole(low: int, high: int, *, strict: bool = True, **kwargs: Any) -> fields.Integer:
    """A whole number from `low` to `high`; with `strict`, as in a body, 2.0 and "2" are none."""
    checks = validate.Range(low, high, error=RANGE)
    return fields.Integer(strict=strict, validate=checks, error_messages=MESSAGES, **kwargs)


def choice(*choices: str, **kwargs: Any) -> fields.String:
    """One of `choices`."""
    return fields.String(validate=validate.OneOf(choices, error=CHOICE), error_messages=MESSAGES, **kwargs)


class _Flag(fields.Boolean):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        # Not by marshmallow's sets of what is true and false: 0 == False there.
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def flag(**kwargs: Any) -> fields.Boolean:
    """True or false, and nothing that looks like it."""
    return _Flag(error_messages=MESSAGES, **kwargs)


class _Day(fields.Date):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        found: date = super()._deserialize(value, attr, data, **kwargs)
        try:
            return clock.read_day(found.isoformat())
        except ValueError as error:
            raise self.make_error("invalid") from error


def day(**kwargs: Any) -> fields.Date:
    """A day of the island's calendar: 2026-09-12."""
    return _Day(format="iso", error_messages=MESSAGES | {"invalid": _l("不是日期，请写成 2026-09-12。")}, **kwargs)


def nested(schema: Schema, **kwargs: Any) -> fields.Nested:
    """An object of `schema`."""
    return fields.Nested(schema, error_messages=MESSAGES | {"type": WRONG_TYPE}, **kwargs)


def many(field: fields.Field[Any], most: int, *, least: int = 0, **kwargs: Any) -> fields.List[Any]:
    """`least` to `most` of `field`."""
    checks = validate.Length(least, most, error=_l("{min} 到 {max} 项。"))
    return fields.List(field, validate=checks, error_messages=MESSAGES, **kwargs)


def faults(messages: Any, prefix: str = "") -> dict[str, str]:
    """The nested messages of marshmallow as one sentence for each field, its path joined by dots."""
    if isinstance(messages, dict):
        found: dict[str, str] = {}
        for name, inner in messages.items():
            path = prefix if name == "_schema" else ".".join(part for part in (prefix, str(name)) if part)
            found |= faults(inner, path)
        return found
    return {prefix or "body": str(messages[0] if isinstance(messages, list) else messages)}
