"""The tiny sea of tests/season.py."""

from __future__ import annotations

from tests.season import season

__all__ = ["season"]
