"""The shop as the API shows it, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from tests.api.shop import Shop, open_shop


@pytest.fixture
def shop(app: Flask) -> Shop:
    """A small sea on sale; public reads are not kept, so that a test sees what it has just done."""
    app.extensions["settings"] = replace(app.extensions["settings"], public_cache_seconds=0)
    return open_shop(app)
