"""Six events in all 720 orders, each told one to five times: what they come to is what the gateway's book says.

An order has two pages: one that expired and was paid all the same (`paid again`), and one whose opening had no answer
yet (`created`). `refunded` is the adopter's wish to have her money back. `make test` takes a seeded part of the orders,
COFU_TEST_FULL=1 all of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import permutations
from random import Random

import pytest
from sqlalchemy import select

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.ledger.queries import balance
from cofu_adopt.payments import check
from cofu_adopt.payments.dispute_models import Dispute, DisputeStep
from cofu_adopt.payments.errors import GatewayTrouble, PaymentDisputed, PaymentUnderWay
from cofu_adopt.payments.models import Payment
from cofu_adopt.payments.open import open_checkout
from tests.payments.cases import acts
from tests.stripe_fake import StripeSeason
from tests.stripe_fake.book import Object

SEED = int(os.environ.get("COFU_TEST_SEED", "720"))
EVENTS = ("created", "paid", "paid again", "refunded", "disputed", "expired")
ORDERS = list(permutations(EVENTS))
PART = len(ORDERS) if os.environ.get("COFU_TEST_FULL") else 12
MOST_TIMES = 5
NOT_NOW = (GatewayTrouble, PaymentDisputed, PaymentUnderWay)
End = tuple[str, list[str], list[int], list[str]]
"""The order's state, those of its payments, what went back of each, and the disputes that were lost.

One that was opened and won before we heard of it leaves no trace in our books, and needs none.
"""


def foretold(book: list[Object]) -> End:
    """The end of an order whose adopter wants her money back, by what the gateway's book says and nothing else."""
    sessions = [one for one in book if one["object"] == "checkout.session"]
    refunds = [one for one in book if one["object"] == "refund" and one["status"] == "succeeded"]
    disputes = [one["status"] for one in book if one["object"] == "dispute" and one["status"] == "lost"]
    back = [
        sum(one["amount"] for one in refunds if one["payment_intent"] == session["payment_intent"])
        for session in sessions
    ]
    lost = bool(disputes)
    paid = [session["amount_total"] for session in sessions if session["payment_status"] == "paid"]
    # Whatever came has gone back, by a refund or by the bank.
    assert sum(back) >= sum(paid) - lost * paid[-1]
    states = ["succeeded" if session["payment_status"] == "paid" else "closed" for session in sessions]
    # Whose money the bank took, the order's own or the second one, is not in the gateway's book.
    return "over" if lost else "refunded", states, back, disputes


@dataclass
class Story:
    """One order, and what happens to it."""

    season: StripeSeason
    chance: Random
    bank: str
    adoption: Adoption = field(init=False)
    first: str = field(init=False)
    second: str = field(init=False)

    def __post_init__(self) -> None:
        """A page that expired, and one whose opening had no answer."""
        season, fake = self.season, self.season.fake
        self.adoption, self.first = acts.page_of(season)
        fake.expire(self.first)
        check.check_order(self.adoption.id)
        fake.break_next("timeout", acts.SESSIONS, after=True)
        with pytest.raises(GatewayTrouble):
            season.open_page(self.adoption)
        self.second = fake.all_of("checkout.session")[-1]["id"]
        season.delivered = len(fake.events)
        if self.chance.random() < 0.5:
            self.pays(self.first)
            self.pays(self.second)
            self.disputes()

    def tell(self, event: str) -> None:
        """Let it happen, if it has not, and tell of it once."""
        if event == "created":
            with suppress(GatewayTrouble):
                open_checkout(self.season.payments(self.adoption)[-1].id)
        elif event == "refunded":
            self.wants_it_back()
        else:
            happens: dict[str, tuple[Callable[[], None], str, str]] = {
                "paid": (lambda: self.pays(self.second), "checkout.session.completed", self.second),
                "paid again": (lambda: self.pays(self.first), "checkout.session.completed", self.first),
                "disputed": (self.disputes, "charge.dispute.created", ""),
                "expired": (lambda: None, "checkout.session.expired", self.first),
            }
            happen, kind, ref = happens[event]
            happen()
            told = next(
                one
                for one in self.season.fake.events
                if one["type"] == kind and (not ref or one["data"]["object"]["id"] == ref)
            )
            assert self.season.send(told, thin=self.chance.random() < 0.5) == 200
        if self.chance.random() < 0.3:
            self.season.tick(seconds=1)

    def pays(self, ref: str) -> None:
        """The payer pays, even where the gateway had closed the page."""
        if self.season.fake.get(ref, "checkout.session")["payment_status"] != "paid":
            acts.pay_anyway(self.season, ref, "card")

    def disputes(self) -> None:
        """The payer of the second page goes to her bank."""
        self.pays(self.second)
        if not self.season.fake.all_of("dispute"):
            self.season.fake.dispute(self.second)

    def wants_it_back(self) -> None:
        """The adopter presses the button; what it says is another test."""
        with suppress(*NOT_NOW):
            self.season.cancel(self.adoption)

    def finish(self) -> End:
        """The bank decides, everything is told, the clock works; and how it stands then."""
        season, fake = self.season, self.season.fake
        for dispute in fake.all_of("dispute"):
            fake.end_dispute(dispute["id"], self.bank)
        season.deliver(thin=True)
        for _ in range(3):
            self.wants_it_back()
        for _ in range(3):
            # All 720 orders must have ended before the sale does.
            season.tick(minutes=30)
        season.deliver()
        refunds = season.refunds(self.adoption)
        payments = season.payments(self.adoption)
        back = [
            sum(one.amount_fen for one in refunds if one.payment_id == payment.id and one.state == "succeeded")
            for payment in payments
        ]
        state = season.state(self.adoption)
        if self.bank == "lost" and state in {"cancelled", "refunded"}:
            state = "over"
        return state, [str(one.state) for one in payments], back, self.lost_disputes()

    def lost_disputes(self) -> list[str]:
        """The order's lost disputes, in our books."""
        with unit_of_work(writes=False):
            query = select(Dispute.state).join(Payment, Payment.id == Dispute.payment_id)
            query = query.where(Payment.order_id == self.adoption.id, Dispute.state != DisputeStep.WON)
            return [str(state) for state in db.session.scalars(query)]

    def forget(self) -> int:
        """Empty the gateway's book, so that the next order is alone in it; its balance."""
        fake, balance_fen = self.season.fake, self.season.fake.balance()
        for emptied in (fake.objects, fake.events, fake.keys, fake.calls):
            emptied.clear()
        self.season.delivered = 0
        return balance_fen


def tellings(order: tuple[str, ...], chance: Random) -> list[str]:
    """The events in this order, each told again up to four times at any later moment."""
    told = list(order)
    for event in order:
        for _ in range(chance.randrange(MOST_TIMES)):
            told.insert(chance.randint(told.index(event) + 1, len(told)), event)
    return told


def test_each_order_of_six_events_ends_as_the_gateways_book_says(stripe_season: StripeSeason) -> None:
    # Another part and other choices on each database.
    chance, held_fen = Random(SEED + is_postgresql()), 0  # noqa: S311 - not for secrets
    for order in chance.sample(ORDERS, PART):
        told = tellings(order, chance)
        story = Story(stripe_season, chance, chance.choice(("won", "lost")))
        for event in told:
            story.tell(event)
        end = story.finish()
        where = f"COFU_TEST_SEED={SEED}, the bank: {story.bank}, told: {told}"
        assert end == foretold(list(stripe_season.fake.objects.values())), where
        held_fen += story.forget()
    assert stripe_season.violations() == {}, f"COFU_TEST_SEED={SEED}"
    with unit_of_work(writes=False):
        assert balance("Gateway:stripe") == held_fen, f"COFU_TEST_SEED={SEED}: the gateway's book and ours"
