"""The OpenAPI document and the page to read it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask

from cofu_adopt.core.errors import DomainError
from cofu_adopt.core.openapi import METHODS, codes
from cofu_adopt.core.problem import CONTENT_TYPE

NOT_OF_THE_API = {
    "bad_request", "same_request", "too_many_tries", "other_way_under_way", "two_people_needed", "too_many_orders",
    "proof_needed", "second_step_missing",
    "edit_instead", "link_forged", "link_expired",
}  # fmt: skip
"""Refusals of pages and of the command line only."""


@pytest.fixture
def made(app: Flask) -> Any:
    answer = app.test_client().get("/openapi.json")
    assert answer.status_code == 200
    return answer.json


def test_it_is_openapi_3_1_and_all_that_it_names_is_there(made: Any) -> None:
    assert made["openapi"] == "3.1.0"
    named = set(re.findall(r"#/components/(\w+)/(\w+)", json.dumps(made)))
    assert named
    assert all(name in made["components"][kind] for kind, name in named)


def test_every_operation_has_words_in_both_languages_and_an_answer(made: Any) -> None:
    for path, item in made["paths"].items():
        for operation in (item[method] for method in METHODS if method in item):
            assert re.search(r"[a-z]", operation["summary"]), path
            assert re.search(r"[\u4e00-\u9fff]", operation["x-zh"]), path
            assert any(status.startswith("2") for status in operation["responses"]), path
            assert "503" in operation["responses"], path


def test_every_refusal_is_a_problem_document(made: Any) -> None:
    for item in made["paths"].values():
        for operation in (item[method] for method in METHODS if method in item):
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == [CONTENT_TYPE]
                    for code, example in answer["content"][CONTENT_TYPE]["examples"].items():
                        assert (example["value"]["code"], example["value"]["status"]) == (code, int(status))


def subclasses(error: type[DomainError]) -> set[type[DomainError]]:
    return {error}.union(*(subclasses(inner) for inner in error.__subclasses__()))


def test_every_code_of_the_house_is_documented_in_both_languages(made: Any) -> None:
    known = {error.code for error in subclasses(DomainError) if error.__module__.startswith("cofu_adopt.")}
    documented = codes(made)
    assert known - set(documented) - NOT_OF_THE_API == set()
    for code, (status, chinese, english) in documented.items():
        assert 400 <= status < 600, code
        assert re.search(r"[\u4e00-\u9fff]", chinese), code
        assert english, code


def test_a_get_knows_304_and_a_creating_post_its_key(made: Any) -> None:
    assert "304" in made["paths"]["/api/v1/sea"]["get"]["responses"]
    headers = {one["name"]: one["required"] for one in made["paths"]["/api/v1/holds"]["post"]["parameters"]}
    assert headers["Idempotency-Key"] is True


def test_it_is_304_when_it_is_known(app: Flask) -> None:
    client = app.test_client()
    tag = client.get("/openapi.json").headers["ETag"]
    assert client.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(("language", "words"), [("zh", "占住一串绳"), ("en", "Hold a rope while the person")])
def test_the_page_lists_everything(app: Flask, made: Any, language: str, words: str) -> None:
    page = app.test_client().get("/api", headers={"Accept-Language": language}).text
    assert words in page
    for path in made["paths"]:
        assert f"<code>{path}</code>" in page
    for code in codes(made):
        assert f'id="{code}"' in page
    for file in ("multipart/form-data: households, plots, measurements", "application/pdf", "text/csv"):
        assert f"<code>{file}</code>" in page
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links - set(re.findall(r'id="([^"]+)"', page)) - {"main"} == set()
    assert "style=" not in page
    assert "<script>" not in page
