"""The desk's inbox: what waits comes first; nobody is named in a payload; doing it again counts once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments.models import GatewayEvent
from cofu_adopt.payments.redact_payload import DEEPEST, HIDDEN, redact
from tests.screens.desk.sale import Browser, Sale

PERSON = {
    "email": "lin@example.com", "name": "林小满", "phone": "+8613800005678",
    "address": {"line1": "彰武路 100 号", "postal_code": "200092"},
}  # fmt: skip
PAYLOAD = {
    "id": "evt_1",
    "type": "checkout.session.completed",
    "livemode": False,
    "data": {
        "object": {
            "id": "cs_1", "object": "checkout.session", "amount_total": 19800, "payment_status": "paid",
            "payment_method_types": ["alipay", "wechat_pay"], "customer_details": PERSON, "receipt_email": None,
            "metadata": {"id": "330902199001011234"}, "custom_fields": [{"text": {"value": "13800005678"}}],
        }
    },
}  # fmt: skip


def store(ref: str, event_id: str = "evt_1", *, minutes: int = 0, **values: Any) -> int:
    """An event of the inbox that nothing will take up."""
    with unit_of_work():
        event = GatewayEvent(
            provider="sandbox", event_id=event_id, type="checkout.session.completed", subject="checkout",
            object_ref=ref, livemode=False, payload=PAYLOAD, received_at=clock.now() - timedelta(minutes=minutes),
            **values,
        )  # fmt: skip
        db.session.add(event)
        db.session.flush()
        return event.id


def test_what_is_about_nobody_stays_and_the_rest_is_hidden() -> None:
    seen = redact(PAYLOAD)
    found = seen["data"]["object"]
    assert (seen["id"], seen["type"], seen["livemode"]) == ("evt_1", "checkout.session.completed", False)
    assert (found["amount_total"], found["payment_status"]) == (19800, "paid")
    assert found["payment_method_types"] == ["alipay", "wechat_pay"]
    assert found["customer_details"] == {
        "email": HIDDEN, "name": HIDDEN, "phone": HIDDEN, "address": {"line1": HIDDEN, "postal_code": HIDDEN},
    }  # fmt: skip
    assert found["receipt_email"] is None
    assert found["metadata"] == HIDDEN
    assert found["custom_fields"] == [{"text": {"value": HIDDEN}}]


def test_a_payload_that_goes_down_for_ever_ends() -> None:
    deep: Any = "id"
    for _ in range(100):
        deep = {"id": deep}
    assert json.dumps(redact(deep)).count("id") == DEEPEST + 1


def test_what_waits_is_shown_first_and_the_rest_is_found(sale: Sale, operator: Browser) -> None:
    order, ref = sale.at_the_till()
    now = clock.now()
    waiting = str(store(ref, minutes=90, attempts=7, last_error="UnknownOutcome: closed"))
    ignored = str(store("cs_foreign", "evt_2", done_at=now, outcome="ignored"))
    done = str(store("cs_done", "evt_3", done_at=now, outcome="applied"))
    found = {
        "": [waiting],
        "?show=ignored": [ignored],
        "?show=all": [done, ignored, waiting],
        "?q=evt_3": [done],
        f"?q={ref}": [waiting],
        f"?show=all&before={done}": [ignored, waiting],
    }
    assert {query: operator.rows(f"/desk/inbox{query}") for query in found} == found
    page = operator.get("/desk/inbox").text
    for words in ("90 分钟", "UnknownOutcome: closed", "/desk/payments/"):
        assert words in page
    assert order.code not in page


def test_an_event_is_shown_without_names_and_done_again_once(sale: Sale, operator: Browser) -> None:
    order, ref = sale.at_the_till()
    event_id = store(ref, done_at=clock.now(), outcome="ignored")
    path = f"/desk/inbox/{event_id}"
    page = operator.get(path).text
    assert ref in page
    for secret in ("林小满", "lin@example.com", "13800005678", "彰武路", "330902199001011234"):
        assert secret not in page
    sale.gateway_says(ref, "paid")
    assert operator.post(f"{path}/replay").location == path
    sale.tick(seconds=1)
    assert sale.read(order).state == "paid"
    assert "/replay" not in operator.get(path).text, "nothing is left to do"
    operator.post(f"{path}/replay")
    sale.tick(seconds=1)
    with unit_of_work(writes=False):
        assert db.session.get_one(GatewayEvent, event_id).outcome == "nothing_changed"
    assert [act.before["outcome"] for act in sale.acts("inbox.replay") if act.before] == ["ignored", "applied"]


def test_who_reads_and_who_acts(sale: Sale) -> None:
    event_id = store("cs_1")
    auditor = sale.browser(Role.AUDITOR)
    assert "/replay" not in auditor.get(f"/desk/inbox/{event_id}").text
    assert auditor.post(f"/desk/inbox/{event_id}/replay").status_code == 404
    assert sale.browser(Role.FINANCE_MAKER).post(f"/desk/inbox/{event_id}/replay").status_code == 302
    assert sale.browser(Role.HOST).get("/desk/inbox").status_code == 404
    assert sale.browser(Role.OPERATOR).get("/desk/inbox/999").status_code == 404
