"""What operators are told, what the log keeps, what is refused, and what is forgotten."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from cofu_adopt.core import clock
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.core.outbox import OutboxRow
from cofu_adopt.identity.models import Person
from cofu_adopt.notify.models import Message
from cofu_adopt.notify.texts import text_of
from cofu_adopt.webhooks import endpoints, exceptions, forget
from cofu_adopt.webhooks.errors import TooManyWebhooks
from cofu_adopt.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from tests.growth.diary import operator
from tests.webhooks.hooks import Hooks


def test_operators_are_told_that_it_went_off(hooks: Hooks) -> None:
    person_id = operator()
    with unit_of_work():
        db.session.get_one(Person, person_id).email = "desk@example.com"
    made = hooks.register("update.posted")
    hooks.receiver.status = 410
    hooks.diary.post()
    hooks.send()
    with unit_of_work(writes=False):
        (message,) = db.session.scalars(select(Message).where(Message.person_id == person_id)).all()
        text = text_of(message.template, message.params)
        (letter,) = db.session.scalars(select(OutboxRow).where(OutboxRow.type == "email")).all()
        (matter,) = exceptions.endpoints_that_went_off(9)
    assert text.title == "推送停了：receiver"
    assert text.href == matter.path == f"/desk/webhooks/{made.id}"
    assert letter.aggregateid == str(person_id)
    assert matter.words == "receiver：对方说不再收了（410）"
    hooks.act("switch_endpoint", made.id, on=True)
    with unit_of_work(writes=False):
        assert exceptions.endpoints_that_went_off(9) == []


def test_one_that_an_operator_turned_off_needs_nobody(hooks: Hooks) -> None:
    made = hooks.register()
    hooks.act("switch_endpoint", made.id, on=False)
    with unit_of_work(writes=False):
        assert exceptions.endpoints_that_went_off(9) == []


def test_each_act_is_in_the_log_and_no_secret(hooks: Hooks) -> None:
    made = hooks.register("update.posted")
    hooks.act("change_endpoint", made.id, {"name": "  a   b "})
    hooks.act("change_endpoint", made.id, {"name": "a b"})
    new = hooks.act("rotate_secret", made.id)
    hooks.act("try_endpoint", made.id)
    hooks.act("switch_endpoint", made.id, on=False)
    hooks.act("switch_endpoint", made.id, on=True)
    hooks.act("delete_endpoint", made.id)
    with unit_of_work(writes=False):
        rows = db.session.scalars(select(AuditRecord).order_by(AuditRecord.id)).all()
        mine = [row for row in rows if row.subject_kind == "webhook_endpoint"]
    assert [row.act.removeprefix("webhook.") for row in mine] == [
        "register", "change", "rotate", "test", "off", "on", "delete",
    ]  # fmt: skip
    said = " ".join(f"{row.before} {row.after}" for row in mine)
    assert made.secret not in said
    assert new.secret not in said
    with pytest.raises(NotFound):
        hooks.act("rotate_secret", made.id)


def test_a_test_is_sent_once_also_to_one_that_is_off(hooks: Hooks) -> None:
    made = hooks.register()
    hooks.act("switch_endpoint", made.id, on=False)
    hooks.act("try_endpoint", made.id)
    hooks.send()
    hooks.receiver.status = 500
    hooks.act("try_endpoint", made.id)
    hooks.send()
    assert [one.told["type"] for one in hooks.receiver.take()] == ["endpoint.test"] * 2
    assert hooks.states(made.id) == [("endpoint.test", "arrived"), ("endpoint.test", "failed")]
    assert hooks.row(made.id).failing_since is None


@pytest.mark.parametrize(
    ("name", "url", "events", "fields"),
    [
        ("", "https://hook.example/", ("update.posted",), {"name"}),
        ("x" * 61, "https://hook.example/", ("update.posted",), {"name"}),
        ("a\u202eb", "https://hook.example/", ("update.posted",), {"name"}),
        ("a", "https://10.0.0.1/", ("update.posted",), {"url"}),
        ("a", "https://[::1]/", ("update.posted",), {"url"}),
        ("a", "https://169.254.169.254/latest", (), {"url", "events"}),
        ("a", "https://hook.example/", ("endpoint.test",), {"events"}),
        ("a", "https://hook.example/", ("update.posted", "x"), {"events"}),
    ],
)
def test_what_cannot_be_registered(
    sentences: None, name: str, url: str, events: tuple[str, ...], fields: set[str]
) -> None:
    with pytest.raises(Invalid) as raised:
        endpoints._load({"name": name, "url": url, "events": events})
    assert set(raised.value.fields) == fields


def test_there_are_not_too_many(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "MOST_ENDPOINTS", 1)
    hooks.register()
    with pytest.raises(TooManyWebhooks):
        hooks.register()


def test_what_is_old_is_forgotten(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forget, "AT_ONCE", 2)
    made, other = hooks.register("update.posted"), hooks.register("update.posted")
    hooks.act("rotate_secret", made.id)
    for _number in range(3):
        hooks.diary.post()
    hooks.send()
    hooks.act("delete_endpoint", other.id)
    assert forget.forget_old() == 3, "of the one that was deleted"
    hooks.send(days=29)
    hooks.diary.post()
    hooks.send()
    hooks.diary.season.clock.advance(days=2)
    assert forget.forget_old() == 3
    with unit_of_work(writes=False):
        counts = [
            db.session.scalar(select(func.count()).select_from(table))
            for table in (WebhookEndpoint, WebhookDelivery, WebhookEvent)
        ]
        assert db.session.get_one(WebhookEndpoint, made.id).old_secret is None
    assert counts == [1, 1, 1]
    assert clock.now() > hooks.row(made.id).created_at
