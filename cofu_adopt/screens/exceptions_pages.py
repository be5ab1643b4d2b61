"""What of money needs a person: every kind that a slice has registered, on one page, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from cofu_adopt.adoptions import search_orders
from cofu_adopt.core import access
from cofu_adopt.core.registry import Matter, exceptions
from cofu_adopt.screens.desk_roles import READERS
from cofu_adopt.screens.desk_words import for_templates

bp = Blueprint("desk_exceptions", __name__, template_folder="templates", url_prefix="/desk/exceptions")
bp.context_processor(for_templates)
MOST = 100
"""How many of a kind are shown; the oldest are dealt with first."""


@dataclass(frozen=True, slots=True)
class Group:
    """One kind, with its oldest matters."""

    name: str
    title: Any
    matters: tuple[Matter, ...]
    more: bool

    @property
    def count(self) -> str:
        """How many there are, as far as they were counted."""
        return f"{MOST}+" if self.more else str(len(self.matters))

    @property
    def amount_fen(self) -> int | None:
        """What they come to, where all are counted and all have an amount."""
        amounts = [matter.amount_fen for matter in self.matters]
        if self.more or None in amounts:
            return None
        return sum(amount for amount in amounts if amount is not None)


def open_groups() -> list[Group]:
    """The kinds of which there is something, in the order in which they are registered."""
    found = [(kind, list(kind.find(MOST + 1))) for kind in exceptions()]
    return [
        Group(kind.name, kind.title, tuple(matters[:MOST]), more=len(matters) > MOST)
        for kind, matters in found
        if matters
    ]


@bp.get("")
@access.allow(*READERS)
def index() -> str:
    """The list."""
    groups = open_groups()
    orders = {matter.order_id for group in groups for matter in group.matters if matter.order_id is not None}
    return render_template("screens/desk/exceptions.html", groups=groups, codes=search_orders.codes_of(orders))
