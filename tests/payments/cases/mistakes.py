"""Mistakes that somebody could make in the product, and the case that each of them fails. docs/payments.md points here.

A mistake changes one function or value; test_mistakes.py puts each in and sees that the named test fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
import stripe
from sqlalchemy import Select

from cofu_adopt.adoptions import confirm
from cofu_adopt.core import clock, due
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments import (
    apply,
    catch_up,
    disputed,
    inbox,
    queries,
    refund,
    rules,
    stripe_calls,
    stripe_events,
    stripe_gateway,
)
from cofu_adopt.payments import open as payments
from cofu_adopt.payments.gateway import BadNotification, Checkout, CheckoutState, GatewayRefund, gateway
from cofu_adopt.payments.models import EventOutcome, GatewayEvent, Payment, PaymentState, RefundState
from cofu_adopt.payments.stripe_gateway import StripeGateway
from tests.payments.cases import test_checkout, test_money_back, test_notifications

Patch = pytest.MonkeyPatch


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake, where it is caught, and on which database the difference can be seen."""

    words: str
    make: Callable[[Patch], None]
    module: ModuleType
    test: str
    values: Mapping[str, Any]
    database: str = "sqlite"


MISTAKES: list[Mistake] = []


def caught_by(
    module: ModuleType, test: str, *, database: str = "sqlite", **values: Any
) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """The named test fails when this mistake is made; `values` are those of its parameters."""

    def note(make: Callable[[Patch], None]) -> Callable[[Patch], None]:
        MISTAKES.append(Mistake(make.__doc__ or "", make, module, test, values, database))
        return make

    return note


@caught_by(test_notifications, "test_case_01_the_same_event_twice_has_one_effect_and_200_both_times")
def no_dedupe_of_events(patch: Patch) -> None:
    """Each delivery is stored as an event of its own."""
    store = inbox.store
    patch.setattr(inbox, "store", lambda told: store(replace(told, event_id=f"evt_{uuid4().hex}")))


@caught_by(
    test_notifications, "test_case_03_two_webhooks_and_the_return_at_once_have_one_effect", database="postgresql"
)
def no_row_lock(patch: Patch) -> None:
    """Nothing is locked before it is changed."""
    patch.setattr(Select, "with_for_update", lambda query, **_words: query)
    patch.setattr(test_notifications, "MEETING_SECONDS", 20)


@caught_by(test_notifications, "test_case_04_a_webhook_before_our_own_commit_is_found_by_its_reference")
def found_by_the_gateways_id_alone(patch: Patch) -> None:
    """A payment is only known by the id that the gateway gave it."""
    original = apply.apply_checkout
    patch.setattr(apply, "apply_checkout", lambda word: original(replace(word, client_reference="")))


@caught_by(test_notifications, "test_case_06_the_webhook_is_lost_and_the_catch_up_finds_it")
def only_the_webhook_is_heard(patch: Patch) -> None:
    """The gateway is never asked what it told."""
    patch.setattr(catch_up, "_hear", lambda *_: iter(()))


@caught_by(test_notifications, "test_case_10_an_expired_event_or_an_old_word_after_paid_is_no_step_back")
def expired_after_paid_steps_back(patch: Patch) -> None:
    """Any payment that the gateway calls expired is closed."""
    patch.setitem(rules.AFTER, CheckoutState.EXPIRED, dict.fromkeys(PaymentState, PaymentState.CLOSED))


@caught_by(test_notifications, "test_case_11_completed_but_unpaid_waits_however_long")
def the_event_is_believed(patch: Patch) -> None:
    """`checkout.session.completed` is taken for paid, and nothing is fetched."""

    def believe(event: GatewayEvent) -> Checkout:
        word = gateway(event.provider).fetch(event.object_ref)
        return replace(word, state=CheckoutState.PAID) if event.type.endswith("completed") else word

    patch.setitem(inbox.FOLLOWED, "checkout", inbox.Followed(believe, inbox._apply_checkout))


@caught_by(test_notifications, "test_case_11_completed_but_unpaid_waits_however_long")
def rope_freed_while_the_money_is_pending(patch: Patch) -> None:
    """The hold ends by our clock although the payer has finished."""
    patch.setattr(queries, "is_undecided", lambda _order_id: False)


@caught_by(test_notifications, "test_case_20_forged_stale_foreign_tampered_and_live_are_400_and_not_stored", thin=True)
def no_signature_is_asked_for(patch: Patch) -> None:
    """Whoever posts is the gateway."""
    patch.setattr(stripe.WebhookSignature, "verify_header", lambda *_, **_words: True)


@caught_by(test_notifications, "test_case_20_forged_stale_foreign_tampered_and_live_are_400_and_not_stored", thin=False)
def a_test_event_acts_on_live(patch: Patch) -> None:
    """An event of either mode is taken."""
    parse = stripe_events.parse_event

    def parse_any(headers: Mapping[str, str], body: bytes, secret: str, *, livemode: bool) -> Any:
        try:
            return parse(headers, body, secret, livemode=livemode)
        except BadNotification:
            return parse(headers, body, secret, livemode=not livemode)

    patch.setattr(stripe_events, "parse_event", parse_any)


@caught_by(test_notifications, "test_case_21_a_replay_inside_the_tolerance_changes_nothing")
def a_signature_never_grows_old(patch: Patch) -> None:
    """What was signed a year ago is as good as new."""
    patch.setattr(stripe_events, "TOLERANCE_SECONDS", 10**9)


@caught_by(test_notifications, "test_case_25_a_handler_that_crashes_half_way_is_replayed_from_the_inbox")
def done_before_it_is_applied(patch: Patch) -> None:
    """The inbox row is ended first, and then acted on."""
    act = inbox._apply

    def end_and_act(event_id: int) -> None:
        try:
            act(event_id)
        finally:
            with unit_of_work():
                row = db.session.get_one(GatewayEvent, event_id)
                row.done_at, row.outcome = clock.now(), EventOutcome.APPLIED
                due.withdraw(inbox.APPLY_EVENT, event_id)

    patch.setattr(inbox, "_apply", end_and_act)


@caught_by(test_notifications, "test_case_26_what_is_not_ours_is_200_ignored_and_counted")
def the_amount_tells_whose_it_is(patch: Patch) -> None:
    """Money of the same amount is taken for the open payment's, whatever its reference says."""
    original = apply.apply_checkout

    def whoever(word: Checkout) -> bool:
        open_one = db.session.query(Payment).filter_by(amount_fen=word.amount_fen).first()
        return original(replace(word, client_reference=open_one.key if open_one else ""))

    patch.setattr(apply, "apply_checkout", whoever)


@caught_by(test_checkout, "test_case_07_paid_too_late_and_the_rope_is_gone_is_booked_and_owed_a_choice")
def late_money_is_dropped(patch: Patch) -> None:
    """Money that comes when the rope is gone is booked, and nothing follows."""
    patch.setattr(confirm, "_owe_a_remedy", lambda *_: None)


@caught_by(test_checkout, "test_case_09_a_hold_that_ends_while_paying_is_decided_by_the_gateway")
def freed_by_our_clock(patch: Patch) -> None:
    """The rope is freed when our time is over, without a word from the gateway."""

    def close_unasked(order_id: int) -> PaymentState:
        with unit_of_work():
            for payment in db.session.query(Payment).filter_by(order_id=order_id):
                payment.state = PaymentState.CLOSED
        return PaymentState.CLOSED

    patch.setattr(payments, "settle_live_payment", close_unasked)


@caught_by(test_checkout, "test_case_12_another_amount_is_reviewed_and_not_booked")
def paid_although_the_amount_differs(patch: Patch) -> None:
    """Any money is enough."""
    patch.setattr(rules, "difference", lambda *_, **_words: None)


@caught_by(
    test_checkout, "test_case_14_a_second_page_is_opened_when_the_first_is_closed_and_a_second_payment_goes_back"
)
def the_second_payment_is_kept(patch: Patch) -> None:
    """An order that is paid already takes the money all the same."""
    patch.setattr(confirm, "owe_back", lambda *_: None)


@caught_by(test_checkout, "test_case_23_a_429_is_waited_for_under_the_same_key")
def a_429_is_the_end(patch: Patch) -> None:
    """The library does not try again after a 429, and neither do we."""
    patch.setattr(stripe_calls, "PAUSES", ())


@caught_by(test_checkout, "test_case_24_an_order_is_charged_once_though_no_answer_came", kind="timeout", after=True)
def a_new_key_after_a_timeout(patch: Patch) -> None:
    """Each try is a new one."""
    ask = payments._request
    patch.setattr(payments, "_request", lambda payment: replace(ask(payment), key=f"checkout-{uuid4().hex}"))


@caught_by(test_checkout, "test_case_28_a_page_without_a_wallet_is_open_and_an_alert")
def nobody_looks_at_the_wallets(patch: Patch) -> None:
    """What the page offers is not compared with what was asked for."""
    patch.setattr(apply, "_note_wallets", lambda *_: None)


@caught_by(test_money_back, "test_case_15_partial_refunds_never_add_up_to_more_than_was_paid_and_a_double_click_is_one")
def refunds_are_not_added_up(patch: Patch) -> None:
    """Each refund is held against the payment alone."""
    patch.setattr(refund, "given_back", lambda _payment_id: 0)


@caught_by(test_money_back, "test_case_16_a_refund_whose_answer_is_lost_is_found_and_not_made_again")
def refunded_twice(patch: Patch) -> None:
    """A refund without an answer is asked for again under another key."""
    send = StripeGateway.refund

    def send_anew(self: StripeGateway, *, key: str, checkout_ref: str, amount_fen: int) -> GatewayRefund:
        made = send(self, key=f"{key}-{uuid4().hex}", checkout_ref=checkout_ref, amount_fen=amount_fen)
        return replace(made, key=key)

    patch.setattr(stripe_gateway.StripeGateway, "refund", send_anew)


@caught_by(test_money_back, "test_case_17_a_refund_that_fails_later_is_owed_again_and_nobody_is_told_too_early")
def succeeded_is_for_ever(patch: Patch) -> None:
    """A refund that succeeded cannot fail any more."""
    patch.setattr(apply, "MAY_FAIL", apply.MAY_FAIL - {RefundState.SUCCEEDED})


@caught_by(test_money_back, "test_case_18_past_the_window_a_refund_is_owed_by_hand_and_never_sent")
def every_wallet_refunds_for_ever(patch: Patch) -> None:
    """The wallet's window is not known."""

    def for_ever(paid_at: datetime, _wallet: str | None) -> datetime:
        return paid_at + timedelta(days=3650)

    patch.setattr(rules, "refundable_until", for_ever)


@caught_by(
    test_money_back,
    "test_case_19_a_dispute_freezes_the_order_and_ends_by_the_banks_word_also_after_a_payout",
    end="won",
    paid_out=False,
)
def a_dispute_freezes_nothing(patch: Patch) -> None:
    """Money that the bank holds is given back by us as well."""
    patch.setattr(queries, "is_disputed", lambda _order_id: False)
    patch.setattr(refund, "has_open_dispute", lambda _payment_id: False)
    patch.setattr(disputed, "is_disputed", lambda _order_id: False)
