"""Less patience than the product has, so that the tests need not wait so long."""

from __future__ import annotations

import pytest

from cofu_adopt.core import patience


@pytest.fixture
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second for an answer; what the product takes is added up in test_patience.py."""
    monkeypatch.setattr(patience, "ANSWER_SECONDS", 1.0)
    monkeypatch.setattr(patience, "POOL_SECONDS", 0.5)
