"""What others see of a rope: everything of the sea, nothing of its adopter."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.models import PlotMeasurement
from cofu_adopt.identity.people import find_or_make_by_phone
from cofu_adopt.screens.preview_card import PreviewCard, draw_card
from tests.screens.conftest import Post, Shop
from tests.screens.diary import tell
from tests.screens.test_my_ropes import PLOT, hold
from tests.screens.test_rope import shared

PHONE = "13700004321"
MARKED = {
    "recipient": "标记收件人", "phone": "13600009876", "province": "广东省", "city": "标记市", "district": "标记区",
    "street": "标记街道", "detail": "标记路 9 号", "receipt_email": "marked@example.com",
}  # fmt: skip


@pytest.fixture
def owner(shop: Shop) -> FlaskClient:
    client = shop.signed_in(PHONE)
    with unit_of_work():
        find_or_make_by_phone(PHONE).display_name = "标记显示名"
    return client


@pytest.fixture
def code(shop: Shop, owner: FlaskClient, post: Post) -> str:
    """A paid and named rope, every field of whose adopter is marked."""
    review = hold(post, owner, shop.offer([PLOT]), 7)
    checkout = post(owner, review, review, **MARKED, fresh_goods="1").location
    order = owner.get(post(owner, checkout, checkout, outcome="pay", wallet="wechat_pay").location).location
    post(owner, order, f"{order}/name", name="标记绳名")
    return order.rpartition("/")[2]


def test_nothing_of_the_adopter_is_shown(shop: Shop, owner: FlaskClient, code: str, post: Post) -> None:
    tell(PLOT, "海上的话", clock.now())
    token = shared(owner, code, post)
    visitor = shop.app.test_client()
    page, api = visitor.get(f"/r/{token}"), visitor.get(f"/api/v1/shared/{token}")
    mine = owner.get(f"/orders/{code}").text
    assert "标记收件人" in mine, "the marks are there to be found"
    for answer in (page, api):
        assert answer.status_code == 200
        assert "海上的话" in answer.text or "海上的话" in str(answer.json)
        for secret in ("标记", *MARKED.values(), PHONE, PHONE[-4:], MARKED["phone"][-4:], code):
            assert secret not in answer.text, secret
            assert secret not in str(answer.json if answer.is_json else ""), secret
    assert "A1-01-007" in page.text
    with_name = shared(owner, code, post, shows_name="1")
    assert with_name == token
    assert "标记绳名" in visitor.get(f"/r/{token}").text


def test_a_chat_gets_a_title_a_sentence_and_a_picture(shop: Shop, owner: FlaskClient, code: str, post: Post) -> None:
    token = shared(owner, code, post)
    visitor = shop.app.test_client()
    answer = visitor.get(f"/r/{token}")
    told = dict(re.findall(r'<meta property="(og:[\w:]+)" content="([^"]*)">', answer.text))
    assert "A1-01-007" in told["og:title"]
    assert "天" in told["og:description"]
    assert told["og:url"] == f"http://localhost/r/{token}"
    assert told["og:image"] == f"http://localhost/r/{token}/zh.png"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text
    assert f'href="/plots/{PLOT}"' in answer.text
    assert "也认养一串" in answer.text
    picture = visitor.get(f"/r/{token}/zh.png")
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    tag = picture.headers["ETag"]
    assert visitor.get(f"/r/{token}/zh.png", headers={"If-None-Match": tag}).status_code == 304
    assert visitor.get(f"/r/{token}/fr.png").status_code == 404
    post(owner, f"/my/ropes/{code}", f"/my/ropes/{code}/share/stop")
    for path in (f"/r/{token}", f"/r/{token}/zh.png", f"/api/v1/shared/{token}"):
        assert visitor.get(path).status_code == 404


def test_a_finished_rope_is_as_long_as_it_was(shop: Shop, owner: FlaskClient, code: str, post: Post) -> None:
    token = shared(owner, code, post)
    visitor = shop.app.test_client()
    measured = {"sample_count": 20, "survival": Decimal(1)}
    with unit_of_work():
        adoption = db.session.scalars(select(Adoption).where(Adoption.code == code)).one()
        last_on = adoption.harvest_to_on
        plot_id = farm.get_plot(PLOT).id
        for on, length in ((last_on, "81.2"), (last_on + timedelta(days=60), "12.5")):
            values = measured | {"measured_on": on, "mean_shell_length_mm": Decimal(length)}
            db.session.add(PlotMeasurement(plot_id=plot_id, **values))
    growing = visitor.get(f"/r/{token}/zh.png")
    assert "壳长 12.5 毫米" in described(visitor, token), "it hangs there still"
    with unit_of_work():
        db.session.scalars(select(Adoption).where(Adoption.code == code)).one().state = AdoptionState.DELIVERED
    assert "壳长 81.2 毫米" in described(visitor, token)
    assert visitor.get(f"/r/{token}/zh.png").headers["ETag"] != growing.headers["ETag"]


def described(visitor: FlaskClient, token: str) -> str:
    found = re.search(r'<meta property="og:description" content="([^"]*)">', visitor.get(f"/r/{token}").text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("headline", ["小满号", "🐚" * 12, "W" * 24])
def test_the_picture_is_as_large_as_chats_want_it(plain_app: object, headline: str) -> None:
    card = PreviewCard(headline, "D6-04-007", "江海燕家", 78.4, 14)
    drawn = draw_card(card)
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.size == (1200, 630)
    assert len(drawn) < 100_000
    assert card.lines[0] == ("D6-04-007" if "🐚" in headline else headline)
