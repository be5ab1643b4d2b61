"""What lets the household's pages open at sea: the worker, its files, and whose page is kept."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.screens import boat_shell
from tests.people import Who, browser


@pytest.fixture
def family(app: Flask, still: FrozenClock) -> FlaskClient:
    return browser(app, Who.HOUSEHOLD)


def status_of(client: FlaskClient, path: str) -> int:
    with client.get(path) as answer:
        return answer.status_code


def test_all_that_the_worker_keeps_is_there_and_is_nobodys(family: FlaskClient, app: Flask) -> None:
    stranger = app.test_client()
    answer = stranger.get("/household/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == "/household"
    assert answer.headers["Cache-Control"] == "no-cache"
    listed = re.search(r"const SHELL = (\[.*\]);", answer.text)
    assert listed is not None
    shell = json.loads(listed[1])
    assert {status_of(stranger, path) for path in shell} == {200}
    used = re.findall(r'(?:src|href)="(/(?:style|static|household/app)/[^"]+)"', family.get("/household").text)
    assert set(used) <= set(shell)
    for name in boat_shell.script_names():
        imported = re.findall(r'from "\./(\w+\.js)"', (boat_shell.SCRIPTS / name).read_text(encoding="utf-8"))
        assert set(imported) <= set(boat_shell.script_names()), name


def test_a_changed_script_is_a_new_worker_under_a_new_address(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    before = client.get("/household/sw.js").text
    for path in boat_shell.SCRIPTS.glob("*.js"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "read.js").write_text("// new", encoding="utf-8")
    monkeypatch.setattr(boat_shell, "SCRIPTS", tmp_path)
    old = boat_shell.scripts_version()
    boat_shell.scripts_version.cache_clear()
    try:
        assert boat_shell.scripts_version() != old
        assert client.get("/household/sw.js").text.split("\n", 1)[0] != before.split("\n", 1)[0]
        kept = client.get(f"/household/app/{boat_shell.scripts_version()}/read.js")
        assert (kept.text, "immutable" in kept.headers["Cache-Control"]) == ("// new", True)
        assert client.get(f"/household/app/{old}/read.js").headers["Cache-Control"] == "no-cache"
    finally:
        boat_shell.scripts_version.cache_clear()


def test_only_the_pages_modules_have_an_address(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/household/app/0/sw.js").status_code == 404
    assert client.get("/household/app/0/nothing.js").status_code == 404


def test_a_page_says_whose_it_is_and_hello_gives_a_fresh_token(family: FlaskClient, app: Flask) -> None:
    page, hello = family.get("/household"), family.get("/household/hello")
    assert hello.json is not None
    assert page.headers["Boat-Person"] == family.get("/household/post").headers["Boat-Person"] == hello.json["person"]
    assert hello.headers["Cache-Control"] == "no-store"
    sent = {"public_name": "x", "csrf_token": "old"}
    assert family.post("/household/1/story", data=sent).status_code == 400
    assert family.post("/household/1/story", data=sent | {"csrf_token": hello.json["csrf"]}).status_code == 404
    assert app.test_client().get("/household/hello").status_code in {302, 401}
    assert browser(app, Who.ADOPTER).get("/household/hello").status_code == 404


def test_the_page_for_the_home_screen(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/household/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    manifest = json.loads(answer.data)
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/household", "/household", "standalone")
    assert {status_of(client, icon["src"]) for icon in manifest["icons"]} == {200}
