"""Who sends a token: one query a request, as every call of the API begins with it."""

from __future__ import annotations

from datetime import timedelta

from cofu_adopt.core import clock
from cofu_adopt.core.access import Caller, Role, Scope
from cofu_adopt.core.db import UtcDateTime, is_postgresql, record_apart
from cofu_adopt.core.errors import TokenNotValid
from cofu_adopt.core.hot import Hot
from cofu_adopt.identity.tokens import hash_of, note_use

NOTE_USE_EVERY = timedelta(minutes=5)
"""A token's last use is written at most so often, so that reads stay reads."""
LONGEST = 200
LOOK_UP = """
SELECT t.id, t.person_id, t.scopes, t.last_used_at, p.display_name,
       (SELECT {aggregate}(role, ' ') FROM person_role WHERE person_id = t.person_id) AS roles
FROM api_token t JOIN person p ON p.id = t.person_id
WHERE t.token_hash = :hash AND t.revoked_at IS NULL AND t.expires_at > :now
  AND (t.epoch IS NULL OR t.epoch = p.session_epoch)"""
_statements = {
    is_postgresql: Hot(
        LOOK_UP.format(aggregate=aggregate), binds={"now": UtcDateTime}, columns={"last_used_at": UtcDateTime}
    )
    for is_postgresql, aggregate in ((True, "string_agg"), (False, "group_concat"))
}


def caller_of(authorization: str) -> Caller:
    """The caller whose token the Authorization header holds. Raises TokenNotValid."""
    kind, _, secret = authorization.partition(" ")
    secret = secret.strip()
    if kind.lower() != "bearer" or not secret or len(secret) > LONGEST:
        raise TokenNotValid
    now = clock.now()
    found = _statements[is_postgresql()].run({"hash": hash_of(secret), "now": now}).one_or_none()
    if found is None:
        raise TokenNotValid
    if found.last_used_at is None or now - found.last_used_at >= NOTE_USE_EVERY:
        token_id: int = found.id
        record_apart(lambda: note_use(token_id, now))
    return Caller(
        person_id=found.person_id,
        name=found.display_name,
        roles=frozenset(Role(role) for role in (found.roles or "").split()),
        scopes=frozenset(Scope(scope) for scope in found.scopes.split()),
        token_id=found.id,
    )
