"""The kit page shows every component; pages of error keep their status and their voice."""

from __future__ import annotations

import re

import pytest
from flask import Flask


def test_the_kit_draws_every_component(app: Flask) -> None:
    answer = app.test_client().get("/kit")
    assert answer.status_code == 200
    for shown in (
        "seamap",
        "legend",
        "hold",
        "ropes",
        "chart",
        "meter",
        "mussel",
        "notice--storm",
        "chip--mine",
        "plot--full",
    ):
        assert shown in answer.text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "这一页不对您开放"), (404, "没有找到这一页"), (409, "这一步没有办成"), (422, "有几处要改"),
        (429, "试得太多了"), (500, "您的绳和钱都没动。过一会儿再试。"), (503, "您的绳和钱都没动。过一会儿再试。"),
    ],
)  # fmt: skip
def test_a_page_of_error_says_what_it_means(app: Flask, status: int, words: str) -> None:
    answer = app.test_client().get(f"/kit/error/{status}")
    assert answer.status_code == status
    assert words in answer.text


def test_a_first_load_is_small(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/kit/error/404")
    paths = re.findall(r'(?:href|src)="(/(?:style|static)/[^"]+)"', page.text)
    sizes = []
    for path in set(paths):
        with client.get(path) as answer:
            sizes.append(len(answer.data))
    assert len(paths) >= 3
    assert len(page.data) + sum(sizes) < 75_000


def test_the_style_sheet_is_kept_until_it_changes(app: Flask) -> None:
    client = app.test_client()
    path = re.search(r'href="(/style/app-[^"]+)"', client.get("/kit").text)
    assert path is not None
    assert "immutable" in client.get(path[1]).headers["Cache-Control"]
    assert client.get("/style/app-older.css").headers["Cache-Control"] == "no-cache"


def test_a_file_has_its_content_in_its_address(app: Flask) -> None:
    assert re.search(r'src="/static/js/app\.js\?v=[0-9a-f]{12}"', app.test_client().get("/kit").text)
