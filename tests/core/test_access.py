"""Who may pass, and who is told that there is nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask, g

from cofu_adopt.core import access, clock
from cofu_adopt.core.access import FRESH, STAFF, Access, Caller, Role
from cofu_adopt.core.errors import NotFound, ProofNeeded, SecondStepMissing, SignInNeeded

GUEST = Caller(1, "", frozenset(), is_guest=True)
ADOPTER = Caller(2, "a", frozenset({Role.ADOPTER}))
OPERATOR = Caller(3, "o", frozenset({Role.OPERATOR, Role.HOST}))
DESK = Access(frozenset({Role.OPERATOR}), writes=False, own_transactions=False)
ORDERS = Access(frozenset({Role.ADOPTER, Role.HOUSEHOLD}), writes=True, own_transactions=False)
OPEN = Access(None, writes=False, own_transactions=False)


def passes(app: Flask, caller: Caller | None, declared: Access) -> bool:
    with app.test_request_context():
        g.caller = caller
        access.enforce(declared)
        return True


@pytest.fixture(scope="module")
def bare() -> Flask:
    return Flask("bare")


@pytest.mark.parametrize(
    ("caller", "declared"),
    [(None, OPEN), (GUEST, OPEN), (ADOPTER, OPEN), (ADOPTER, ORDERS), (OPERATOR, DESK)],
)
def test_those_who_may_pass(bare: Flask, caller: Caller | None, declared: Access) -> None:
    assert passes(bare, caller, declared)


@pytest.mark.parametrize(("caller", "declared"), [(ADOPTER, DESK), (OPERATOR, ORDERS)])
def test_to_another_role_it_does_not_exist(bare: Flask, caller: Caller, declared: Access) -> None:
    with pytest.raises(NotFound):
        passes(bare, caller, declared)


@pytest.mark.parametrize("caller", [None, GUEST])
def test_visitors_and_guests_must_sign_in_at_the_right_door(bare: Flask, caller: Caller | None) -> None:
    with pytest.raises(SignInNeeded) as raised:
        passes(bare, caller, ORDERS)
    assert not raised.value.staff
    with pytest.raises(SignInNeeded) as raised:
        passes(bare, caller, DESK)
    assert raised.value.staff


def test_a_sensitive_act_needs_a_fresh_proof(bare: Flask) -> None:
    sensitive = replace(DESK, fresh=True)
    with clock.frozen() as still:
        proved = replace(OPERATOR, proved_at=still.at)
        still.advance(seconds=FRESH.total_seconds())
        assert passes(bare, proved, sensitive)
        still.advance(seconds=1)
        for caller in (proved, OPERATOR):
            with pytest.raises(ProofNeeded):
                passes(bare, caller, sensitive)
            assert passes(bare, caller, DESK)
    with pytest.raises(NotFound):
        passes(bare, ADOPTER, sensitive)


def test_before_the_second_step_is_set_up_only_its_page_opens(bare: Flask) -> None:
    bound = replace(OPERATOR, lacks_second_step=True)
    with pytest.raises(SecondStepMissing):
        passes(bare, bound, DESK)
    assert passes(bare, bound, replace(DESK, before_second_step=True))
    assert passes(bare, bound, OPEN)
    with pytest.raises(NotFound):
        passes(bare, bound, ORDERS)


@pytest.mark.parametrize("caller", [None, GUEST, ADOPTER, OPERATOR, replace(OPERATOR, lacks_second_step=True)])
@pytest.mark.parametrize("declared", [OPEN, ORDERS, DESK])
def test_links_lead_where_one_may_go(bare: Flask, caller: Caller | None, declared: Access) -> None:
    def view() -> str:
        return ""

    view.access = declared  # type: ignore[attr-defined]
    try:
        may = passes(bare, caller, declared)
    except (NotFound, SignInNeeded, SecondStepMissing):
        may = False
    with bare.test_request_context():
        g.caller = caller
        assert access.admits(view) is may
        assert not access.admits(None)


def test_the_caller_is_read_once_until_forgotten(bare: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def load() -> Caller:
        asked.append(1)
        return ADOPTER

    monkeypatch.setattr(access, "_load", load)
    with bare.test_request_context():
        assert access.caller() is access.caller() is access.signed_in()
        assert len(asked) == 1
        access.forget_caller()
        assert access.caller() is ADOPTER
        assert len(asked) == 2


def test_only_adopters_and_households_sign_in_by_phone() -> None:
    assert set(Role) - STAFF == {Role.ADOPTER, Role.HOUSEHOLD}
