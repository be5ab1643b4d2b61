"""An adopter proves by a code on her phone that it is she who says where money goes, not who found her session."""

from __future__ import annotations

from flask_babel import gettext as _

from cofu_adopt.core.db import db
from cofu_adopt.identity import codes
from cofu_adopt.identity.codes import CODE_DIGITS, CodeCheck
from cofu_adopt.identity.errors import TooManyCodes
from cofu_adopt.identity.models import Person
from cofu_adopt.identity.phone import normalise_digits


def send_proof(person_id: int, *, network_address: str) -> TooManyCodes | None:
    """Send a code to the person's own phone, in the open unit of work; returns the refusal when it is one too many."""
    phone = phone_of(person_id)
    refusal = codes.count_request(phone, network_address=network_address)
    if refusal is None:
        codes.send_code(phone)
    return refusal


def check_proof(person_id: int, typed: str, *, network_address: str) -> str | None:
    """None when the code is right, else the sentence that says why not; the open unit of work must be committed."""
    digits = "".join(character for character in normalise_digits(typed) if character.isdigit())
    if len(digits) != CODE_DIGITS:
        # It cannot be right, so it does not cost one of the tries.
        return str(_("验证码是 %(count)s 位数字，请再看一看短信。", count=CODE_DIGITS))
    words = {
        CodeCheck.RIGHT: None,
        CodeCheck.WRONG: str(_("验证码不对，请再看一看短信。")),
        CodeCheck.DEAD: str(_("这个验证码已经失效，请重新要一个。")),
        CodeCheck.TOO_MANY: str(_("试得太多了，请过一会儿再来。")),
    }
    return words[codes.check_code(phone_of(person_id), digits, network_address=network_address)]


def phone_of(person_id: int) -> str:
    """The phone with which the person signs in; empty for one without."""
    return db.session.get_one(Person, person_id).phone or ""
