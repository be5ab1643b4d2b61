"""Sensitive fields: keys can be changed, nothing lies in clear text, indexes do not give each other away."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy

import pytest
from cryptography.fernet import Fernet, InvalidToken
from flask import Flask
from sqlalchemy import select, text

from cofu_adopt.core import clock, crypto
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.identity.models import Address, Person

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def keys_put_back() -> Iterator[None]:
    fernet, index_key = copy(crypto._Keys.fernet), crypto._Keys.index_key
    yield
    crypto._Keys.fernet, crypto._Keys.index_key = fernet, index_key


def test_what_the_old_key_wrote_is_read_until_it_is_taken_away() -> None:
    crypto.configure([OLD], "secret")
    token = crypto.encrypt("张信良 13800005678")
    crypto.configure([NEW, OLD], "secret")
    assert crypto.decrypt(token) == "张信良 13800005678"
    assert Fernet(NEW).decrypt(crypto.encrypt("new")) == b"new"
    crypto.configure([NEW], "secret")
    with pytest.raises(InvalidToken):
        crypto.decrypt(token)


def test_the_same_text_is_never_the_same_twice_and_a_changed_one_is_refused() -> None:
    crypto.configure([NEW], "secret")
    token = crypto.encrypt("x")
    assert token != crypto.encrypt("x")
    with pytest.raises(InvalidToken):
        crypto.decrypt(token[:-4] + "AAA=")


def test_a_blind_index_differs_by_purpose_and_by_secret_and_survives_new_keys() -> None:
    crypto.configure([OLD], "secret")
    phone = crypto.blind_index("13800005678", purpose="phone")
    assert phone != crypto.blind_index("13800005678", purpose="limit")
    assert phone != crypto.blind_index("13800005679", purpose="phone")
    crypto.configure([NEW, OLD], "secret")
    assert phone == crypto.blind_index("13800005678", purpose="phone")
    crypto.configure([NEW], "another secret")
    assert phone != crypto.blind_index("13800005678", purpose="phone")


def test_columns_are_encrypted_at_rest(app: Flask) -> None:
    address = {"name": "张信良", "street": "龙泉村 1 号"}
    with unit_of_work():
        person = Person(phone="13800005678", display_name="x", locale="en", is_guest=False, created_at=clock.now())
        db.session.add(person)
        db.session.flush()
        db.session.add(Address(person_id=person.id, content=address, used_at=clock.now()))
    with unit_of_work(writes=False):
        found = db.session.scalars(select(Person)).one()
        assert (found.phone, found.email) == ("13800005678", None)
        assert db.session.scalars(select(Address.content)).one() == address
        raw = db.session.execute(text("SELECT phone, email, content FROM person JOIN address ON true")).one()
    assert raw.email is None
    assert raw.phone != "13800005678"
    assert crypto.decrypt(raw.phone) == "13800005678"
    assert "张信良" not in raw.content


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("13800005678", "138****5678"),
        ("12345678", "123****5678"),
        ("1234567", "*******"),
        ("张", "*"),
        ("", ""),
        (None, ""),
    ],
)
def test_masks(given: str | None, shown: str) -> None:
    assert crypto.mask(given) == shown


def test_a_mask_without_a_tail_shows_no_tail() -> None:
    assert crypto.mask("张信良家的", head=1, tail=0) == "张****"
