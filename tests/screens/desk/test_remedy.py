"""The workshop chooses for an adopter, for a reason; the order's story tells what was owed and chosen."""

from __future__ import annotations

import pytest

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.access import Role
from tests.screens.desk.sale import OTHER_PHONE, Browser, Sale

REASON = "认养人来电，要换一串"


@pytest.fixture
def owed(sale: Sale) -> Adoption:
    """An order that was paid too late."""
    order, ref = sale.at_the_till(plot="A1-01", rope=7)
    sale.tick(minutes=16)
    sale.hold(phone=OTHER_PHONE, plot="A1-01", rope=7)
    sale.late_word(ref)
    return sale.read(order)


def test_a_rope_is_chosen_for_her(sale: Sale, operator: Browser, owed: Adoption) -> None:
    where = f"/desk/orders/{owed.code}"
    assert f"{where}/remedy" in operator.get(where).text
    page = operator.get(f"{where}/remedy").text
    for words in ("¥198.00", "付款到时，绳已被别人认走", "A1-01-007", "A1-01-006", "全额退款"):
        assert words in page
    answer = operator.post(f"{where}/remedy", {"outcome": "rope", "reason": REASON})
    assert answer.headers["Location"] == where
    assert (sale.read(owed).state, sale.read(owed).rope_number) == ("paid", 6)
    (act,) = sale.acts("remedy.choose")
    assert act.actor_id == operator.person_id
    assert act.after == {
        "state": "paid", "rope": "A1-01-006", "outcome": "rope", "chosen_by": "staff", "reason": REASON,
    }  # fmt: skip
    story = operator.get(where).text
    for words in (
        "占住 A1-01-007",
        "付款到时，绳已被别人认走",
        "选了：换一串一样的",
        "工坊替认养人选的",
        "换到 A1-01-006",
    ):
        assert words in story
    assert "已付款，绳归认养人" not in story
    assert operator.get(f"{where}/remedy").headers["Location"] == where


def test_without_a_reason_or_a_choice_nothing_is_done(sale: Sale, operator: Browser, owed: Adoption) -> None:
    where = f"/desk/orders/{owed.code}/remedy"
    for form in ({"outcome": "money", "reason": "x"}, {"outcome": "", "reason": REASON}):
        answer = operator.post(where, form)
        assert answer.status_code == 422
        assert form["reason"] in answer.text
    assert sale.read(owed).state == "owed"


def test_only_the_operator_chooses(sale: Sale, owed: Adoption) -> None:
    auditor = sale.browser(Role.AUDITOR)
    assert f"/desk/orders/{owed.code}/remedy" not in auditor.get(f"/desk/orders/{owed.code}").text
    assert auditor.get(f"/desk/orders/{owed.code}/remedy").status_code == 404
