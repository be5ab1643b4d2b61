"""Idempotency-Key: a request sent twice has one effect, and the second is told what the first was told.

A success is stored in the transaction that made it, and given again to the same key and body. A refusal stores
nothing and is decided anew. The same key with another body is refused. Keys belong to one person.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar

from flask import Response, json, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String, delete, select, tuple_
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core import access, clock
from cofu_adopt.core.crypto import EncryptedText
from cofu_adopt.core.db import Base, UtcDateTime, db, in_unit_of_work, is_postgresql, unit_of_work
from cofu_adopt.core.errors import DomainError
from cofu_adopt.core.files import MULTIPART, fingerprint_files
from cofu_adopt.core.hot import Hot

KEEP = timedelta(hours=48)
FORGET_AT_ONCE = 5000
KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
View = TypeVar("View", bound=Callable[..., Any])


class IdempotencyKey(Base):
    """What a key was used for. `status` and `answer` are None while it is being decided, and where that was cut off."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index(None, "created_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    answer: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]


class KeyNeeded(DomainError):
    """Such a request must carry a key, so that it can safely be sent again."""

    status = 400
    code = "idempotency_key_needed"
    text = _l("请在 Idempotency-Key 里带上一个新的编号（8 到 64 位字母、数字、- 或 _），重发时用同一个。")


class KeyReused(DomainError):
    """The key was used for another request."""

    status = 422
    code = "idempotency_key_reused"
    text = _l("这个 Idempotency-Key 已用于另一个请求。新的请求要用新的编号。")


CLAIM = """
WITH caller AS (SELECT id FROM person WHERE id = :person_id {lock})
INSERT INTO idempotency_key (person_id, key, fingerprint, created_at)
SELECT id, :key, :fingerprint, :now FROM caller WHERE true ON CONFLICT DO NOTHING RETURNING 1"""
"""Locks the person first, as the limit per person needs it anyway: her requests wait for each other."""
CLAIMS = {
    is_postgresql: Hot(CLAIM.format(lock=lock), binds={"now": UtcDateTime})
    for is_postgresql, lock in ((True, "FOR NO KEY UPDATE"), (False, ""))
}
SETTLE = Hot(
    "UPDATE idempotency_key SET status = :status, answer = :answer WHERE person_id = :person_id AND key = :key",
    binds={"answer": EncryptedText},
)

RELEASE = Hot("DELETE FROM idempotency_key WHERE person_id = :person_id AND key = :key AND status IS NULL")


def idempotent(view: View) -> View:
    """Let a view that answers with a Response have one effect for each Idempotency-Key.

    In the open unit of work the person is locked and the key claimed first: of two at once the second waits. A flow
    with its own transactions must be repeatable by itself: of two at once both run, and are told what the first one
    to end was told. The key is claimed before it and its answer kept right after it.
    """

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not KEY.fullmatch(key):
            raise KeyNeeded
        row = {"person_id": access.signed_in().person_id, "key": key, "fingerprint": _fingerprint()}
        if not in_unit_of_work():
            return _repeatable(row, lambda: view(*args, **kwargs))
        if not _claim(row):
            known = _find(row)
            if known is None:
                raise AssertionError("a key was neither free nor known")
            return known
        response: Response = view(*args, **kwargs)
        _settle(row, response)
        return response

    once.idempotent = True  # type: ignore[attr-defined]
    return once  # type: ignore[return-value]


def forget_old_keys() -> int:
    """Delete keys older than KEEP, in transactions of bounded size; return how many."""
    forgotten = 0
    while True:
        old = (
            select(IdempotencyKey.person_id, IdempotencyKey.key)
            .where(IdempotencyKey.created_at < clock.now() - KEEP)
            .limit(FORGET_AT_ONCE)
        )
        with unit_of_work():
            gone: int = db.session.execute(
                delete(IdempotencyKey)
                .where(tuple_(IdempotencyKey.person_id, IdempotencyKey.key).in_(old))
                .execution_options(synchronize_session=False)
            ).rowcount  # type: ignore[attr-defined]
        forgotten += gone
        if gone < FORGET_AT_ONCE:
            return forgotten


def _repeatable(row: dict[str, Any], run: Callable[[], Response]) -> Response:
    # Claimed before anything is done, so that no other request gets in under the key meanwhile. A claim that a crash
    # left without an answer lets the same request go on where it stopped.
    with unit_of_work():
        known = None if _claim(row) else _find(row)
    if known is not None:
        return known
    try:
        response = run()
    except DomainError:
        with unit_of_work():
            RELEASE.run(row)
        raise
    with unit_of_work():
        known = None if _claim(row) else _find(row)
        if known is None:
            _settle(row, response)
    return known or response


def _fingerprint() -> str:
    try:
        sent = fingerprint_files() if request.mimetype == MULTIPART else request.get_json(silent=True)
        body = json.dumps(sent, sort_keys=True)
    except RecursionError:
        # Only where no body is read: whoever reads one has refused it by now.
        body = request.get_data(as_text=True)
    return sha256(f"{request.method} {request.path}\n{body}".encode()).hexdigest()


def _claim(row: dict[str, Any]) -> bool:
    return CLAIMS[is_postgresql()].run(row | {"now": clock.now()}).first() is not None


def _settle(row: dict[str, Any], response: Response) -> None:
    answer = {"status": response.status_code, "answer": response.get_data(as_text=True)}
    SETTLE.run(answer | row)


def _find(row: dict[str, Any]) -> Response | None:
    known = db.session.execute(
        select(IdempotencyKey.fingerprint, IdempotencyKey.status, IdempotencyKey.answer).where(
            IdempotencyKey.person_id == row["person_id"], IdempotencyKey.key == row["key"]
        )
    ).one_or_none()
    if known is None:
        return None
    if known.fingerprint != row["fingerprint"]:
        raise KeyReused
    if known.status is None:
        return None
    answer = Response(known.answer, known.status, content_type="application/json")
    answer.headers["Idempotency-Replayed"] = "true"
    return answer
