"""Whoever has something to contribute upwards is loaded: a check that nobody loads is a check that cannot fail."""

from __future__ import annotations

import importlib
import re

from cofu_adopt import contributions
from cofu_adopt.core.registry import checks, evidence_names, exceptions, gauges
from config import ROOT

REGISTERS = re.compile(r"^@(?:registry\.)?(check|gauge|exception|evidence)\(", re.MULTILINE)


def test_every_module_that_registers_something_is_loaded() -> None:
    package = ROOT / "cofu_adopt"
    found = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in package.rglob("*.py")
        if REGISTERS.search(path.read_text())
    }
    loaded = {module.__name__ for module in contributions.ALL}
    assert found - {"cofu_adopt.core.registry"} == loaded
    assert len(found) > 10


def test_each_kind_has_many() -> None:
    for module in contributions.ALL:
        importlib.import_module(module.__name__)
    assert len(checks()) >= 30
    assert len(gauges()) >= 5
    assert len(exceptions()) >= 10
    assert evidence_names() == ("order", "diary", "payments")
