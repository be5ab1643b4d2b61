"""What is somebody else's does not exist."""

from __future__ import annotations

import pytest

from cofu_adopt.adoptions.schemas import ACCOUNT_EXAMPLE
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.models import Household, HouseholdMember
from tests.api.shop import ADDRESS, REVIEW, Shop

OF_AN_ORDER: tuple[tuple[str, str, object], ...] = (
    ("GET", "", None),
    ("PUT", "/review", REVIEW),
    ("POST", "/payments", None),
    ("POST", "/payments/check", None),
    ("GET", "/transfer", None),
    ("PUT", "/name", {"name": "x"}),
    ("GET", "/cancellation", None),
    ("POST", "/cancellation", {"refund_fen": 0}),
    ("GET", "/receipt", None),
    ("GET", "/refunds", None),
    ("PUT", "/refunds/1/account", ACCOUNT_EXAMPLE),
    ("GET", "/remedy", None),
    ("POST", "/remedy", {"outcome": "money"}),
    ("GET", "/diary", None),
    ("PUT", "/share", {"shows_name": True}),
    ("DELETE", "/share", None),
)


@pytest.mark.parametrize(("method", "part", "body"), OF_AN_ORDER)
@pytest.mark.parametrize("paid", [False, True])
def test_an_order(shop: Shop, method: str, part: str, body: object, paid: bool) -> None:  # noqa: FBT001
    owner = shop.adopter()
    code = shop.paid(owner) if paid else owner.hold(shop.offer_id)["code"]
    before = owner.read(f"/orders/{code}")
    answer = shop.adopter().call(method, f"/orders/{code}{part}", body)
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")  # type: ignore[index]
    assert owner.read(f"/orders/{code}") == before


def test_lists_hold_only_ones_own(shop: Shop) -> None:
    owner, other = shop.adopter(), shop.adopter()
    owner.hold(shop.offer_id)
    owner.post("/me/addresses", ADDRESS)
    for path in ("/orders", "/holds", "/me/addresses", "/me/messages"):
        assert other.read(path)["items"] == [], path


def test_an_address_and_a_token(shop: Shop) -> None:
    owner, other = shop.adopter(), shop.adopter()
    address = owner.post("/me/addresses", ADDRESS).json["id"]  # type: ignore[index]
    token = owner.read("/tokens")["items"][0]["id"]
    for method, path in (("GET", f"/me/addresses/{address}"), ("DELETE", f"/me/addresses/{address}")):
        assert other.call(method, path).status_code == 404
    assert other.delete(f"/tokens/{token}").status_code == 404
    assert owner.get(f"/me/addresses/{address}").status_code == 200


def test_a_household(shop: Shop) -> None:
    own, other = shop.person(Role.HOUSEHOLD), shop.person(Role.HOUSEHOLD)
    with unit_of_work():
        first = db.session.get_one(Household, shop.household_id)
        second = Household(**{c.key: getattr(first, c.key) for c in Household.__table__.columns if c.key != "id"})
        second.code, second.phone_index = "GQ002", "another"
        db.session.add(second)
        db.session.flush()
        db.session.delete(db.session.get_one(HouseholdMember, (shop.household_id, other.person_id)))
        db.session.add(HouseholdMember(household_id=second.id, person_id=other.person_id))
    tag = own.get("/household/stories/GQ001").headers["ETag"]
    told = {"public_name": "x", "story": "x", "consents": True}
    assert other.get("/household/stories/GQ001").status_code == 404
    assert other.put("/household/stories/GQ001", told, If_Match=tag).status_code == 404
    assert other.read("/household/plots")["items"] == []
    assert [row["code"] for row in other.read("/household/stories")["items"]] == ["GQ002"]
    assert own.put("/household/stories/GQ001", told, If_Match=tag).status_code == 200
