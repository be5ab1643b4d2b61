"""The webhook: what is forged, stale or not for us is refused and not stored; one fact has one effect."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import DueRow
from cofu_adopt.ledger.models import JournalEntry
from cofu_adopt.payments import check, stripe_events
from cofu_adopt.payments.api import LONGEST_BODY
from cofu_adopt.payments.models import GatewayEvent, Payment
from cofu_adopt.payments.sandbox_gateway import SandboxGateway, sandbox
from tests.season import Season

COMPLETED = "checkout.session.completed"


def event(ref: str, **changes: Any) -> bytes:
    body = {
        "id": f"evt_test_{uuid4().hex}",
        "object": "event",
        "type": COMPLETED,
        "livemode": False,
        "data": {"object": {"id": ref, "object": "checkout.session"}},
    }
    return json.dumps(body | changes).encode()


def send(season: Season, body: bytes, header: str | None = None) -> int:
    if header is None:
        header = stripe_events.sign(body, sandbox().webhook_secret, clock.now())
    answer = season.browser().post(
        "/webhooks/stripe", data=body, headers={"Stripe-Signature": header}, content_type="application/json"
    )
    return answer.status_code


def stored() -> int:
    with unit_of_work(writes=False):
        return db.session.scalar(select(func.count()).select_from(GatewayEvent)) or 0


def outcomes() -> list[str | None]:
    with unit_of_work(writes=False):
        return list(db.session.scalars(select(GatewayEvent.outcome).order_by(GatewayEvent.id)))


def entries() -> list[str]:
    with unit_of_work(writes=False):
        return list(
            db.session.scalars(
                select(JournalEntry.source).where(~JournalEntry.source.endswith(":fee")).order_by(JournalEntry.id)
            )
        )


def paid_silently(season: Season) -> tuple[Any, str]:
    """An order whose payer has paid while no notification came."""
    adoption = season.hold()
    return adoption, season.pay(adoption, "lost")


def sign(body: bytes, secret: str, *, seconds_ago: float = 0) -> str:
    moment = clock.now().timestamp() - seconds_ago
    return stripe_events.sign(body, secret, clock.now().fromtimestamp(moment, clock.now().tzinfo))


REFUSED: dict[str, Callable[[bytes, str], tuple[bytes, str]]] = {
    "no signature": lambda body, _: (body, ""),
    "not a signature": lambda body, _: (body, "t=abc,v1=def"),
    "signed with another secret": lambda body, _: (body, sign(body, "whsec_of_somebody_else")),
    "signed with no secret": lambda body, _: (body, sign(body, " ")),
    "tampered": lambda body, secret: (body.replace(b"completed", b"expired!!"), sign(body, secret)),
    "stale": lambda body, secret: (body, sign(body, secret, seconds_ago=301)),
    "made young again": lambda body, secret: (
        body,
        sign(body, secret, seconds_ago=301).replace("t=", f"t={int(clock.now().timestamp())},t=", 1),
    ),
    "live on test": lambda _, secret: (live := event("cs_1", livemode=True), sign(live, secret)),
    "not JSON": lambda _, secret: (b"{", sign(b"{", secret)),
    "not an event": lambda _, secret: (b"[]", sign(b"[]", secret)),
    "without an object": lambda _, secret: (other := event("x", data={}), sign(other, secret)),
    "an id that is none": lambda _, secret: (other := event("x", id=7), sign(other, secret)),
    "an endless id": lambda _, secret: (other := event("x", id="e" * 121), sign(other, secret)),
    "a kind that is none": lambda _, secret: (
        other := event("x", data={"object": {"id": "x", "object": ["refund"]}}),
        sign(other, secret),
    ),
}


@pytest.mark.parametrize("how", list(REFUSED))
def test_what_is_not_the_gateways_is_refused_and_not_stored(season: Season, how: str) -> None:
    adoption, ref = paid_silently(season)
    body, header = REFUSED[how](event(ref), sandbox().webhook_secret)
    assert send(season, body, header) == 400
    assert stored() == 0
    assert season.state(adoption) == "held"


@pytest.mark.parametrize("livemode", [True, False])
def test_an_event_of_the_other_mode_is_refused(season: Season, *, livemode: bool) -> None:
    """Case 20: a test event on a live key, and the other way round."""
    season.app.extensions["gateways"]["sandbox"] = SandboxGateway(sandbox().webhook_secret, livemode=livemode)
    assert send(season, event("cs_1", livemode=not livemode)) == 400
    assert stored() == 0
    assert send(season, event("cs_1", livemode=livemode)) == 200


@pytest.mark.parametrize("more", [0, 1])
def test_a_body_without_end_is_refused(season: Season, more: int) -> None:
    body = event("cs_1", padding="")
    body = event("cs_1", padding="x" * (LONGEST_BODY - len(body) + more))
    assert send(season, body) == (413 if more else 200)
    assert stored() == 1 - more


def test_bytes_that_are_no_text_are_refused(season: Season) -> None:
    assert send(season, b"\xff\xfe", "t=1,v1=00") == 400
    assert stored() == 0


@pytest.mark.parametrize("seconds", [-299, 299])
def test_a_skewed_clock_within_the_tolerance_is_fine(season: Season, seconds: int) -> None:
    adoption, ref = paid_silently(season)
    body = event(ref)
    assert send(season, body, sign(body, sandbox().webhook_secret, seconds_ago=seconds)) == 200
    assert season.state(adoption) == "paid"


def test_the_same_event_twice_has_one_effect(season: Season) -> None:
    """Cases 1 and 21."""
    adoption, ref = paid_silently(season)
    body = event(ref)
    assert [send(season, body), send(season, body)] == [200, 200]
    assert stored() == 1
    assert season.state(adoption) == "paid"
    assert len(entries()) == 1
    assert season.violations() == {}


def test_two_events_for_one_fact_have_one_effect(season: Season) -> None:
    """Case 2."""
    _adoption, ref = paid_silently(season)
    assert [send(season, event(ref)), send(season, event(ref, type="payment_intent.succeeded"))] == [200, 200]
    assert outcomes() == ["applied", "nothing_changed"]
    assert len(entries()) == 1


def test_many_events_at_once_have_one_effect_and_all_are_told_200(season: Season) -> None:
    """Case 3."""
    adoption, ref = paid_silently(season)
    same, secret = event(ref), sandbox().webhook_secret
    bodies = [same] * 4 + [event(ref) for _ in range(4)]
    together = Barrier(8)

    def deliver(body: bytes) -> Callable[[], int]:
        def work() -> int:
            together.wait(timeout=20)
            return send(season, body, sign(body, secret))

        return work

    assert season.at_once([deliver(body) for body in bodies], threads=8) == [200] * 8
    assert stored() == 5
    assert Counter(outcomes()) == {"applied": 1, "nothing_changed": 4}
    assert season.state(adoption) == "paid"
    assert len(entries()) == 1
    assert season.violations() == {}


def test_the_payers_return_and_the_webhook_at_once_have_one_effect(season: Season) -> None:
    """Case 3."""
    adoption, ref = paid_silently(season)
    client, together = season.signed_in(), Barrier(2)
    body, secret = event(ref), sandbox().webhook_secret

    def come_back() -> int:
        together.wait(timeout=20)
        return client.get(f"/orders/{adoption.code}/return").status_code

    def deliver() -> int:
        together.wait(timeout=20)
        return send(season, body, sign(body, secret))

    assert season.at_once([come_back, deliver], threads=2) == [302, 200]
    assert season.state(adoption) == "paid"
    assert len(entries()) == 1
    assert season.violations() == {}


def test_a_webhook_before_our_own_answer_was_stored_finds_the_payment_by_its_key(season: Season) -> None:
    """Case 4."""
    adoption, ref = paid_silently(season)
    with unit_of_work():
        forgotten = {"gateway_ref": None, "url": None, "state": "opening"}
        db.session.execute(update(Payment).where(Payment.order_id == adoption.id).values(forgotten))
    assert send(season, event(ref)) == 200
    assert season.state(adoption) == "paid"
    assert season.payments(adoption)[0].gateway_ref == ref


@pytest.mark.parametrize("kind", ["checkout.session", "refund", "customer"])
def test_what_is_not_ours_is_stored_ignored_and_done(season: Season, kind: str) -> None:
    """Case 26."""
    assert send(season, event("of_another_shop", data={"object": {"id": "of_another_shop", "object": kind}})) == 200
    assert outcomes() == ["ignored"]
    with unit_of_work(writes=False):
        assert db.session.scalars(select(DueRow)).all() == []


def test_an_expired_event_after_the_payment_is_no_step_back(season: Season) -> None:
    """Case 10."""
    adoption, ref = paid_silently(season)
    send(season, event(ref))
    send(season, event(ref, type="checkout.session.expired"))
    assert season.state(adoption) == "paid"
    assert [one.state for one in season.payments(adoption)] == ["succeeded"]


def test_completed_but_unpaid_waits(season: Season) -> None:
    """Case 11."""
    adoption = season.hold()
    season.pay(adoption, "later")
    assert season.state(adoption) == "held"
    assert [one.state for one in season.payments(adoption)] == ["pending"]
    assert entries() == []
    check.check_order(adoption.id)
    assert season.state(adoption) == "held"
