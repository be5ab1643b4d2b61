"""Signing in to the API, tokens, and what a person keeps about herself."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import get_locale
from flask_babel import gettext as _

from cofu_adopt.core import access
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint, nothing, refuses
from cofu_adopt.core.crypto import mask
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import Invalid, ScopeMissing, TooMany
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.core.showable import is_showable, unshowable
from cofu_adopt.identity import address_book, codes, limits, tokens
from cofu_adopt.identity import api_schemas as schemas
from cofu_adopt.identity.codes import CodeCheck
from cofu_adopt.identity.end_sessions import end_sessions
from cofu_adopt.identity.errors import CodeDead, CodeWrong, TooManyCodes
from cofu_adopt.identity.models import Person
from cofu_adopt.identity.pages import LONGEST_NICKNAME, is_email
from cofu_adopt.identity.parse_address import parse_address
from cofu_adopt.identity.people import find_or_make_by_phone, roles_of
from cofu_adopt.identity.phone import normalise_digits, normalise_phone
from cofu_adopt.identity.schemas import load_address
from cofu_adopt.identity.tokens import NewToken

bp = ApiBlueprint(
    "api_identity",
    __name__,
    tag="Sign-in and me",
    zh=("登录和我", "登录、令牌，和自己的资料。"),
    description="Signing in, tokens, and the person herself.",
)
EVERYBODY = tuple(Role)


@bp.post("/sign-in/codes", zh="发验证码")
@refuses(Invalid, TooManyCodes)
@bp.arguments(schemas.CodeInSchema())
@bp.response(202, schemas.CodeSentSchema())
@access.public(own_transactions=True)
def send_code(wanted: dict[str, Any]) -> dict[str, Any]:
    """Send a one-time code to a phone. An older one dies."""
    phone = normalise_phone(wanted["phone"])
    with unit_of_work():
        refusal = codes.count_request(phone, network_address=request.remote_addr or "")
        if refusal is None:
            codes.send_code(phone)
    if refusal is not None:
        raise refusal
    return {"phone_masked": mask(phone), "expires_in_seconds": codes.CODE_MINUTES * 60}


@bp.post("/sign-in", zh="用验证码换令牌")
@refuses(Invalid, CodeWrong, CodeDead, TooMany)
@bp.arguments(schemas.SignInSchema())
@bp.response(201, schemas.NewTokenSchema())
@access.public(own_transactions=True)
def sign_in(typed: dict[str, Any]) -> NewToken:
    """Exchange a right code for a token that may do all that the person may. A wrong one is counted."""
    phone = normalise_phone(typed["phone"])
    digits = "".join(character for character in normalise_digits(typed["code"]) if character.isdigit())
    if len(digits) != codes.CODE_DIGITS:
        # It cannot be right, so it does not cost one of the tries.
        raise CodeWrong
    with unit_of_work():
        outcome = codes.check_code(phone, digits, network_address=request.remote_addr or "")
        if outcome is CodeCheck.RIGHT:
            person = find_or_make_by_phone(phone, locale=str(get_locale()))
            return tokens.sign_in_token(person, typed["device"] or "API")
        seconds = limits.seconds_left(limits.TRY_PER_ADDRESS, request.remote_addr or "")
    # The count of tries is committed before it is refused.
    if outcome is CodeCheck.TOO_MANY:
        raise TooMany(retry_after_seconds=seconds)
    raise CodeWrong if outcome is CodeCheck.WRONG else CodeDead


@bp.post("/sign-out", zh="撤销正在用的令牌")
@bp.response(204)
@access.allow(*EVERYBODY, writes=True)
def sign_out() -> Response:
    """Revoke the token that was sent."""
    found = access.signed_in()
    if found.token_id is not None:
        tokens.revoke_token(found.person_id, found.token_id)
    return nothing()


@bp.post("/sign-out/everywhere", zh="在各处退出，也可以把令牌都撤销")
@bp.arguments(schemas.SignOutInSchema())
@bp.response(204)
@access.allow(*EVERYBODY, scope=Scope.TOKENS, writes=True)
def sign_out_everywhere(wanted: dict[str, Any]) -> Response:
    """End every session and every token of a sign-in, the one that was sent as well; named tokens if that is wanted."""
    end_sessions(access.signed_in().person_id, with_tokens=wanted["named_tokens"])
    return nothing()


@bp.get("/tokens", zh="还能用的令牌")
@bp.response(200, schemas.TokensSchema())
@access.allow(*EVERYBODY, scope=Scope.TOKENS)
def list_tokens() -> dict[str, Any]:
    """The person's tokens that can still be used."""
    return {"items": tokens.list_tokens(access.signed_in().person_id)}


@bp.post("/tokens", zh="新建一个有名字的令牌")
@refuses(Invalid)
@bp.arguments(schemas.TokenInSchema())
@idempotent
@bp.response(201, schemas.NewTokenSchema())
@access.allow(*EVERYBODY, scope=Scope.TOKENS, writes=True)
def make_token(wanted: dict[str, Any]) -> NewToken:
    """Make a named token that is good for some scopes and days. Its secret is shown this once."""
    found = access.signed_in()
    scopes = [Scope(scope) for scope in wanted["scopes"]]
    if not tokens.may_grant(found, scopes):
        raise ScopeMissing(scope=min(set(scopes) - (found.scopes or frozenset())))
    return tokens.make_token(found.person_id, name=wanted["name"], scopes=scopes, days=wanted["expires_in_days"])


@bp.delete("/tokens/<id:token_id>", zh="撤销一个令牌")
@bp.response(204)
@access.allow(*EVERYBODY, scope=Scope.TOKENS, writes=True)
def revoke_token(token_id: int) -> Response:
    """Revoke one of the person's tokens; it ends at once."""
    tokens.revoke_token(access.signed_in().person_id, token_id)
    return nothing()


@bp.get("/me", zh="令牌是谁的，能做什么")
@bp.response(200, schemas.MeSchema())
@access.allow(*EVERYBODY, scope=Scope.ME)
def me() -> dict[str, Any]:
    """Who the token belongs to, and what it may do."""
    return _me()


@bp.put("/me", zh="改称呼、邮箱、语言")
@refuses(Invalid)
@bp.arguments(schemas.MeInSchema())
@bp.response(200, schemas.MeSchema())
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, scope=Scope.ME, writes=True)
def change_me(wanted: dict[str, Any]) -> dict[str, Any]:
    """Change nickname, e-mail and language."""
    person = db.session.get_one(Person, access.signed_in().person_id)
    name, email = " ".join(wanted["display_name"].split()), (wanted["email"] or "").strip()
    faults = {}
    if not 1 <= len(name) <= LONGEST_NICKNAME:
        faults["display_name"] = _("1 到 %(count)s 个字。", count=LONGEST_NICKNAME)
    elif not is_showable(name):
        faults["display_name"] = unshowable()
    if email and not is_email(email):
        faults["email"] = _("这不像邮箱地址，请再看一看。")
    if faults:
        raise Invalid(faults)
    person.display_name, person.email, person.locale = name, email or None, wanted["locale"]
    return _me()


@bp.get("/me/addresses", zh="地址簿")
@bp.response(200, schemas.AddressesSchema())
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, scope=Scope.ME)
def list_addresses() -> dict[str, Any]:
    """The person's address book, last used first."""
    return {"items": address_book.list_addresses(access.signed_in().person_id)}


@bp.post("/me/addresses", zh="存一个地址")
@refuses(Invalid)
@bp.arguments(schemas.AddressInSchema(), example=schemas.ADDRESS_EXAMPLE)
@idempotent
@bp.response(201, schemas.AddressSchema())
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, scope=Scope.ME, writes=True)
def add_address(typed: dict[str, Any]) -> Any:
    """Keep an address as the last used one; the same one is kept once."""
    person_id = access.signed_in().person_id
    address_book.remember_address(person_id, load_address(typed))
    db.session.flush()
    return address_book.list_addresses(person_id)[0]


@bp.post("/me/addresses/parse", zh="拆开一整段地址")
@refuses(Invalid)
@bp.arguments(schemas.PastedSchema())
@bp.response(200, schemas.ParsedSchema())
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, scope=Scope.ME)
def parse(pasted: dict[str, Any]) -> dict[str, str]:
    """Take a pasted address apart. Nothing is kept."""
    return parse_address(pasted["text"])


@bp.get("/me/addresses/<id:address_id>", zh="一个地址")
@bp.response(200, schemas.AddressSchema())
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, scope=Scope.ME)
def get_address(address_id: int) -> Any:
    """One address."""
    return address_book.get_address(access.signed_in().person_id, address_id)


@bp.delete("/me/addresses/<id:address_id>", zh="删掉一个地址")
@bp.response(204)
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, scope=Scope.ME, writes=True)
def remove_address(address_id: int) -> Response:
    """Forget an address; orders keep their own copy."""
    address_book.remove_address(access.signed_in().person_id, address_id)
    return nothing()


def _me() -> dict[str, Any]:
    found = access.signed_in()
    person = db.session.get_one(Person, found.person_id)
    return {
        "id": person.id,
        "display_name": person.display_name,
        "phone_masked": mask(person.phone),
        "email": person.email,
        "locale": person.locale,
        "roles": sorted(roles_of(person.id)),
        "scopes": sorted(found.scopes or frozenset()),
    }
