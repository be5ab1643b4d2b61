"""Every crash point that the code names, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import cofu_adopt
from cofu_adopt import schedule
from cofu_adopt.notify.senders import SENDERS

PRODUCT = Path(cofu_adopt.__file__).parent
SIDES = {"unit_of_work": ("before_commit", "after_commit"), "around": ("before", "after")}
FILLED = {"due.kind": tuple(schedule.HANDLERS), "message.type": tuple(SENDERS)}
WITNESS = "adoptions.adopt"
"""A request's unit of work has its endpoint's name; all are opened in one place, and this one stands for them."""


def named_points() -> set[str]:
    """The names of all crash points."""
    found = set()
    for path in PRODUCT.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and (sides := SIDES.get(_name(call.func))) and call.args:
                found |= {f"{name}.{side}" for name in _spelled(call.args[0]) for side in sides}
    return found


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _spelled(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.Constant):
        yield str(argument.value)
    elif isinstance(argument, ast.JoinedStr):
        names = [""]
        for part in argument.values:
            if isinstance(part, ast.Constant):
                names = [name + str(part.value) for name in names]
            elif isinstance(part, ast.FormattedValue):
                names = [name + value for name in names for value in FILLED[ast.unparse(part.value)]]
        yield from names
    elif ast.unparse(argument) == "request.endpoint":
        yield WITNESS
    else:
        raise AssertionError(f"what is the name of {ast.unparse(argument)}?")
