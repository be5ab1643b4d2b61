"""A member of staff who signs in by password, and her phone."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.identity import recovery_codes, totp
from cofu_adopt.identity.codes import CodeCheck
from cofu_adopt.identity.people import enrol_staff

PASSWORD = "gouqi-2026"


@dataclass
class Phone:
    """A phone with an authenticator."""

    secret: str

    def code(self, steps: int = 0) -> str:
        """What it shows, or will show after so many half minutes."""
        return pyotp.TOTP(self.secret).generate_otp(int(clock.now().timestamp()) // 30 + steps)

    def wrong(self) -> str:
        """What it shows in none of the half minutes around now."""
        around = {self.code(step) for step in (-1, 0, 1)}
        return next(code for code in (f"{number:06d}" for number in range(4)) if code not in around)


def enrol(username: str, *roles: Role) -> int:
    """Enrol a member of staff."""
    with unit_of_work():
        return enrol_staff(username, PASSWORD, username, roles)


def set_up(person_id: int, still: clock.FrozenClock) -> tuple[Phone, list[str]]:
    """Set up the second step; half a minute later, return the phone and the recovery codes."""
    with unit_of_work():
        phone = Phone(totp.start(person_id))
        assert totp.confirm(person_id, phone.code()) is CodeCheck.RIGHT
        codes = recovery_codes.make_codes(person_id)
    still.advance(seconds=30)
    return phone, codes


def check(person_id: int, typed: str) -> CodeCheck:
    """Check a code in a unit of work of its own."""
    with unit_of_work():
        return totp.check(person_id, typed)


def sign_in(app: Flask, username: str, code: str = "", target: str = "/desk") -> FlaskClient:
    """A browser in which she has signed in, with the code if one is given."""
    client = app.test_client()
    answer = give_password(client, username, target)
    assert answer.status_code == 302
    if code:
        assert answer.location.startswith("/staff/sign-in/code")
        assert client.post("/staff/sign-in/code", data={"code": code, "next": target}).location == target
    return client


def give_password(client: FlaskClient, username: str, target: str = "/desk") -> TestResponse:
    """Send the first form."""
    return client.post("/staff/sign-in", data={"username": username, "password": PASSWORD, "next": target})


def acts() -> list[tuple[str, str, int | None]]:
    """Act, subject and actor of what the log holds beside the enrolments."""
    with unit_of_work(writes=False):
        rows = db.session.scalars(select(AuditRecord).order_by(AuditRecord.id)).all()
        return [(row.act, row.subject_id, row.actor_id) for row in rows if row.act != "staff.enrol"]
