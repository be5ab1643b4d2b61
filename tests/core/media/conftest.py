"""Somebody who sends photos."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.people import Who, make_person


@pytest.fixture
def me(app: Flask) -> int:
    """A person of a household."""
    return make_person(Who.HOUSEHOLD)
