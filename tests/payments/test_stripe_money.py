"""Refunds, disputes, payouts and events of Stripe through the adapter."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cofu_adopt.core import clock
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.payments.gateway import DisputeState, GatewayRefundState, Rejected, UnknownOutcome
from cofu_adopt.payments.stripe_events import TYPES
from cofu_adopt.payments.stripe_gateway import StripeGateway
from tests.payments.test_stripe_checkout import request
from tests.season import NOON
from tests.stripe_fake import FakeStripe, fake_gateway

REFUNDS = "/v1/refunds"


@pytest.fixture
def paid(fake: FakeStripe, stripe_gateway: StripeGateway) -> str:
    """A session that is paid by card."""
    ref = stripe_gateway.create_checkout(request()).ref
    fake.pay(ref, "card")
    return ref


def test_a_refund_names_its_payment_and_our_key(fake: FakeStripe, stripe_gateway: StripeGateway, paid: str) -> None:
    refund = stripe_gateway.refund(key="refund-1", checkout_ref=paid, amount_fen=5000)
    [call] = fake.sent(REFUNDS)
    assert call.key == "refund-1"
    assert call.params == {
        "payment_intent": stripe_gateway.fetch(paid).payment_ref,
        "amount": "5000",
        "metadata": {"cofu_key": "refund-1"},
    }
    assert (refund.key, refund.amount_fen, refund.state) == ("refund-1", 5000, GatewayRefundState.SUCCEEDED)
    assert stripe_gateway.fetch_refund(refund.ref) == refund


@pytest.mark.parametrize("days", [0, 2, 40])
def test_a_repeated_refund_is_the_same_however_late(
    fake: FakeStripe, stripe_gateway: StripeGateway, noon: FrozenClock, paid: str, days: int
) -> None:
    first = stripe_gateway.refund(key="refund-1", checkout_ref=paid, amount_fen=5000)
    noon.advance(days=days)
    assert stripe_gateway.refund(key="refund-1", checkout_ref=paid, amount_fen=5000) == first
    assert len(fake.all_of("refund")) == 1


@pytest.mark.parametrize("kind", ["timeout", "closed", "500", "garbage"])
def test_a_refund_whose_answer_is_lost_is_found_and_not_made_again(
    fake: FakeStripe, stripe_gateway: StripeGateway, noon: FrozenClock, paid: str, kind: str
) -> None:
    fake.break_next(kind, REFUNDS, after=True)  # type: ignore[arg-type] # a Kind
    with pytest.raises(UnknownOutcome):
        stripe_gateway.refund(key="refund-1", checkout_ref=paid, amount_fen=5000)
    noon.advance(days=2)
    refund = stripe_gateway.refund(key="refund-1", checkout_ref=paid, amount_fen=5000)
    assert [one["id"] for one in fake.all_of("refund")] == [refund.ref]


def test_more_than_is_left_is_rejected(stripe_gateway: StripeGateway, paid: str) -> None:
    stripe_gateway.refund(key="refund-1", checkout_ref=paid, amount_fen=19000)
    with pytest.raises(Rejected):
        stripe_gateway.refund(key="refund-2", checkout_ref=paid, amount_fen=801)


def test_what_was_not_paid_cannot_go_back(stripe_gateway: StripeGateway) -> None:
    ref = stripe_gateway.create_checkout(request()).ref
    with pytest.raises(Rejected):
        stripe_gateway.refund(key="refund-1", checkout_ref=ref, amount_fen=1)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("pending", GatewayRefundState.PENDING),
        ("requires_action", GatewayRefundState.PENDING),
        ("succeeded", GatewayRefundState.SUCCEEDED),
        ("failed", GatewayRefundState.FAILED),
        ("canceled", GatewayRefundState.FAILED),
    ],
)
def test_the_states_of_a_refund(
    fake: FakeStripe, stripe_gateway: StripeGateway, paid: str, status: str, state: GatewayRefundState
) -> None:
    fake.refund_outcome = "pending"
    ref = stripe_gateway.refund(key="refund-1", checkout_ref=paid, amount_fen=100).ref
    fake.end_refund(ref, status)
    assert stripe_gateway.fetch_refund(ref).state is state


def test_a_state_that_we_do_not_know_is_not_guessed(fake: FakeStripe, stripe_gateway: StripeGateway, paid: str) -> None:
    ref = stripe_gateway.refund(key="refund-1", checkout_ref=paid, amount_fen=100).ref
    fake.end_refund(ref, "teleported")
    with pytest.raises(UnknownOutcome):
        stripe_gateway.fetch_refund(ref)


def test_a_refund_of_stripes_own_desk_has_no_key(fake: FakeStripe, stripe_gateway: StripeGateway, paid: str) -> None:
    made = fake.refund(stripe_gateway.fetch(paid).payment_ref or "", 100, {})
    assert stripe_gateway.fetch_refund(made["id"]).key == ""


def test_a_dispute_takes_amount_and_fee_and_gives_them_back_when_won(
    fake: FakeStripe, stripe_gateway: StripeGateway, paid: str
) -> None:
    ref = fake.dispute(paid)["id"]
    dispute = stripe_gateway.fetch_dispute(ref)
    assert dispute.payment_ref == stripe_gateway.fetch(paid).payment_ref
    assert (dispute.state, dispute.amount_fen, dispute.currency) == (DisputeState.OPEN, 19800, "cny")
    assert (dispute.taken_fen, dispute.fee_fen) == (19800, 1500)
    assert (dispute.answer_until, dispute.reason) == (NOON + timedelta(days=7), "product_not_received")
    fake.end_dispute(ref, "won")
    dispute = stripe_gateway.fetch_dispute(ref)
    assert (dispute.state, dispute.taken_fen, dispute.fee_fen) == (DisputeState.WON, 0, 0)


def test_a_lost_dispute_and_a_mere_inquiry(fake: FakeStripe, stripe_gateway: StripeGateway, paid: str) -> None:
    inquiry = fake.dispute(paid, inquiry=True)["id"]
    dispute = stripe_gateway.fetch_dispute(inquiry)
    assert (dispute.state, dispute.taken_fen, dispute.fee_fen) == (DisputeState.OPEN, 0, 0)
    fake.end_dispute(inquiry, "warning_closed")
    assert stripe_gateway.fetch_dispute(inquiry).state is DisputeState.WON
    real = fake.dispute(paid)["id"]
    fake.end_dispute(real, "lost")
    dispute = stripe_gateway.fetch_dispute(real)
    assert (dispute.state, dispute.taken_fen, dispute.fee_fen) == (DisputeState.LOST, 19800, 1500)


def test_evidence_is_sent_once_under_stripes_names(
    fake: FakeStripe, stripe_gateway: StripeGateway, noon: FrozenClock, paid: str
) -> None:
    ref = fake.dispute(paid)["id"]
    evidence = {"product_description": "一串贻贝", "diary": "2 月 3 日下苗", "receipt": "no file of ours"}
    assert stripe_gateway.send_evidence(key="e-1", ref=ref, evidence=evidence).state is DisputeState.UNDER_REVIEW
    assert fake.get(ref, "dispute")["evidence"] == {
        "product_description": "一串贻贝",
        "uncategorized_text": "diary: 2 月 3 日下苗\n\nreceipt: no file of ours",
    }
    noon.advance(days=2)
    stripe_gateway.send_evidence(key="e-1", ref=ref, evidence={"diary": "other"})
    assert [call.key for call in fake.sent(f"/v1/disputes/{ref}")] == ["e-1"]


def test_a_payout_is_the_sum_of_its_lines(
    fake: FakeStripe, stripe_gateway: StripeGateway, noon: FrozenClock, paid: str
) -> None:
    refund = stripe_gateway.refund(key="refund-1", checkout_ref=paid, amount_fen=5000)
    noon.advance(days=1)
    ref = fake.pay_out()["id"]
    [payout] = stripe_gateway.payouts_since(NOON)
    assert (payout.ref, payout.amount_fen, payout.currency) == (ref, 19800 - 435 - 5000, "cny")
    assert (payout.arrives_on, payout.state) == (date(2026, 11, 27), "paid")
    lines = list(stripe_gateway.settlement(ref))
    assert [(line.kind, line.source_ref, line.gross_fen, line.fee_fen, line.net_fen) for line in lines] == [
        ("charge", stripe_gateway.fetch(paid).payment_ref, 19800, 435, 19365),
        ("refund", refund.ref, -5000, 0, -5000),
    ]
    assert sum(line.net_fen for line in lines) == payout.amount_fen
    assert [line.at for line in lines] == [NOON, NOON]
    assert list(stripe_gateway.payouts_since(clock.now() + timedelta(seconds=1))) == []
    with pytest.raises(Rejected):
        list(stripe_gateway.settlement("po_test_of_another"))


def test_past_events_come_oldest_first_over_all_pages(
    fake: FakeStripe, stripe_gateway: StripeGateway, noon: FrozenClock
) -> None:
    refs = []
    for number in range(120):
        key = f"checkout-{number}"
        refs.append(stripe_gateway.create_checkout(request(key=key, client_reference=key)).ref)
        fake.expire(refs[-1])
        noon.advance(seconds=1)
    fake.pay(stripe_gateway.create_checkout(request(key="last", client_reference="last")).ref)
    found = list(stripe_gateway.events_since(NOON + timedelta(seconds=10)))
    assert [one.ref for one in found[:-1]] == refs[10:]
    assert found[-1].type == "checkout.session.completed"
    assert {one.type for one in found} <= set(TYPES)
    assert "payment_intent.succeeded" in {event["type"] for event in fake.events}


def test_a_past_event_reads_as_its_webhook_did(fake: FakeStripe, stripe_gateway: StripeGateway, paid: str) -> None:
    body, headers = fake.signed(fake.events[-1])
    [event] = stripe_gateway.events_since(NOON)
    assert event == stripe_gateway.parse(headers, body)
    assert event.ref == paid


def test_no_secret_is_shown(fake: FakeStripe) -> None:
    gateway = fake_gateway(fake)
    assert fake.secret_key not in repr(gateway)
    assert fake.webhook_secret not in repr(gateway)
