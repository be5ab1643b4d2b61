"""One message a fact, however often the fact is told."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.outbox import OutboxRow
from cofu_adopt.notify import handlers
from cofu_adopt.notify.tell import count_unread, list_messages, mark_all_read
from tests.notify.conftest import paid, refund_due, refunded
from tests.people import Who, make_person


def emails() -> list[OutboxRow]:
    with unit_of_work(writes=False):
        return list(db.session.scalars(select(OutboxRow).where(OutboxRow.type == "email")))


def told(person_id: int) -> list[str]:
    with unit_of_work(writes=False):
        return [row.template for row in list_messages(person_id)]


def test_each_fact_is_told_once_in_the_product_and_by_email(person_id: int) -> None:
    for _ in range(2):
        with unit_of_work():
            handlers.on_adoption_paid(paid(person_id))
            handlers.on_refund_due(refund_due(person_id))
            handlers.on_refund_step(refunded(person_id))
    assert told(person_id) == ["refunded", "refund_due", "adopted"]
    assert sorted(row.payload["template"] for row in emails()) == ["adopted", "refund_due", "refunded"]


def test_two_ropes_are_two_facts(person_id: int) -> None:
    with unit_of_work():
        handlers.on_adoption_paid(paid(person_id))
        handlers.on_adoption_paid(paid(person_id, adoption_id=2, code="DEF456"))
    assert told(person_id) == ["adopted", "adopted"]


def test_without_an_address_nothing_is_mailed(person_id: int) -> None:
    with unit_of_work():
        handlers.on_adoption_paid(paid(person_id, receipt_email=None))
    assert told(person_id) == ["adopted"]
    assert emails() == []


def test_nothing_is_told_of_what_did_not_happen(person_id: int) -> None:
    def fail_later() -> None:
        with unit_of_work():
            handlers.on_adoption_paid(paid(person_id))
            raise RuntimeError("a later handler failed")

    with pytest.raises(RuntimeError, match="later"):
        fail_later()
    assert told(person_id) == []
    assert emails() == []


def test_the_address_does_not_lie_in_clear_text(person_id: int) -> None:
    with unit_of_work():
        handlers.on_adoption_paid(paid(person_id))
    [row] = emails()
    assert row.secret is not None
    assert "lin@example.com" not in f"{row.payload}{row.secret}"


def test_reading_reads_ones_own_only(app: Flask, person_id: int) -> None:
    other = make_person(Who.ADOPTER)
    with unit_of_work():
        handlers.on_adoption_paid(paid(person_id))
        handlers.on_adoption_paid(paid(other, adoption_id=2))
        mark_all_read(person_id)
    with unit_of_work(writes=False):
        assert (count_unread(person_id), count_unread(other)) == (0, 1)
