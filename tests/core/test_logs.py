"""The log: one JSON line each, with the request's id, without anybody's secrets."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy.exc import OperationalError

from cofu_adopt.core import logs

PHONE, CARD = "13800005678", "6299995173266249311"


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    logs.configure("INFO")
    yield
    logging.getLogger().handlers = []


@pytest.mark.parametrize(
    "name",
    ["phone", "code", "sign_in_code", "password", "Authorization", "cookie", "stripe_secret_key", "api_token",
     "delivery_address", "bank_account"],
)  # fmt: skip
def test_values_under_telling_names_are_hidden(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("event", **{name: "123456"})
    (line,) = lines(capsys)
    assert line[name] == "[hidden]"


@pytest.mark.parametrize(
    "value",
    [
        f"sent to +86{PHONE}.",
        int(PHONE),
        {"person": {"mobile": PHONE}},
        [f"card {CARD}", (PHONE,)],
        ValueError(PHONE),
    ],
)
def test_long_digits_are_masked_anywhere(value: object, capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info(f"told {PHONE}", about=value)
    (line,) = lines(capsys)
    assert PHONE not in json.dumps(line)
    assert CARD not in json.dumps(line)
    assert line["event"] == "told 138****5678"


def test_a_code_deep_inside_is_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("event", form={"next": "/", "code": "123456"})
    (line,) = lines(capsys)
    assert line["form"] == {"next": "/", "code": "[hidden]"}


def test_what_is_needed_stays(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("request", status_code=404, error_code="not_found", path="/plots/A1-01", took=0.25)
    (line,) = lines(capsys)
    assert (line["status_code"], line["error_code"], line["path"], line["took"]) == (
        404,
        "not_found",
        "/plots/A1-01",
        0.25,
    )
    assert (line["level"], line["timestamp"][-1]) == ("info", "Z")


def test_the_libraries_lines_are_json_and_redacted_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    error = LookupError(PHONE)
    logging.getLogger("a.library").error("calling %s", PHONE, exc_info=error)
    (line,) = lines(capsys)
    assert (line["event"], line["level"]) == ("calling 138****5678", "error")
    assert "LookupError" in line["exception"]
    assert PHONE not in json.dumps(line)


def test_a_lower_level_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().debug("quiet")
    logging.getLogger("a.library").debug("quiet")
    assert lines(capsys) == []


def test_every_line_of_a_request_has_its_id(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    app.test_client().get("/healthz", headers={"X-Request-ID": "abc-12345"})
    app.test_client().get("/healthz")
    first, second = (line for line in lines(capsys) if line["event"] == "request")
    assert (first["request_id"], first["path"], first["status_code"]) == ("abc-12345", "/healthz", 200)
    assert second["request_id"] not in {"", "abc-12345"}


def test_the_one_line_of_an_error_is_the_one_that_says_what_is_wrong() -> None:
    error = OperationalError("SELECT 'sesame'", {}, Exception("canceling statement due to lock timeout"))
    error.add_detail("raised as a result of Query-invoked autoflush; consider ...")
    assert logs.in_one_line(error) == "OperationalError: (builtins.Exception) canceling statement due to lock timeout"
    assert logs.in_one_line(KeyError()) == "KeyError: "
