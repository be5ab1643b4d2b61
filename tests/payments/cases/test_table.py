"""Each of the 28 cases has a test of its own here, and every test that the table names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.payments.cases.table import CASES

HERE = Path(__file__).parent
TESTS = HERE.parents[1]
NUMBERED = re.compile(r"test_case_(\d\d)_")


def functions_in(path: Path) -> set[str]:
    """The names of the functions of a file; none when there is no such file."""
    tree = ast.parse(path.read_text()) if path.is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_table_has_28_cases_and_each_has_a_test_here() -> None:
    names = set().union(*(functions_in(path) for path in HERE.glob("test_*.py")))
    shown = {int(found[1]) for name in names if (found := NUMBERED.match(name))}
    assert set(CASES) == set(range(1, 29)) == shown


def test_every_test_that_the_table_names_is_there() -> None:
    named = [one.split("::") for case in CASES.values() for one in case.also]
    assert [name for name in named if name[1] not in functions_in(TESTS / name[0])] == []
