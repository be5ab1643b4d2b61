"""Who may call a route. Every route declares it; app.py enforces it and a test lists those that do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from flask import g

from cofu_adopt.core import clock
from cofu_adopt.core.errors import NotFound, ProofNeeded, ScopeMissing, SecondStepMissing, SignInNeeded

View = TypeVar("View", bound=Callable[..., Any])
FRESH = timedelta(minutes=10)
"""How long a password or code proves for sensitive acts who sits there."""


class Role(StrEnum):
    """What a person may do."""

    ADOPTER = "adopter"
    """认养人: anybody who signed in by phone."""
    HOUSEHOLD = "household"
    """养殖户: belongs to a household that farms."""
    HOST = "host"
    """主播: runs livestream sessions."""
    OPERATOR = "operator"
    """工坊运营: the sea, the offers, the orders."""
    FINANCE_MAKER = "finance_maker"
    """财务经办: prepares what moves money."""
    FINANCE_CHECKER = "finance_checker"
    """财务复核: approves what another person prepared."""
    AUDITOR = "auditor"
    """审计: reads everything, changes nothing."""
    ADMINISTRATOR = "administrator"
    """管理员: people and their roles."""


STAFF = frozenset(
    {
        Role.HOST,
        Role.OPERATOR,
        Role.FINANCE_MAKER,
        Role.FINANCE_CHECKER,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    }
)
"""Roles that sign in by password."""


class Scope(StrEnum):
    """What a token may be used for, within what its person may do."""

    ME = "me"
    """Read and change what is kept about the person: name, addresses, messages."""
    ORDERS_READ = "orders:read"
    """Read the person's own holds and orders."""
    ORDERS_WRITE = "orders:write"
    """Hold, review, pay, name and cancel."""
    HOUSEHOLD_READ = "household:read"
    """Read the household's own plots and story."""
    HOUSEHOLD_WRITE = "household:write"
    """Change the household's story."""
    READINGS_WRITE = "readings:write"
    """Send readings of the household's own plots and nothing else: what a sensor needs."""
    DESK_READ = "desk:read"
    """Read what the workshop's desk shows."""
    DESK_WRITE = "desk:write"
    """Change what the workshop's desk can change."""
    TOKENS = "tokens"
    """List, make and revoke the person's tokens."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes this request. A guest is a visitor without a sign-in who holds a rope.

    `scopes` is None for a session, which may do all that its person may. `token_id` names the token that was sent.
    `proved_at`: when she last gave a password or code. `lacks_second_step`: staff who must set up TOTP before all else.
    """

    person_id: int
    name: str
    roles: frozenset[Role]
    is_guest: bool = False
    scopes: frozenset[Scope] | None = None
    token_id: int | None = None
    proved_at: datetime | None = None
    lacks_second_step: bool = False

    def has(self, *roles: Role) -> bool:
        """True when the caller has one of `roles`."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_fresh(self) -> bool:
        """True when she has proved just now who she is."""
        return self.proved_at is not None and clock.now() - self.proved_at <= FRESH


@dataclass(frozen=True, slots=True)
class Access:
    """A route's declaration."""

    roles: frozenset[Role] | None
    writes: bool
    own_transactions: bool
    anonymous: bool = False
    scope: Scope | None = None
    fresh: bool = False
    before_second_step: bool = False


def public(*, writes: bool = False, own_transactions: bool = False) -> Callable[[View], View]:
    """Anybody may call it, signed in or not.

    `own_transactions`: the view is one of the flows that talk to the outside and opens its own short units of work.
    """
    return _declare(Access(None, writes, own_transactions))


def anonymous() -> Callable[[View], View]:
    """Anybody may call it, and who calls is not looked up: it answers with the database away. Opens its own units."""
    return _declare(Access(None, writes=False, own_transactions=True, anonymous=True))


def allow(
    *roles: Role,
    writes: bool = False,
    own_transactions: bool = False,
    scope: Scope | None = None,
    fresh: bool = False,
    before_second_step: bool = False,
) -> Callable[[View], View]:
    """Only a signed-in person with one of `roles` may call it; to others of the house it does not exist (404).

    `scope`: what a token needs besides; routes of the API name one.
    `fresh`: a sensitive act of staff; whoever gave no password or code for FRESH is asked for it first.
    `before_second_step`: open to staff who have yet to set up TOTP where the house demands it.
    """
    return _declare(
        Access(
            frozenset(roles),
            writes,
            own_transactions,
            scope=scope,
            fresh=fresh,
            before_second_step=before_second_step,
        )
    )


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


_load: Callable[[], Caller | None] = lambda: None  # noqa: E731 - replaced by identity at the start


def set_loader(load: Callable[[], Caller | None]) -> None:
    """Tell how the caller is found from the request; identity does this once."""
    global _load  # noqa: PLW0603 - set once, when the app is made
    _load = load


def caller() -> Caller | None:
    """Who makes this request (guests included), read once a request; None for a visitor unknown."""
    if "caller" not in g:
        g.caller = _load()
    found: Caller | None = g.caller
    return found


def forget_caller() -> None:
    """Read the caller anew: somebody has just signed in or out."""
    g.pop("caller", None)


def signed_in() -> Caller:
    """The signed-in caller. Raises SignInNeeded for visitors and guests."""
    found = caller()
    if found is None or found.is_guest:
        raise SignInNeeded
    return found


def admits(view: Any) -> bool:
    """True when the caller may call `view`; for links that should not lead to a refusal. None is no view."""
    access: Access | None = getattr(view, "access", None)
    if access is None or access.roles is None:
        return access is not None
    found = caller()
    if found is None or found.is_guest or (found.lacks_second_step and not access.before_second_step):
        return False
    return found.has(*access.roles)


def enforce(access: Access) -> None:
    """Let the caller pass or raise: SignInNeeded for visitors, NotFound for another role, ScopeMissing for a token.

    Then SecondStepMissing and ProofNeeded, so that nobody learns from them what does not exist for her.
    """
    if access.roles is None:
        return
    found = caller()
    if found is None or found.is_guest:
        raise SignInNeeded(staff=access.roles <= STAFF)
    if not found.has(*access.roles):
        raise NotFound
    if found.scopes is not None and access.scope is not None and access.scope not in found.scopes:
        raise ScopeMissing(scope=access.scope)
    if found.lacks_second_step and not access.before_second_step:
        raise SecondStepMissing
    if access.fresh and not found.is_fresh:
        raise ProofNeeded
