"""The product's own source, parsed once, for the tests that read it."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import cofu_adopt

PACKAGE = Path(cofu_adopt.__file__).parent


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One module: its path inside cofu_adopt/, and its tree."""

    path: str
    tree: ast.Module

    @property
    def module(self) -> ModuleType:
        """The module itself, imported."""
        return importlib.import_module(f"cofu_adopt.{self.path.removesuffix('.py').replace('/', '.')}")

    def calls(self, name: str) -> Iterator[ast.Call]:
        """The calls of a function or method of this name."""
        for node in _nodes(self):
            if isinstance(node, ast.Call) and last_name(node.func) == name:
                yield node

    def imports(self) -> Iterator[tuple[str, str]]:
        """What is imported: the module, and the name out of it ("" for the module itself)."""
        for node in _nodes(self):
            if isinstance(node, ast.Import):
                yield from ((alias.name, "") for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.module or "", alias.name) for alias in node.names)

    def strings(self) -> Iterator[str]:
        """All texts in it, docstrings too."""
        for node in _nodes(self):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value

    def value(self, node: ast.expr) -> object:
        """What a literal or a module's constant stands for."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return getattr(self.module, node.id, None)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return getattr(getattr(self.module, node.value.id, None), node.attr, None)
        return None


@cache
def _nodes(source: Source) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(source.tree))


def last_name(node: ast.expr) -> str:
    """`c` of a.b.c."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@cache
def sources() -> tuple[Source, ...]:
    """All modules of the product."""
    return tuple(
        Source(str(path.relative_to(PACKAGE)), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
    )
