"""What needs a person: each kind is found when its time has come, not before, and told with what to do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from cofu_adopt.core import clock, outbox
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import Due, DueRow, Handler, NotYet, declare, run_due
from cofu_adopt.core.outbox import OutboxRow
from cofu_adopt.core.registry import ExceptionKind, Matter
from cofu_adopt.payments.exceptions import review_words
from cofu_adopt.payments.models import Payment, PaymentState, Refund, RefundState
from cofu_adopt.screens import exceptions_pages
from cofu_adopt.screens.exceptions_pages import MOST, open_groups
from tests.screens.desk.sale import Browser, Sale
from tests.screens.desk.test_inbox import store


def found() -> dict[str, int]:
    with unit_of_work(writes=False):
        return {group.name: len(group.matters) for group in open_groups()}


def make(order_id: int, **values: Any) -> None:
    with unit_of_work():
        db.session.execute(update(Payment).where(Payment.order_id == order_id).values(**values))


def test_a_quiet_day_has_none(sale: Sale, operator: Browser) -> None:
    sale.paid(plot="D6-04", rope=2)
    sale.at_the_till(plot="A1-01", rope=1)
    assert found() == {}
    assert "现在没有要人处理的" in operator.get("/desk/exceptions").text


@pytest.mark.parametrize(
    ("state", "minutes", "kinds"),
    [
        (PaymentState.OPENING, 10, {}),
        (PaymentState.OPENING, 11, {"payment_waiting": 1}),
        (PaymentState.OPEN, 45, {}),
        (PaymentState.OPEN, 46, {"payment_waiting": 1}),
        (PaymentState.PENDING, 46, {"payment_waiting": 1}),
        (PaymentState.CLOSED, 999, {}),
        (PaymentState.REVIEW, 0, {"payment_review": 1}),
    ],
)
def test_a_payment_counts_when_it_has_waited_too_long(
    sale: Sale, state: PaymentState, minutes: int, kinds: dict[str, int]
) -> None:
    order, _ref = sale.at_the_till()
    make(order.id, state=state, review_reason="19700 fen, not 19800")
    sale.clock.advance(minutes=minutes)
    assert found() == kinds


def test_refunds_that_are_owed_and_events_that_wait_are_told_with_what_to_do(sale: Sale, operator: Browser) -> None:
    order = sale.paid()
    with unit_of_work():
        payment_id = db.session.scalars(select(Payment.id)).one()
        for state in RefundState:
            refund = Refund(
                payment_id=payment_id, amount_fen=6600, state=state, reason="cancelled", key=state,
                requested_at=clock.now() - timedelta(days=4), last_error="card is lost" if state == "failed" else None,
            )  # fmt: skip
            db.session.add(refund)
    event_id = store("cs_1", minutes=11, attempts=3, last_error="Retryable: 429")
    store("cs_2", "evt_2", minutes=9)
    assert found() == {"refund_failed": 1, "refund_manual_due": 1, "refund_returned": 1, "inbox_failing": 1}
    page = operator.get("/desk/exceptions").text
    for words in ("card is lost", "¥66.00", order.code, "4 天", "认养人给了账户以后", "Retryable: 429",
                  f'href="/desk/inbox/{event_id}"', 'href="/desk/refunds/'):  # fmt: skip
        assert words in page


def test_work_counts_when_it_fails_and_not_when_it_waits(sale: Sale) -> None:
    def fail(_row: Due) -> None:
        raise ValueError("no wind")

    def wait(_row: Due) -> None:
        raise NotYet

    with unit_of_work():
        for kind in ("fails", "waits", "apply_event"):
            declare(kind, 1, clock.now())
    handlers = {"fails": Handler(fail), "waits": Handler(wait), "apply_event": Handler(fail)}
    for tries in range(1, 6):
        assert found() == {}
        assert run_due(handlers) == 3, tries
        sale.clock.advance(minutes=30)
    assert found() == {"due_failing": 1}, "the inbox tells of its own"
    with unit_of_work(writes=False):
        (waiting,) = db.session.scalars(select(DueRow.last_error).where(DueRow.kind == "waits"))
    assert waiting is None


def test_a_message_counts_when_it_was_refused_too_often(sale: Sale) -> None:
    with unit_of_work():
        outbox.put("email", {"to": "lin@example.com"}, aggregatetype="person", aggregateid=1)
        db.session.execute(update(OutboxRow).values(tries=7, last_error="closed"))
    assert found() == {}
    with unit_of_work():
        db.session.execute(update(OutboxRow).values(tries=8))
    assert found() == {"messages_given_up": 1}


def test_many_are_cut_and_say_so(sale: Sale, operator: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    matter = Matter("<b>", "todo", None, amount_fen=1)
    kind = ExceptionKind("many", "many", lambda limit: [matter] * limit)
    monkeypatch.setattr(exceptions_pages, "exceptions", lambda: (kind,))
    (group,) = open_groups()
    assert (len(group.matters), group.count, group.amount_fen) == (MOST, f"{MOST}+", None)
    page = operator.get("/desk/exceptions").text
    assert page.count("&lt;b&gt;") == MOST


def test_why_a_payment_is_in_review_is_said_in_words(sale: Sale) -> None:
    assert review_words("19799 fen, not 19800") == "¥197.99，不是 ¥198.00"
    assert review_words("currency usd, not cny") == "USD，不是 CNY"
    assert review_words("anything else") == "anything else"
