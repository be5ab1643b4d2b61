"""The adopter says where her money goes: of her own order, checked, with a fresh code; the page tells the state."""

from __future__ import annotations

import re

from sqlalchemy import select, update

from cofu_adopt.core import outbox
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.identity.models import Person
from cofu_adopt.identity.phone import phone_index
from cofu_adopt.notify.dev_inbox import list_kept
from cofu_adopt.notify.senders import SENDERS
from cofu_adopt.payments.models import Refund
from cofu_adopt.payments.refund_models import RefundAccount
from tests.payments import desk
from tests.season import Season

PHONE = "13800005678"
FORM = {"kind": "bank_card", "holder": "林小满", "number": "6222 0210 0111 2223 331", "bank": "工商银行"}


def newest_code() -> str:
    outbox.deliver(SENDERS)
    with unit_of_work(writes=False):
        found = re.search(r"\d{6}", list_kept()[0].text)
    assert found is not None
    return found[0]


def owed(season: Season) -> tuple[str, Refund]:
    """A refund by hand of somebody with a phone; where its account is given."""
    with unit_of_work():
        db.session.execute(update(Person).where(Person.id == season.person_id).values(phone_index=phone_index(PHONE)))
        db.session.get_one(Person, season.person_id).phone = PHONE
    order, refund = desk.owed_by_hand(season)
    return f"/orders/{order.code}/refunds/{refund.id}/account", refund


def accounts() -> list[str | None]:
    with unit_of_work(writes=False):
        return list(db.session.scalars(select(RefundAccount.number)))


def test_a_session_alone_cannot_say_where_the_money_goes(season: Season) -> None:
    where, _refund = owed(season)
    phone = season.signed_in()
    refused = phone.post(where, data=FORM)
    assert (refused.status_code, accounts()) == (422, [])
    assert FORM["number"] in refused.text
    assert phone.post(where, data={**FORM, "code": "000000"}).status_code == 422
    season.clock.advance(minutes=2)
    sent = phone.post(where, data={**FORM, "send_code": "1"})
    assert "已发到 138****5678" in sent.text
    done = phone.post(where, data={**FORM, "code": newest_code()})
    assert (done.status_code, accounts()) == (302, ["6222021001112223331"])
    page = phone.get(where.partition("/refunds")[0]).text
    assert "工坊会转到 622****3331，最晚 12 月 1 日" in page
    assert "6222021001112223331" not in page


def test_faults_cost_no_code_and_nobody_elses_refund_exists(season: Season) -> None:
    where, refund = owed(season)
    phone = season.signed_in()
    phone.post(where, data={"send_code": "1"})
    code = newest_code()
    faulty = phone.post(where, data={**FORM, "number": "6222021001112223332", "code": code})
    assert "卡号有一位不对" in faulty.text
    assert phone.post(where, data={**FORM, "code": code}).status_code == 302
    other = season.person()
    assert season.signed_in(other).get(where).status_code == 404
    assert season.signed_in(other).post(where, data=FORM).status_code == 404
    assert phone.get(where.replace(f"/{refund.id}/", "/99/")).status_code == 404


def test_the_page_leads_away_when_there_is_nothing_to_give(season: Season) -> None:
    where, refund = owed(season)
    maker, checker = desk.staff()
    desk.give(refund, season.person_id)
    desk.agree(desk.propose(refund, maker), checker)
    assert season.signed_in().get(where).status_code == 302
