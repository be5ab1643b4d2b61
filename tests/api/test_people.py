"""The workshop's people through the API: an administrator ends another's sessions; everybody sees her own set-up."""

from __future__ import annotations

from cofu_adopt.core.access import Role, Scope
from tests.api.shop import Shop


def test_an_administrator_ends_the_sessions_of_another(shop: Shop) -> None:
    admin, operator, adopter = shop.person(Role.ADMINISTRATOR), shop.operator(), shop.adopter()
    members = {one["id"]: one for one in admin.read("/desk/people")["items"]}
    assert set(members) == {admin.person_id, operator.person_id}
    assert (members[operator.person_id]["roles"], members[operator.person_id]["second_step_since"]) == (
        ["operator"], None,
    )  # fmt: skip
    path = f"/desk/people/{operator.person_id}/end-sessions"
    reader = shop.person(Role.ADMINISTRATOR, scopes=frozenset({Scope.DESK_READ}))
    assert reader.post(path).json["code"] == "scope_missing"  # type: ignore[index]
    assert operator.get("/me").status_code == 200
    assert admin.post(path).status_code == 204
    assert admin.post(path).status_code == 204
    assert operator.get("/me").status_code == 401, "a named token ends, too"
    for other_id in (admin.person_id, adopter.person_id, 999):
        assert admin.post(f"/desk/people/{other_id}/end-sessions").status_code == 404
    assert shop.operator().post(path).status_code == 404
    assert shop.operator().get("/desk/people").status_code == 404


def test_what_is_set_up(shop: Shop) -> None:
    answer = shop.person(Role.HOST).read("/desk/security")
    assert answer == {"second_step_since": None, "recovery_codes_left": 0, "named_tokens": 1}
    assert shop.adopter().get("/desk/security").status_code == 404


def test_an_administrator_may_give_what_her_acts_need(shop: Shop) -> None:
    body = {"name": "x", "scopes": ["desk:read", "desk:write"], "expires_in_days": 1}
    assert shop.person(Role.ADMINISTRATOR).post("/tokens", body).status_code == 201
