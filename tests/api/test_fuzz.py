"""Schemathesis over every operation, as each role: no answer that the document does not tell, and never a 500."""

from __future__ import annotations

import tomllib

import pytest
import schemathesis
from schemathesis.engine import from_schema
from schemathesis.engine.events import EngineFinished, FatalError, NonFatalError, ScenarioFinished
from sqlalchemy import update

from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.identity.models import ApiToken
from config import ROOT
from tests.api.shop import ADDRESS, Program, Shop

ROLES = (None, Role.ADOPTER, Role.HOUSEHOLD, Role.OPERATOR, Role.AUDITOR)
"""One of each kind of token; what differs within a kind is in test_matrix.py."""
SETTINGS = tomllib.loads((ROOT / "schemathesis.toml").read_text())


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_no_answer_is_a_surprise(shop: Shop, role: Role | None) -> None:
    me = shop.visitor() if role is None else shop.person(role)
    with unit_of_work():
        # An id that nobody guesses: else the token would be revoked on the way.
        db.session.execute(update(ApiToken).values(id=ApiToken.id + 123456789))
    if role is Role.ADOPTER:
        shop.paid(me)
        me.post("/me/addresses", ADDRESS)
    asked, faults = fuzz(shop, me)
    assert not faults, "\n\n".join(faults)
    assert asked > 300
    assert role is None or me.get("/me").status_code == 200, "the token was lost on the way"


def fuzz(shop: Shop, me: Program) -> tuple[int, list[str]]:
    """How many calls were made, and what was wrong with their answers."""
    given = {} if me.token is None else {"headers": {"Authorization": f"Bearer {me.token}"}}
    config = schemathesis.Config.from_dict(SETTINGS | given)
    whole = schemathesis.openapi.from_wsgi("/openapi.json", shop.app, config=config)
    # Signing out would end the token; it takes no input.
    schema = whole.exclude(path="/api/v1/sign-out")
    asked, faults = 0, []
    for event in from_schema(schema).execute():
        if isinstance(event, ScenarioFinished):
            asked += len(event.recorder.interactions)
            for checks in event.recorder.checks.values():
                faults += [
                    f"{event.recorder.label}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
                    for check in checks
                    if check.failure_info is not None
                ]
        elif isinstance(event, NonFatalError):
            faults.append(f"{event.label}: {event.value}")
        elif isinstance(event, FatalError):
            raise event.exception
        elif isinstance(event, EngineFinished):
            faults += [str(failure) for failure in event.failures]
    return asked, faults
