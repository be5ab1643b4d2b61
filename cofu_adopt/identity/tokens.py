"""API tokens: shown once, kept as a hash, named, expiring, revocable, and good for their scopes only."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy import select, update

from cofu_adopt.core import audit, clock
from cofu_adopt.core.access import STAFF, Caller, Role, Scope
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.identity.models import ApiToken, Person
from cofu_adopt.identity.people import roles_of

PREFIX = "cofu_"
SIGN_IN_DAYS = 60
MOST_DAYS = 365
MOST_TOKENS = 50
OF_SIGN_IN = frozenset(Scope) - {Scope.DESK_READ, Scope.DESK_WRITE}
"""What signing in by phone gives. The desk is not in it: a code by SMS is not how staff prove who they are."""
OF_ADOPTER = frozenset({Scope.ME, Scope.ORDERS_READ, Scope.ORDERS_WRITE})
OF_STAFF = frozenset({Scope.ME, Scope.DESK_READ})
DESK_WRITERS = frozenset({Role.OPERATOR, Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as its person sees it; the secret is not kept. `hint`: its last four characters."""

    id: int
    name: str
    hint: str
    scopes: list[Scope]
    from_sign_in: bool
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made; the only moment at which its secret is known."""

    secret: str
    row: TokenRow


def scopes_of(roles: Collection[Role]) -> frozenset[Scope]:
    """What a named token of somebody with these roles may be good for, managing tokens aside."""
    found: frozenset[Scope] = frozenset()
    if Role.ADOPTER in roles:
        found |= OF_ADOPTER
    if Role.HOUSEHOLD in roles:
        found |= {Scope.ME, Scope.HOUSEHOLD_READ, Scope.HOUSEHOLD_WRITE, Scope.READINGS_WRITE}
    if not STAFF.isdisjoint(roles):
        found |= OF_STAFF
    if not DESK_WRITERS.isdisjoint(roles):
        found |= {Scope.DESK_WRITE}
    if Role.OPERATOR in roles:
        # The photos of what the workshop posts for a household are sent as the household's own are.
        found |= {Scope.HOUSEHOLD_READ, Scope.HOUSEHOLD_WRITE}
    return found


def sign_in_token(person: Person, name: str) -> NewToken:
    """A token for a person who has just proved who she is. It ends when she signs out everywhere."""
    return _make(person.id, name, OF_SIGN_IN, clock.now() + timedelta(days=SIGN_IN_DAYS), epoch=person.session_epoch)


def make_token(person_id: int, *, name: str, scopes: Collection[Scope], days: int) -> NewToken:
    """A named token. Raises Invalid for a scope that the person's roles do not give, and for too many tokens."""
    allowed = scopes_of(roles_of(person_id)) | {Scope.TOKENS}
    beyond = sorted(set(scopes) - allowed)
    if beyond:
        raise Invalid({"scopes": _("您没有 %(scope)s 这一项权限可给。", scope=beyond[0])})
    if len(list_tokens(person_id)) >= MOST_TOKENS:
        raise Invalid({"name": _("令牌太多了，请先撤销不用的。")})
    made = _make(person_id, name, frozenset(scopes), clock.now() + timedelta(days=days), epoch=None)
    audit.record("token.make", "person", person_id, after={"token": made.row.id, "scopes": sorted(scopes)})
    return made


def list_tokens(person_id: int) -> list[TokenRow]:
    """The person's tokens that can still be used, newest first."""
    person = db.session.get_one(Person, person_id)
    query = (
        select(ApiToken)
        .where(
            ApiToken.person_id == person_id,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > clock.now(),
            ApiToken.epoch.is_(None) | (ApiToken.epoch == person.session_epoch),
        )
        .order_by(ApiToken.id.desc())
    )
    return [_row(token) for token in db.session.scalars(query)]


def revoke_token(person_id: int, token_id: int) -> None:
    """End a token of the person at once; ending it twice is fine. Raises NotFound, also for somebody else's."""
    token = db.session.get(ApiToken, token_id, with_for_update=True)
    if token is None or token.person_id != person_id:
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        audit.record("token.revoke", "person", person_id, before={"token": token_id})


def count_named(person_id: int) -> int:
    """How many of the person's named tokens can still be used: signing out does not end them."""
    return sum(not row.from_sign_in for row in list_tokens(person_id))


def revoke_named(person_id: int) -> None:
    """End all named tokens of the person at once."""
    for row in list_tokens(person_id):
        if not row.from_sign_in:
            revoke_token(person_id, row.id)


def may_grant(caller: Caller, scopes: Collection[Scope]) -> bool:
    """True when the caller's own token is good for all of `scopes`: nobody makes a stronger token out of a weaker."""
    return caller.scopes is None or caller.scopes.issuperset(scopes)


def hash_of(secret: str) -> str:
    """What is kept of a secret; it has 256 random bits, so that a plain hash is enough."""
    return sha256(secret.encode()).hexdigest()


def note_use(token_id: int, at: datetime) -> None:
    """Remember when a token was last used, in the open unit of work."""
    db.session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=at))


def _make(person_id: int, name: str, scopes: frozenset[Scope], expires_at: datetime, *, epoch: int | None) -> NewToken:
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        person_id=person_id,
        name=name,
        token_hash=hash_of(secret),
        hint=secret[-4:],
        scopes=" ".join(sorted(scopes)),
        epoch=epoch,
        created_at=clock.now(),
        expires_at=expires_at,
    )
    db.session.add(token)
    db.session.flush()
    return NewToken(secret, _row(token))


def _row(token: ApiToken) -> TokenRow:
    return TokenRow(
        id=token.id,
        name=token.name,
        hint=token.hint,
        scopes=[Scope(scope) for scope in token.scopes.split()],
        from_sign_in=token.epoch is not None,
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
    )
