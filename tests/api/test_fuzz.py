"""Schemathesis over every operation, as each role: no answer that the document does not tell, and never a 500."""

from __future__ import annotations

import os
import re
import tomllib
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.engine import from_schema
from schemathesis.engine.events import EngineFinished, FatalError, NonFatalError, ScenarioFinished

from cofu_adopt.core.access import Role
from cofu_adopt.core.api import PREFIX
from cofu_adopt.core.db import is_postgresql
from config import ROOT
from tests.api.matrix import ANYBODY, LETTERS, TABLE
from tests.api.shop import ADDRESS, Program, Shop

ROLES = (None, *Role)
FULL = bool(os.environ.get("COFU_TEST_FULL"))
SETTINGS = tomllib.loads((ROOT / "schemathesis.toml").read_text())
BANK_LINE = {"bank_ref": "ICBC-1", "amount_fen": 19800, "paid_on": "2026-11-20", "payer": "王小海"}
ENDS_TOKENS = "/api/v1/(sign-out|tokens/.*)"
"""Asked last: ids that were answered before are tried again, and the token in use would be gone."""


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_no_answer_is_a_surprise(shop: Shop, role: Role | None) -> None:
    if is_postgresql() and not FULL:
        pytest.skip("on PostgreSQL in `make test-full`")
    me = shop.visitor() if role is None else shop.person(role)
    if role is Role.ADOPTER:
        shop.paid(me)
        me.post("/me/addresses", ADDRESS)
    if role in (Role.FINANCE_MAKER, Role.FINANCE_CHECKER):
        shop.dispute(shop.paid(shop.adopter()))
        me.post("/desk/transfers/lines", BANK_LINE)
    mine = operations_of(role)
    asked, faults = fuzz(shop, me, mine, last=False)
    assert not faults, "\n\n".join(faults)
    assert asked > 3 * len(mine) > 20
    assert role is None or me.get("/me").status_code == 200, "the token was lost on the way"
    asked, faults = fuzz(shop, me, mine, last=True)
    assert not faults, "\n\n".join(faults)
    assert asked


def served(app: Flask) -> Any:
    """The application as a server has it: it closes each answer, and with it the file that is sent."""

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        body = app(environ, start_response)
        try:
            return [b"".join(body)]
        finally:
            body.close()  # type: ignore[attr-defined]

    return answer


def operations_of(role: Role | None) -> set[str]:
    """What is asked as somebody: all of it as a visitor, and in `make test-full`; else what the role may call.

    What it may not call is 404 whatever is sent: test_matrix.py.
    """
    letters = {letter for letter, one in LETTERS.items() if one is role}
    asked = {
        name for name, who in TABLE.items() if role is None or FULL or who == ANYBODY or not letters.isdisjoint(who)
    }
    return {f"{method.upper()} {PREFIX}{path}" for method, path in (name.split(" ") for name in asked)}


def fuzz(shop: Shop, me: Program, mine: set[str], *, last: bool) -> tuple[int, list[str]]:
    """How many calls were made, and what was wrong with their answers."""
    given = {} if me.token is None else {"headers": {"Authorization": f"Bearer {me.token}"}}
    config = schemathesis.Config.from_dict(SETTINGS | given)
    whole = schemathesis.openapi.from_wsgi("/openapi.json", served(shop.app), config=config)
    wanted = {label for label in mine if last == bool(re.search(ENDS_TOKENS, label))}
    schema = whole.include(lambda context: context.operation.label in wanted)
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
