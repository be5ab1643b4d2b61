"""Households and the sea on the desk: masked, revealed one at a time for a reason; shares, measurements, ropes."""

from __future__ import annotations

from tests.screens.desk.sale import CARD, Browser, Sale

SECRETS = ("19900000001", "19900000002", CARD)


def test_households_are_found_and_masked(operator: Browser) -> None:
    found = {
        "": ["GQ001", "GQ002"], "信良": ["GQ001"], "龙泉": ["GQ001", "GQ002"], "%": [], "gq002": ["GQ002"],
        "0002": ["GQ002"], "199 0000 0001": ["GQ001"], "19900000003": [], "9999": [],
    }  # fmt: skip
    for typed, codes in found.items():
        answer = operator.post("/desk/households", {"q": typed})
        if len(codes) == 1:
            assert answer.headers["Location"] == f"/desk/households/{codes[0]}", typed
        elif answer.status_code == 302:
            assert operator.rows(answer.headers["Location"]) == codes, typed
        else:
            assert "没有这样的养殖户" in answer.text, typed
        for secret in SECRETS:
            assert secret not in answer.text
            assert secret not in answer.headers.get("Location", "")
    for path in ("/desk/households", "/desk/households/GQ001"):
        page = operator.get(path).text
        assert "199****0001" in page
        assert "6299****9311" in page
        assert not any(secret in page for secret in SECRETS)


def test_a_secret_is_revealed_once_for_a_reason(sale: Sale, operator: Browser) -> None:
    where = "/desk/households/GQ001/reveal"
    refused = operator.post(where, {"field": "phone", "reason": "  \u200b\u200b\u200b\u200b "})
    assert refused.status_code == 422
    assert not any(secret in refused.text for secret in SECRETS)
    assert sale.acts("household.reveal") == []
    shown = operator.post(where, {"field": "phone", "reason": "台风前打电话"})
    assert "19900000001" in shown.text
    assert CARD not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    card = operator.post(where, {"field": "bank_account", "reason": "打款退票核对"})
    assert CARD in card.text
    assert "19900000001" not in card.text
    page = operator.get("/desk/households/GQ001").text
    assert not any(secret in page for secret in SECRETS)
    assert "查看养殖户信息" in page
    acts = sale.acts("household.reveal")
    assert [act.after for act in acts] == [
        {"field": "phone", "reason": "台风前打电话"},
        {"field": "bank_account", "reason": "打款退票核对"},
    ]
    assert {act.actor_id for act in acts} == {operator.person_id}
    assert operator.post(where, {"field": "password", "reason": "想看看这个"}).status_code == 404
    assert operator.post("/desk/households/NONE/reveal", {"field": "phone", "reason": "想看看这个"}).status_code == 404


def test_the_plot_shows_shares_with_their_days_and_who_has_which_rope(sale: Sale, operator: Browser) -> None:
    order = sale.paid(plot="A1-01", rope=3)
    page = operator.get("/desk/plots/A1-01").text
    now, before = page.index("60 / 100"), page.index("100 / 100")
    assert page.index("40 / 100") > now
    assert before > now
    assert "2026 年 11 月 1 日" in page
    assert "38.4" in page
    assert "没有保险" in page
    row = page.split('id="rope-3"')[1].split("</tr>")[0]
    assert order.code in row
    assert "已认养" in row
    assert "还空" in page.split('id="rope-4"')[1].split("</tr>")[0]
    assert "HB01" in operator.get("/desk/plots/D6-04").text
    assert operator.get("/desk/plots/NONE").status_code == 404


def test_a_place_is_one_step_away(operator: Browser) -> None:
    for typed, path in {
        "d6": "/desk/sea/D6", "A1-01": "/desk/plots/A1-01", "A1-01-007": "/desk/plots/A1-01#rope-7",
    }.items():  # fmt: skip
        assert operator.get(f"/desk/sea?q={typed}").headers["Location"] == path
    assert "没有 Z9 这一处" in operator.get("/desk/sea?q=Z9").text
    assert operator.rows("/desk/sea") == ["A1", "D6"]
    grid = operator.get("/desk/sea/A1").text
    assert "余龙飞" in grid
    assert "线外" in grid
