"""Phone numbers: understood as people type them, stored in one form."""

from __future__ import annotations

import unicodedata

import phonenumbers
from flask_babel import gettext as _

from cofu_adopt.core.crypto import blind_index
from cofu_adopt.core.errors import Invalid

MOBILE_DIGITS = 11


def normalise_digits(typed: str) -> str:
    """`typed` with full-width characters as plain ones: １３８ -> 138."""
    return unicodedata.normalize("NFKC", typed)


def normalise_phone(typed: str, *, field: str = "phone") -> str:
    """The number as 11 digits for the mainland's mobiles, in E.164 for others. Raises Invalid saying what is wrong.

    Full-width digits, spaces, dashes and +86 are understood.
    """
    text = normalise_digits(typed).strip()
    digits = "".join(character for character in text if character.isdigit())
    if not digits:
        raise Invalid({field: _("请填手机号。")})
    has_country = text.startswith(("+", "00"))
    if not has_country or digits.startswith(("86", "0086")):
        local = digits
        if has_country or len(local) > MOBILE_DIGITS:
            local = local.removeprefix("00").removeprefix("86")
        if len(local) < MOBILE_DIGITS:
            raise Invalid({field: _("手机号少了 %(count)s 位，请补成 11 位。", count=MOBILE_DIGITS - len(local))})
        if len(local) > MOBILE_DIGITS:
            raise Invalid({field: _("手机号多了 %(count)s 位，请改成 11 位。", count=len(local) - MOBILE_DIGITS)})
        if local[0] != "1" or local[1] in "012":
            raise Invalid({field: _("这不像手机号，请再看一看。")})
        return local
    try:
        number = phonenumbers.parse(text.replace("00", "+", 1) if text.startswith("00") else text)
    except phonenumbers.NumberParseException as error:
        raise Invalid({field: _("这不像手机号，请再看一看。")}) from error
    if not phonenumbers.is_valid_number(number):
        raise Invalid({field: _("这不像手机号，请再看一看。")})
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_index(phone: str) -> str:
    """The blind index by which a phone number is found."""
    return blind_index(phone, purpose="phone")
