"""Who may call a route. Every route declares it; app.py enforces it and a test lists those that do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import g

from cofu_adopt.core.errors import NotFound, SignInNeeded

View = TypeVar("View", bound=Callable[..., Any])


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


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes this request. A guest is a visitor without a sign-in who holds a rope."""

    person_id: int
    name: str
    roles: frozenset[Role]
    is_guest: bool = False

    def has(self, *roles: Role) -> bool:
        """True when the caller has one of `roles`."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Access:
    """A route's declaration."""

    roles: frozenset[Role] | None
    writes: bool
    own_transactions: bool
    anonymous: bool = False


def public(*, writes: bool = False, own_transactions: bool = False) -> Callable[[View], View]:
    """Anybody may call it, signed in or not.

    `own_transactions`: the view is one of the flows that talk to the outside and opens its own short units of work.
    """
    return _declare(Access(None, writes, own_transactions))


def anonymous() -> Callable[[View], View]:
    """Anybody may call it, and who calls is not looked up: it answers with the database away. Opens its own units."""
    return _declare(Access(None, writes=False, own_transactions=True, anonymous=True))


def allow(*roles: Role, writes: bool = False, own_transactions: bool = False) -> Callable[[View], View]:
    """Only a signed-in person with one of `roles` may call it; to others of the house it does not exist (404)."""
    return _declare(Access(frozenset(roles), writes, own_transactions))


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
    return found is not None and not found.is_guest and found.has(*access.roles)


def enforce(access: Access) -> None:
    """Let the caller pass or raise: SignInNeeded for visitors, NotFound for those of another role."""
    if access.roles is None:
        return
    found = caller()
    if found is None or found.is_guest:
        raise SignInNeeded(staff=access.roles <= STAFF)
    if not found.has(*access.roles):
        raise NotFound
