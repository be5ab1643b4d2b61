"""The inbox in trouble: the database goes away, two act at once, a person lets an event be done again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy import Select, select
from sqlalchemy.exc import OperationalError

from cofu_adopt import wiring
from cofu_adopt.core import audit
from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.core.due import DueRow
from cofu_adopt.core.errors import NotFound
from cofu_adopt.events import PaymentSucceeded
from cofu_adopt.payments import check, inbox, rules
from cofu_adopt.payments.gateway import Checkout
from cofu_adopt.payments.models import GatewayEvent, PaymentState
from cofu_adopt.payments.sandbox_gateway import SandboxGateway
from cofu_adopt.payments.sandbox_pages import tell_webhook
from tests.season import Season

COMPLETED = ("checkout.session.completed", "checkout.session")


def events() -> list[GatewayEvent]:
    with unit_of_work(writes=False):
        return list(db.session.scalars(select(GatewayEvent).order_by(GatewayEvent.id)))


def away(*_: object) -> None:
    raise OperationalError("", {}, Exception("gone"))


def test_the_database_goes_away_between_inbox_and_effect(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    adoption, fetch = season.hold(), SandboxGateway.fetch
    ref = season.pay(adoption, "lost")
    with monkeypatch.context() as patch:

        def fetch_and_lose(self: SandboxGateway, ref: str) -> Checkout:
            found = fetch(self, ref)
            patch.setattr(db.engine.pool, "connect", away)
            return found

        patch.setattr(SandboxGateway, "fetch", fetch_and_lose)
        assert tell_webhook(*COMPLETED, ref) == 200
    [event] = events()
    assert (event.done_at, season.state(adoption)) == (None, "held")
    season.tick(seconds=1)
    assert season.state(adoption) == "paid"
    assert season.violations() == {}


def test_what_could_not_be_stored_is_told_again_by_the_gateway(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 is what the gateway tries again; what it tells again is heard."""
    adoption = season.hold()
    ref = season.pay(adoption, "lost")
    gateway = season.app.extensions["gateways"]["sandbox"]
    body = gateway.new_event(*COMPLETED, ref)

    def deliver() -> int:
        answer = season.browser().post("/webhooks/stripe", data=body, headers=gateway.headers(body))
        return answer.status_code

    with monkeypatch.context() as patch:
        patch.setattr(db.engine.pool, "connect", away)
        assert deliver() == 503
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "store", lambda *_: 1 / 0)
        assert deliver() == 500
    assert events() == []
    assert deliver() == 200
    assert season.state(adoption) == "paid"


def unlocked(query: Select[Any], *_: object, **_words: object) -> Select[Any]:
    """A query that locks nothing."""
    return query


@pytest.mark.parametrize("other", ["webhook", "return"])
@pytest.mark.parametrize("locked", [True, False])
def test_two_words_at_once_are_decided_one_after_the_other(
    season: Season, monkeypatch: pytest.MonkeyPatch, other: str, *, locked: bool
) -> None:
    """Case 3. Without the lock both go on from the same state: the race is there, and the lock is what ends it."""
    if not is_postgresql():
        pytest.skip("SQLite has one writer at a time")
    adoption = season.hold()
    ref = season.pay(adoption, "lost")
    together, next_state = Barrier(2), rules.next_state
    steps: list[PaymentState | None] = []

    def decided(*words: Any) -> PaymentState | None:
        # With the lock the other one cannot come while this one waits.
        with suppress(BrokenBarrierError):
            together.wait(timeout=0.5 if locked else 20)
        found = next_state(*words)
        steps.append(found)
        return found

    monkeypatch.setattr(rules, "next_state", decided)
    if not locked:
        monkeypatch.setattr(Select, "with_for_update", unlocked)
    works: list[Callable[[], object]] = [
        lambda: tell_webhook(*COMPLETED, ref),
        (lambda: tell_webhook(*COMPLETED, ref)) if other == "webhook" else (lambda: check.check_order(adoption.id)),
    ]
    season.at_once(works, threads=2)
    assert steps.count(PaymentState.SUCCEEDED) == (1 if locked else 2)
    if locked:
        assert season.state(adoption) == "paid"
        assert season.violations() == {}


def test_a_person_lets_an_event_be_done_again(season: Season) -> None:
    adoption = season.hold()
    whole = season.app.extensions["bus"]
    season.app.extensions["bus"] = {**wiring.TABLE, PaymentSucceeded: (away,)}
    season.pay(adoption)
    season.app.extensions["bus"] = whole
    [event] = events()
    assert event.last_error == "OperationalError: (builtins.Exception) gone"
    for outcome in ("applied", "nothing_changed"):
        with unit_of_work():
            inbox.replay_event(event.id)
        season.tick(seconds=1)
        assert [one.outcome for one in events()] == [outcome]
    assert season.state(adoption) == "paid"
    with unit_of_work(writes=False):
        query = select(audit.AuditRecord.before).where(audit.AuditRecord.act == "inbox.replay")
        assert [one and one["outcome"] for one in db.session.scalars(query.order_by(audit.AuditRecord.id))] == [
            None,
            "applied",
        ]
        assert db.session.scalars(select(DueRow).where(DueRow.kind == inbox.APPLY_EVENT)).all() == []
    with pytest.raises(NotFound), unit_of_work():
        inbox.replay_event(0)


def test_replay_on_the_command_line(season: Season) -> None:
    season.pay(season.hold(), "pay")
    [event] = events()
    run = season.app.test_cli_runner()
    done = run.invoke(args=["payments", "replay", event.event_id])
    assert (done.exit_code, done.output) == (0, "nothing_changed\n")
    assert run.invoke(args=["payments", "replay", "evt_unknown"]).exit_code == 1


def test_a_new_subject_is_two_functions(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def apply(event: GatewayEvent, found: str) -> bool:
        done.append(f"{event.provider} {found}")
        return True

    followed = inbox.Followed(lambda event: event.object_ref, apply)
    monkeypatch.delitem(inbox.FOLLOWED, "dispute")
    assert tell_webhook("charge.dispute.created", "dispute", "dp_1") == 200
    monkeypatch.setitem(inbox.FOLLOWED, "dispute", followed)
    assert tell_webhook("charge.dispute.created", "dispute", "dp_1") == 200
    assert done == ["sandbox dp_1"]
    assert [one.outcome for one in events()] == ["ignored", "nothing_changed"]
