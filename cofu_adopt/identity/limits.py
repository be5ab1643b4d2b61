"""Security counters in SQL: so many per window for a key, counted atomically by any number of processes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.core import clock
from cofu_adopt.core.crypto import blind_index
from cofu_adopt.core.db import attempt, db, is_postgresql
from cofu_adopt.identity.models import LimitCount


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` of `kind` in each window of `window_seconds`."""

    kind: str
    most: int
    window_seconds: int


CODE_PER_PHONE = (
    Limit("code_phone_minute", 1, 60),
    Limit("code_phone_hour", 5, 3600),
    Limit("code_phone_day", 10, 86400),
)
CODE_PER_ADDRESS = (Limit("code_address_hour", 120, 3600),)
"""Many: a whole village or the viewers of a livestream can stand behind one address of their carrier."""
TRY_PER_ADDRESS = (Limit("try_address_quarter", 60, 900),)
PASSWORD_PER_NAME = (Limit("password_name_quarter", 10, 900),)
PASSWORD_PER_ADDRESS = (Limit("password_address_quarter", 30, 900),)
SECOND_STEP_PER_PERSON = (Limit("second_step_quarter", 10, 900), Limit("second_step_day", 100, 86400))
CONFIRM_PER_PERSON = (Limit("confirm_person_hour", 5, 3600),)
CONFIRM_PER_EMAIL = (Limit("confirm_email_day", 5, 86400),)
GUEST_PER_ADDRESS = (Limit("guest_address_hour", 60, 3600),)


def claim(*wanted: tuple[tuple[Limit, ...], str]) -> int | None:
    """Count one deed for each (limits, key), or nothing at all when one of them is used up.

    For what others can ask for in somebody's name: a refused request uses up none of her windows. Returns None when
    all allow it, else the seconds after which the strictest window is over.
    """
    now = int(clock.now().timestamp())
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    waits: list[int] = []

    def count_all() -> bool | None:
        for limits, key in wanted:
            hashed = blind_index(key, purpose="limit")
            for limit in limits:
                window = now // limit.window_seconds
                statement = insert(LimitCount).values(kind=limit.kind, key=hashed, window=window, count=1)
                counted = db.session.execute(
                    statement.on_conflict_do_update(
                        index_elements=["kind", "key", "window"],
                        set_={"count": LimitCount.count + 1},
                        where=LimitCount.count < limit.most,
                    ).returning(LimitCount.count)
                ).scalar_one_or_none()
                if counted is None:
                    waits.append((window + 1) * limit.window_seconds - now)
        return None if waits else True

    attempt(count_all)
    return max(waits) if waits else None


def seconds_left(limits: tuple[Limit, ...], key: str) -> int:
    """After how many seconds none of `limits` refuses `key` any more; 0 when none does. For Retry-After."""
    now = int(clock.now().timestamp())
    used_up = [
        (now // limit.window_seconds + 1) * limit.window_seconds - now
        for limit in limits
        if db.session.scalar(
            select(LimitCount.count).where(
                LimitCount.kind == limit.kind,
                LimitCount.key == blind_index(key, purpose="limit"),
                LimitCount.window == now // limit.window_seconds,
                LimitCount.count >= limit.most,
            )
        )
    ]
    return max(used_up, default=0)


def count_try(limits: tuple[Limit, ...], key: str) -> int | None:
    """Count one try for `key` under each limit, in the open unit of work.

    Returns None when all allow it, else the seconds after which the strictest window is over.
    """
    now = int(clock.now().timestamp())
    hashed = blind_index(key, purpose="limit")
    waits: list[int] = []
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    for limit in limits:
        window = now // limit.window_seconds
        statement = insert(LimitCount).values(kind=limit.kind, key=hashed, window=window, count=1)
        count = db.session.execute(
            statement.on_conflict_do_update(
                index_elements=["kind", "key", "window"], set_={"count": LimitCount.count + 1}
            ).returning(LimitCount.count)
        ).scalar_one()
        if count > limit.most:
            waits.append((window + 1) * limit.window_seconds - now)
    return max(waits) if waits else None
