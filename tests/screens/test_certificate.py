"""The certificate: what it says, that it prints what it can, and that it is drawn once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from cofu_adopt.screens.certificate import Certificate, draw_pdf
from cofu_adopt.screens.print_font import can_print
from tests.screens.conftest import Post, Shop
from tests.screens.test_my_ropes import PLOT, hold, pay

GIVEN = Certificate(
    "小满号", "D6-04-007", "D6", "D6-04", 7, 2026, "江海燕", datetime(2025, 10, 11, 4, tzinfo=UTC),
    "https://sea.example/r/" + "a" * 22, is_shared=True,
)  # fmt: skip


@pytest.mark.parametrize("name", ["小满号", "珺堃喆镕旻", "Ærøskøbing", "海の友達", "D6-04 №7"])
def test_names_that_people_have_can_be_printed(name: str) -> None:
    assert can_print(name)


@pytest.mark.parametrize("name", ["𠮷野家", "🐚", "بحر", "a\u200db"])
def test_what_the_font_lacks_is_never_an_empty_box(plain_app: Flask, name: str) -> None:
    assert not can_print(name)
    made = replace(GIVEN, name=name, household=name)
    assert made.printed_name is None
    with plain_app.test_request_context():
        assert made.printed_keeper == "枸杞岛养殖户"


def test_the_same_certificate_is_the_same_bytes_in_each_language(plain_app: Flask) -> None:
    drawn = {}
    for language in ("zh_Hans", "en"):
        with plain_app.test_request_context(), force_locale(language):
            drawn[language] = draw_pdf(GIVEN)
            assert draw_pdf(GIVEN) == drawn[language]
            assert drawn[language].startswith(b"%PDF-")
            assert len(drawn[language]) < 60_000
    assert drawn["zh_Hans"] != drawn["en"]


def test_its_fingerprint_is_of_all_that_stands_on_it(plain_app: Flask) -> None:
    others = (
        replace(GIVEN, name=None),
        replace(GIVEN, household=None),
        replace(GIVEN, address="https://sea.example/plots/D6-04", is_shared=False),
        replace(GIVEN, season=2027),
    )
    with plain_app.test_request_context():
        assert len({GIVEN.fingerprint, *(other.fingerprint for other in others)}) == 5
        with force_locale("en"):
            english = GIVEN.fingerprint
        assert english != GIVEN.fingerprint


def test_it_is_drawn_only_when_it_is_another(shop: Shop, post: Post) -> None:
    client: FlaskClient = shop.signed_in()
    order = pay(post, client, hold(post, client, shop.offer([PLOT]), 7))
    where = f"/my/ropes/{order.rpartition('/')[2]}/certificate"
    post(client, order, f"{order}/name", name='"\u4e00/..\\;号')
    page = client.get(where).text
    assert "您没有打开分享" in page
    first = client.get(f"{where}/zh.pdf")
    assert first.headers["Content-Disposition"] == 'attachment; filename="certificate-A1-01-007-zh.pdf"'
    assert first.data.startswith(b"%PDF-")
    tag = {"If-None-Match": first.headers["ETag"]}
    known = client.get(f"{where}/zh.pdf", headers=tag)
    assert (known.status_code, known.data) == (304, b"")
    post(client, order, f"{order}/name", name="另一个")
    assert client.get(f"{where}/zh.pdf", headers=tag).status_code == 200
    assert client.get(f"{where}/fr.pdf").status_code == 404
