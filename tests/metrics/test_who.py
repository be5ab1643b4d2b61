"""Who may read /metrics."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from config import Settings, SettingsError, check_settings

TOKEN = "0123456789abcdef0123456789abcdef"


def status(app: Flask, *, address: str = "127.0.0.1", bearer: str = "") -> int:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    return app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=headers).status_code


def settle(app: Flask, **changed: str) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], **changed)


@pytest.mark.parametrize(
    ("address", "expected"), [("127.0.0.1", 200), ("::1", 200), ("10.0.0.7", 404), ("", 404), ("unix:", 404)]
)
def test_without_a_token_this_machine_only(app: Flask, address: str, expected: int) -> None:
    assert status(app, address=address) == expected


def test_with_a_token_whoever_brings_it(app: Flask) -> None:
    settle(app, metrics_token=TOKEN)
    assert status(app, address="10.0.0.7", bearer=TOKEN) == 200
    assert status(app) == 404
    assert status(app, bearer=TOKEN[:-1]) == 404
    assert status(app, bearer="口令") == 404


def test_in_production_nobody_without_a_token(app: Flask) -> None:
    settle(app, env="production")
    assert status(app) == 404
    settle(app, metrics_token=TOKEN)
    assert status(app, bearer=TOKEN) == 200


def test_a_token_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(SettingsError, match="METRICS_TOKEN"):
        check_settings(Settings(env="test", metrics_token=TOKEN[:-1]))
