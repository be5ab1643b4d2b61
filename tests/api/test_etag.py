"""ETags: what is known is not sent again, and what changed meanwhile is not overwritten."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from tests.api.shop import OFFER, Shop


@pytest.mark.parametrize("path", ["/sea", "/grids", "/plots/A1-01", "/plots/A1-01/ropes", "/offers"])
def test_a_public_read_that_is_known_is_304_until_it_changes(shop: Shop, path: str) -> None:
    visitor, desk = shop.visitor(), shop.operator()
    first = visitor.get(path)
    tag = first.headers["ETag"]
    again = visitor.get(path, If_None_Match=tag)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert first.headers["Cache-Control"].startswith("public, max-age=")
    shop.adopter().hold(shop.offer_id, plot="A1-01")
    desk.post(f"/desk/offers/{shop.offer_id}/stop")
    after = visitor.get(path, If_None_Match=tag)
    assert after.status_code == 200
    assert after.headers["ETag"] != tag


def test_an_own_read_is_private_and_has_a_tag(shop: Shop) -> None:
    me = shop.adopter()
    first = me.get("/orders")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert me.get("/orders", If_None_Match=first.headers["ETag"]).status_code == 304
    me.hold(shop.offer_id)
    assert me.get("/orders", If_None_Match=first.headers["ETag"]).status_code == 200


def test_public_reads_are_shared_for_their_seconds(shop: Shop) -> None:
    shop.app.extensions["settings"] = replace(shop.app.extensions["settings"], public_cache_seconds=1)
    visitor = shop.visitor()
    with clock.frozen() as frozen:
        first = visitor.get("/plots/A1-01/ropes")
        shop.adopter().hold(shop.offer_id, plot="A1-01", rope=1)
        assert visitor.get("/plots/A1-01/ropes").data == first.data
        frozen.advance(seconds=1)
        assert visitor.get("/plots/A1-01/ropes").json["items"][0]["free"] is False  # type: ignore[index]


def test_a_refusal_is_not_shared(shop: Shop) -> None:
    shop.app.extensions["settings"] = replace(shop.app.extensions["settings"], public_cache_seconds=60)
    visitor = shop.visitor()
    assert visitor.get("/plots/Z9-99").status_code == 404
    assert "public" not in visitor.get("/plots/Z9-99").headers["Cache-Control"]


def test_two_who_change_one_offer_do_not_cross(shop: Shop) -> None:
    desk = shop.operator()
    here = f"/desk/offers/{desk.post('/desk/offers', OFFER).json['id']}"  # type: ignore[index]
    tag = desk.get(here).headers["ETag"]
    without = desk.put(here, OFFER)
    assert (without.status_code, without.json["code"]) == (428, "if_match_needed")  # type: ignore[index]
    first = desk.put(here, OFFER | {"price_fen": 20800}, If_Match=tag)
    assert first.status_code == 200
    second = shop.operator().put(here, OFFER | {"price_fen": 9900}, If_Match=tag)
    assert (second.status_code, second.json["code"]) == (412, "changed_meanwhile")  # type: ignore[index]
    kept: Any = desk.get(here)
    assert kept.json["price_fen"] == 20800
    assert desk.put(here, OFFER, If_Match=kept.headers["ETag"]).status_code == 200


def test_a_story_too(shop: Shop) -> None:
    family = shop.person(Role.HOUSEHOLD)
    here, told = "/household/stories/GQ001", {"public_name": "张信良", "story": "水急的地方，壳厚。", "consents": True}
    tag = family.get(here).headers["ETag"]
    assert family.put(here, told).status_code == 428
    assert family.put(here, told, If_Match=tag).status_code == 200
    assert family.put(here, told, If_Match=tag).status_code == 412
    assert shop.visitor().read("/plots/A1-01")["households"][0]["public_name"] == "张信良"


def test_a_story_can_be_written_as_it_was_read(shop: Shop) -> None:
    me, here = shop.person(Role.HOUSEHOLD), "/household/stories/GQ001"
    read = me.get(here)
    story = {name: read.json[name] for name in ("public_name", "story", "story_en", "consents")}  # type: ignore[index]
    assert story == {"public_name": None, "story": None, "story_en": None, "consents": False}
    written = me.put(here, story, If_Match=read.headers["ETag"])
    assert (written.status_code, written.json) == (200, read.json)
