"""The database goes away between a refusal and its page."""

from __future__ import annotations

from typing import NoReturn

import pytest
from flask import Blueprint, Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cofu_adopt.core import access
from cofu_adopt.core.errors import NotFound

TROUBLES = (OperationalError("SELECT 1", {}, Exception("gone")), PoolTimeout())


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: type(trouble).__name__)
def test_a_refusal_whose_page_cannot_be_made_is_busy(own_app: Flask, trouble: Exception) -> None:
    refusing = Blueprint("refusing", __name__)

    @refusing.get("/refuse")
    @access.public()
    def refuse() -> NoReturn:
        raise NotFound

    @refusing.errorhandler(NotFound)
    def page(_error: NotFound) -> NoReturn:
        raise trouble

    own_app.register_blueprint(refusing)
    answer = own_app.test_client().get("/refuse")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")
