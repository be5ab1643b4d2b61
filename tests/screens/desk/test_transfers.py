"""Finance's room for transfers, through its pages."""

from __future__ import annotations

import re
from html import unescape

import pytest

from cofu_adopt.core.access import Role
from tests.screens.desk.sale import Browser, Sale

ROOM = "/desk/transfers"
LINE = {"bank_ref": "ICBC-1", "amount": "198.00", "paid_on": "2026-11-24", "payer": "王小海", "remark": ""}


@pytest.fixture
def maker(sale: Sale) -> Browser:
    return sale.browser(Role.FINANCE_MAKER)


def test_a_line_is_recorded_counted_and_undone_by_another(sale: Sale, maker: Browser) -> None:
    held = sale.reviewed()
    adopter = sale.browser(Role.ADOPTER)
    with adopter.client.session_transaction() as session:
        session["person_id"] = held.person_id
    page = adopter.post(f"/orders/{held.code}/pay", data={"way": "transfer"}, follow_redirects=True).text
    (ref,) = set(re.findall(r"GZ-\w{4}-\w", page))
    assert "0000 0000 0000 0000" in page
    said = adopter.post(f"/orders/{held.code}/transfer/sent", follow_redirects=True).text
    assert "已经转了。财务看到钱" in said
    assert "说已经转了" in maker.get(ROOM).text
    fen = held.price_fen
    answer = maker.post(f"{ROOM}/lines", LINE | {"amount": f"{fen / 100:.2f}", "remark": ref.lower()})
    here = answer.headers["Location"]
    page = maker.get(here).text
    assert "金额正好" in page
    assert maker.post(f"{here}/match", {"ref": ref, "agreed": "over"}).status_code == 409, "not what was agreed"
    assert maker.post(f"{here}/match", {"ref": ref, "agreed": "exact"}).status_code == 302
    assert maker.post(f"{here}/match", {"ref": ref, "agreed": "exact"}).status_code == 409
    assert sale.read(held).state == "paid"
    refused = maker.post(f"{here}/undo", {"reason": "看错了附言"})
    assert (refused.status_code, "要另一位财务来做" in unescape(refused.text)) == (409, True)
    checker = sale.browser(Role.FINANCE_CHECKER)
    assert checker.post(f"{here}/undo", {"reason": ""}).status_code == 422
    assert checker.post(f"{here}/undo", {"reason": "看错了附言"}).status_code == 302
    assert sale.read(held).state == "held"


def test_what_is_typed_wrongly_is_kept(maker: Browser) -> None:
    wrong = maker.post(f"{ROOM}/lines", LINE | {"amount": "1.234"})
    assert wrong.status_code == 422
    assert "最多两位小数" in wrong.text
    assert 'value="ICBC-1"' in wrong.text
    assert maker.post(f"{ROOM}/lines", LINE).status_code == 302
    again = maker.post(f"{ROOM}/lines", LINE)
    assert (again.status_code, "已经登记过" in again.text) == (409, True)


def test_only_finance_acts(sale: Sale, maker: Browser) -> None:
    here = maker.post(f"{ROOM}/lines", LINE).headers["Location"]
    for role in Role:
        reads = role in {Role.OPERATOR, Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.AUDITOR}
        browser = sale.browser(role)
        assert browser.get(here).status_code == (200 if reads else 404), role
        if role not in {Role.FINANCE_MAKER, Role.FINANCE_CHECKER}:
            assert browser.post(f"{here}/match", {"ref": "x"}).status_code == 404, role
