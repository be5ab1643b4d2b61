"""A still clock, and the code that an SMS carries."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.crypto import decrypt
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.outbox import OutboxRow

PHONE = "13800005678"


@pytest.fixture(autouse=True)
def _still(still: FrozenClock) -> None:
    """No test of limits crosses the end of a window by chance."""


def last_code(phone: str = PHONE) -> str:
    """The newest code that was put into the outbox for `phone`."""
    with unit_of_work(writes=False):
        rows = db.session.scalars(select(OutboxRow).where(OutboxRow.type == "sms")).all()
        sent = [decrypt(row.secret).split() for row in sorted(rows, key=lambda row: int(row.aggregateid)) if row.secret]
    return [code for number, code in sent if number == phone][-1]


def other_than(code: str) -> str:
    """A code that is wrong."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def sign_in(client: FlaskClient, phone: str = PHONE, target: str = "/me") -> None:
    """Sign in by phone and code."""
    assert client.post("/sign-in", data={"phone": phone, "next": target}).status_code == 302
    answer = client.post("/sign-in/code", data={"code": last_code(phone), "next": target})
    assert answer.status_code == 302
