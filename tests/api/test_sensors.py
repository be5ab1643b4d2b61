"""docs/sensors.md, done to the letter over HTTP with nothing but what it says."""

from __future__ import annotations

import json
import re
import shlex
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from cofu_adopt import schedule
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.growth import send_reading
from cofu_adopt.identity.limits import Limit
from cofu_adopt.notify.dev_inbox import list_kept
from config import ROOT
from tests.api.shop import Program, Shop

DOC = (ROOT / "docs" / "sensors.md").read_text()
SAMPLE = {"mean_shell_length_mm": 45, "sample_count": 20}


class Quiet(WSGIRequestHandler):
    """A server without a log."""

    def log(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def address(shop: Shop) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, shop.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", DOC, re.DOTALL)


def curl(command: str, **known: str) -> Any:
    """What curl would get; it knows -H, -d and an address."""
    for name, value in known.items():
        command = command.replace(f"${name}", value)
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    headers, data, url = {}, b"", ""
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = next(words).encode()
        else:
            url = word
    with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as answer:  # noqa: S310 - loopback
        return json.load(answer)


def sensor_token(shop: Shop, address: str) -> str:
    """As the page says, from the phone to the token."""
    assert shop.person(Role.HOUSEHOLD).person_id
    ask, sign_in, make = blocks("sh")
    curl(ask, SEA=address)
    schedule.deliver_codes()
    with unit_of_work(writes=False):
        code = list_kept()[0].code
    token = curl(sign_in, SEA=address, CODE=str(code))["token"]
    made = curl(make, SEA=address, TOKEN=token)
    assert made["about"]["scopes"] == ["readings:write"]
    return str(made["token"])


def run(code: str, **names: str) -> dict[str, Any]:
    """Run the page's program with other constants."""
    found: dict[str, Any] = {}
    line = f"SEA, TOKEN, PLOT = {names['sea']!r}, {names['token']!r}, 'A1-01'"
    changed = re.sub(r"^SEA, .*$", lambda _: line, code, count=1, flags=re.MULTILINE)
    assert changed != code
    exec(compile(changed, "docs/sensors.md", "exec"), found)  # noqa: S102 - our own page
    return found


def test_the_page_to_the_letter(shop: Shop, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    token = sensor_token(shop, address)
    (program,) = blocks("python")
    sensor = run(program, sea=address, token=token)
    assert capsys.readouterr().out.startswith("kept 45.3")
    (row,) = shop.visitor().read("/plots/A1-01/measurements")["items"]
    assert (row["sample_count"], row["survival"], row["water_temperature_c"]) == (3, 0.95, 18.4)
    again = [sensor["send"](SAMPLE, "the-same-key")["id"] for _number in range(2)]
    assert len(set(again)) == 1
    (row,) = shop.visitor().read("/plots/A1-01/measurements")["items"]
    assert row["sample_count"] == 23
    assert sensor["send"](SAMPLE | {"mean_shell_length_mm": 30}, "another-key")["state"] == "questioned"
    assert shop.visitor().read("/plots/A1-01/measurements")["items"] == [row]
    with pytest.raises(urllib.error.HTTPError) as refused:
        sensor["send"]({"lengths_mm": [450]}, "a-third-key")
    with refused.value as answer:
        assert (answer.code, list(json.load(answer)["errors"])) == (422, ["lengths_mm.0"])


def token_for(shop: Shop, *scopes: str) -> Program:
    me = shop.person(Role.HOUSEHOLD)
    made: Any = me.post("/tokens", {"name": "float", "scopes": list(scopes), "expires_in_days": 9}).json
    return Program(shop.app, made["token"])


def test_its_token_can_do_nothing_else(shop: Shop) -> None:
    sensor = token_for(shop, "readings:write")
    assert sensor.post("/plots/A1-01/readings", SAMPLE).status_code == 201
    for answer in (
        sensor.post("/household/updates", {}),
        sensor.get("/household/updates"),
        sensor.get("/household/plots"),
        sensor.get("/me"),
        sensor.get("/tokens"),
        sensor.post("/tokens", {}),
        sensor.post("/household/uploads", {}),
        sensor.put("/household/stories/GQ001", {}),
    ):
        assert (answer.status_code, answer.json["code"]) == (403, "scope_missing")  # type: ignore[index]
    other = token_for(shop, "household:read").post("/plots/A1-01/readings", SAMPLE)
    assert other.json["code"] == "scope_missing"  # type: ignore[index]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"measured_on": "2026-01-01"}, "measured_on"),
        ({"measured_on": "2999-01-01"}, "measured_on"),
        ({"measured_on": "today"}, "measured_on"),
        ({"water_temperature_c": 99}, "water_temperature_c"),
        ({"sample_count": 0}, "sample_count"),
        ({"survival": 1.1}, "survival"),
        ({"mean_shell_length_mm": "NaN"}, "mean_shell_length_mm"),
        ({"plot_code": "A1-01"}, "plot_code"),
    ],
)
def test_what_is_wrong_is_named(shop: Shop, changes: dict[str, Any], field: str) -> None:
    answer: Any = token_for(shop, "readings:write").post("/plots/A1-01/readings", SAMPLE | changes)
    assert (answer.status_code, list(answer.json.get("errors", answer.json))) == (422, [field])


def test_a_plot_takes_so_many_a_day(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_reading, "PER_PLOT", (Limit("readings_plot_day", 2, 86400),))
    sensor = token_for(shop, "readings:write")
    answers = [sensor.post("/plots/A1-01/readings", SAMPLE) for _number in range(3)]
    assert [one.status_code for one in answers] == [201, 201, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert sensor.post("/plots/A1-02/readings", SAMPLE).status_code == 201
    without = sensor.post("/plots/A1-02/readings", SAMPLE, Idempotency_Key="")
    assert without.json["code"] == "idempotency_key_needed"  # type: ignore[index]
