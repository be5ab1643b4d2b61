"""Nickname and e-mail."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.identity.models import Person
from cofu_adopt.identity.pages import is_email
from tests.identity.conftest import sign_in


def kept() -> Person:
    with unit_of_work(writes=False):
        return db.session.scalars(select(Person)).one()


def test_a_new_person_is_called_by_her_last_digits(client: FlaskClient) -> None:
    sign_in(client)
    assert kept().display_name == "5678"
    assert "138****5678" in client.get("/me").text


def test_nickname_and_email_are_kept(client: FlaskClient) -> None:
    sign_in(client)
    answer = client.post("/me?lang=en", data={"display_name": "  小  满 ", "email": " lin@example.com "})
    assert answer.status_code == 302
    person = kept()
    assert (person.display_name, person.email, person.locale) == ("小 满", "lin@example.com", "en")
    client.post("/me", data={"display_name": "小满", "email": ""})
    assert kept().email is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"display_name": " ", "email": ""}, "1 到 12 个字"),
        ({"display_name": "字" * 13, "email": ""}, "1 到 12 个字"),
        ({"display_name": "小\N{ZERO WIDTH SPACE}满", "email": ""}, "不能显示的字符"),
        ({"display_name": "小\N{RIGHT-TO-LEFT OVERRIDE}满", "email": ""}, "不能显示的字符"),
        ({"display_name": "小满", "email": "lin@example"}, "不像邮箱"),
    ],
)
def test_a_fault_keeps_what_was_typed_and_what_was_stored(
    client: FlaskClient, data: dict[str, str], words: str
) -> None:
    sign_in(client)
    answer = client.post("/me", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{data["email"] or data["display_name"]}"' in answer.text
    person = kept()
    assert (person.display_name, person.email) == ("5678", None)


@pytest.mark.parametrize("text", ["a@b.c", "林@例.中国", "a.b+c@sub.example.com"])
def test_what_can_be_an_address(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text", ["", "a", "@b.c", "a@", "a@b", "a@.b", "a@b.", "a b@c.d", "a@b .c", f"{'a' * 251}@b.c"]
)
def test_what_cannot(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize("text", ["a@b.c\nBcc: x@y.z", "a@b.c\r", "<a@b.c>", "a@b.c,d@e.f", "a@@b.c", "a\x00@b.c"])
def test_what_would_be_more_than_one_address(text: str) -> None:
    assert not is_email(text)
