"""What the API says and understands of people, tokens and addresses."""

from __future__ import annotations

from marshmallow import Schema, fields

from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.fields import StrictSchema, Text, choice, flag, many, nested, whole
from cofu_adopt.identity.tokens import MOST_DAYS

ADDRESS_EXAMPLE = {
    "recipient": "林小满", "phone": "13800005678", "province": "上海市", "city": "上海市", "district": "杨浦区",
    "street": "四平路街道", "detail": "四平路 1239 号 3 号楼 501",
}  # fmt: skip


class CodeInSchema(StrictSchema):
    """To whom a one-time code is sent."""

    phone = Text(30, required=True, metadata={"example": "13800005678"})


class CodeSentSchema(Schema):
    """A code is on its way."""

    phone_masked = fields.String(required=True, metadata={"example": "138****5678"})
    expires_in_seconds = fields.Integer(required=True)


class SignInSchema(StrictSchema):
    """The code that was sent."""

    phone = Text(30, required=True, metadata={"example": "13800005678"})
    code = Text(12, required=True, metadata={"example": "042917"})
    device = Text(40, load_default="", metadata={"description": "What the person calls this device or program."})


class SignOutInSchema(StrictSchema):
    """What ends beside sessions and tokens of sign-ins; an empty body ends those only."""

    named_tokens = flag(
        load_default=False,
        metadata={"description": "Named tokens, too: whoever sat in the account may have made one."},
    )


class TokenSchema(Schema):
    """A token; its secret is not kept."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    hint = fields.String(required=True, metadata={"description": "The secret's last four characters."})
    scopes = fields.List(fields.Enum(Scope, by_value=True), required=True)
    from_sign_in = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Written at most every five minutes."}
    )


class NewTokenSchema(Schema):
    """A token that was just made."""

    token = fields.String(
        required=True, attribute="secret", metadata={"description": "Shown this once. Send it as a bearer token."}
    )
    about = fields.Nested(TokenSchema(), required=True, attribute="row")


class TokensSchema(Schema):
    """The person's tokens, newest first."""

    items = fields.List(fields.Nested(TokenSchema()), required=True)


class TokenInSchema(StrictSchema):
    """A named token as it should be."""

    name = Text(40, shortest=1, required=True, metadata={"example": "Stock display"})
    scopes = many(choice(*Scope), len(Scope), least=1, required=True, metadata={"example": ["orders:read"]})
    expires_in_days = whole(1, MOST_DAYS, required=True, metadata={"example": 90})


class MeSchema(Schema):
    """The person as she sees herself."""

    id = fields.Integer(required=True)
    display_name = fields.String(required=True)
    phone_masked = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    locale = fields.String(required=True)
    roles = fields.List(fields.Enum(Role, by_value=True), required=True)
    scopes = fields.List(fields.Enum(Scope, by_value=True), required=True)


class MeInSchema(StrictSchema):
    """What the person can change about herself."""

    display_name = Text(40, required=True, metadata={"example": "小满"})
    email = Text(254, required=True, allow_none=True, metadata={"example": "lin@example.org"})
    locale = choice("zh_Hans", "en", required=True)


class AddressInSchema(StrictSchema):
    """A delivery address."""

    recipient = Text(20, required=True)
    phone = Text(30, required=True)
    province = Text(20, required=True)
    city = Text(20, required=True)
    district = Text(20, required=True)
    street = Text(40, load_default="")
    detail = Text(80, required=True)


class DeliverySchema(Schema):
    """A delivery address as it is kept."""

    recipient = fields.String(required=True)
    phone = fields.String(required=True)
    province = fields.String(required=True)
    city = fields.String(required=True)
    district = fields.String(required=True)
    street = fields.String(required=True)
    detail = fields.String(required=True)


class AddressSchema(Schema):
    """An entry of the address book."""

    id = fields.Integer(required=True)
    content = fields.Nested(DeliverySchema(), required=True)


class AddressesSchema(Schema):
    """The address book, last used first."""

    items = fields.List(fields.Nested(AddressSchema()), required=True)


class PastedSchema(StrictSchema):
    """A whole address as people paste it."""

    text = Text(
        400, shortest=1, lines=True, required=True, metadata={"example": "林小满 13800005678 上海市杨浦区四平路"}
    )


class ParsedSchema(Schema):
    """The parts that were understood; what was not is absent."""

    recipient = fields.String()
    phone = fields.String()
    province = fields.String()
    city = fields.String()
    district = fields.String()
    street = fields.String()
    detail = fields.String()


def address_field() -> fields.Nested:
    """An address inside another body."""
    return nested(AddressInSchema(), required=True)
