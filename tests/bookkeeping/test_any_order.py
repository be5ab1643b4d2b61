"""Whatever people, gateway and clock do, in any order: every check holds after each step, and a small model agrees."""

# ruff: noqa: D102 - the names of the rules say what they do
from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from cofu_adopt.adoptions.errors import LimitReached, NotCancellable, OfferNotOnSale, RopeTaken
from cofu_adopt.adoptions.models import LIVE_STATES, Adoption
from cofu_adopt.app import create_app
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import DomainError
from cofu_adopt.farm.models import Rope
from cofu_adopt.ledger.queries import balance
from cofu_adopt.payments import apply
from cofu_adopt.payments.gateway import Checkout, CheckoutState
from cofu_adopt.payments.models import Refund, SandboxCheckout, SandboxRefund, SandboxSetting
from cofu_adopt.payments.queries import RefundRow, list_refunds
from cofu_adopt.payments.refund_credit import preview_refund, refund_credit
from cofu_adopt.payments.sandbox_pages import OUTCOMES, tell_webhook
from config import Settings
from tests.credit import turn_into_credit
from tests.season import NOON, PRICE_FEN, SALE_ENDS_AT, Season, make_season

PICK = st.integers(min_value=0, max_value=99)
STEPS, EXAMPLES = 25, 60 if os.environ.get("COFU_TEST_FULL") else 12


class Adopting(RuleBasedStateMachine):
    """Three people, two plots of three ropes, one gateway."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.copy(self.template, folder / "any.sqlite3")
        self.app = create_app(Settings(env="test", database_url=f"sqlite:///{folder / 'any.sqlite3'}"))
        self.stack.enter_context(self.app.app_context())
        self.stack.callback(db.engine.dispose)
        self.clock = self.stack.enter_context(clock.frozen(NOON))
        self.stack.enter_context(self.app.test_request_context())
        self.season: Season = make_season(self.app, self.clock, ropes=3, limit=2)
        self.people = [self.season.person_id, self.season.person(), self.season.person()]
        self.adoptions: list[Adoption] = []
        self.checkouts: list[str] = []

    def teardown(self) -> None:
        self.stack.close()

    @initialize()
    def begin(self) -> None:
        # Two of them have credit of an older order: a part of a price, and all of one.
        for person, amount_fen in enumerate((5000, PRICE_FEN)):
            adoption = self.season.paid(self.people[person], plot="A1-02", rope=1 + person)
            turn_into_credit(adoption, amount_fen)
            self.adoptions.append(adoption)
        self.hold(0, 0)
        self.open_page(len(self.adoptions) - 1, use_credit=True)

    @rule(person=PICK, rope=PICK)
    def hold(self, person: int, rope: int) -> None:
        taken = self.season.holder("A1-01", 1 + rope % 3) is not None
        try:
            adoption = self.season.hold(self.people[person % 3], plot="A1-01", rope=1 + rope % 3)
        except RopeTaken:
            assert taken
        except LimitReached:
            assert self.live_of(self.people[person % 3]) >= 2
        except OfferNotOnSale:
            assert clock.now() >= SALE_ENDS_AT
        else:
            assert not taken
            self.adoptions.append(adoption)

    @rule(which=PICK, use_credit=st.sampled_from([True, None, False]))
    def open_page(self, which: int, *, use_credit: bool | None) -> None:
        adoption = self.adoptions[which % len(self.adoptions)]
        try:
            self.season.review(adoption)
            ref = self.season.open_page(adoption, use_credit=use_credit)
        except DomainError as error:
            # Refused only where a page must not open; never because of a mistake of ours.
            assert error.code in {"already_paid", "hold_expired", "payment_under_way", "limit_reached"}  # noqa: PT017
        else:
            # Where credit has paid all, there is no page.
            if ref not in {adoption.code, *self.checkouts}:
                self.checkouts.append(ref)

    @rule(which=PICK, outcome=st.sampled_from(sorted(OUTCOMES)), wallet=st.sampled_from(["alipay", "wechat_pay"]))
    def end_page(self, which: int, outcome: str, wallet: str) -> None:
        if self.checkouts:
            self.season.choose(self.checkouts[which % len(self.checkouts)], outcome, wallet)

    @rule(which=PICK)
    def come_back(self, which: int) -> None:
        adoption = self.adoptions[which % len(self.adoptions)]
        answer = self.season.signed_in(adoption.person_id).get(f"/orders/{adoption.code}/return")
        assert answer.status_code == 302

    @rule(which=PICK)
    def money_comes_although_the_page_was_closed(self, which: int) -> None:
        """The gateway takes its word back: what was expired is paid."""
        if not self.checkouts:
            return
        ref = self.checkouts[which % len(self.checkouts)]
        with unit_of_work():
            row = db.session.get_one(SandboxCheckout, ref)
            row.state, row.wallet = "paid", row.wallet or "alipay"
            word = Checkout(
                ref,
                row.client_reference,
                CheckoutState.PAID,
                row.amount_fen,
                "cny",
                livemode=False,
                url="/",
                wallet=row.wallet,
            )
        with unit_of_work():
            assert apply.apply_checkout(word)

    @rule(which=PICK)
    def tell_again(self, which: int) -> None:
        if self.checkouts:
            ref = self.checkouts[which % len(self.checkouts)]
            assert tell_webhook("checkout.session.completed", "checkout.session", ref) == 200

    @rule(which=PICK)
    def cancel(self, which: int) -> None:
        adoption = self.adoptions[which % len(self.adoptions)]
        try:
            self.season.cancel(adoption)
        except NotCancellable:
            assert clock.today() > adoption.cancel_until_on
        except DomainError as error:
            assert error.code == "payment_under_way"  # noqa: PT017

    @rule(which=PICK)
    def take_credit_instead(self, which: int) -> None:
        adoption = self.adoptions[which % len(self.adoptions)]
        if self.season.state(adoption) == "paid":
            turn_into_credit(adoption)

    @rule(person=PICK)
    def take_credit_back(self, person: int) -> None:
        person_id = self.people[person % 3]
        with unit_of_work():
            agreed = preview_refund(person_id)
            if agreed.parts:
                refund_credit(person_id, agreed.fingerprint)

    @rule(outcome=st.sampled_from(["succeeded", "pending", "failed"]))
    def refunds_will_end(self, outcome: str) -> None:
        with unit_of_work():
            db.session.merge(SandboxSetting(name="refund_outcome", value=outcome))

    @rule(which=PICK, state=st.sampled_from(["succeeded", "failed"]))
    def end_refund(self, which: int, state: str) -> None:
        with unit_of_work():
            sent = list(db.session.scalars(select(Refund).where(Refund.gateway_ref.is_not(None)).order_by(Refund.id)))
            if not sent:
                return
            row = db.session.get_one(SandboxRefund, sent[which % len(sent)].gateway_ref)
            if row.state in {"failed", state}:
                return
            row.state, ref = state, row.ref
        assert tell_webhook("refund.updated", "refund", ref) == 200

    @rule(seconds=st.sampled_from([1, 20, 60, 300, 900, 3600, 86400, 40 * 86400]))
    def time_passes(self, seconds: int) -> None:
        self.season.tick(seconds=seconds)

    @invariant()
    def every_check_holds(self) -> None:
        assert self.season.violations() == {}

    @invariant()
    def the_model_agrees(self) -> None:
        """Money at the gateway = what it took - what it gave; a rope is kept by its one live adoption."""
        with unit_of_work(writes=False):
            live = db.session.execute(
                select(Adoption.plot_id, Adoption.rope_number, Adoption.id).where(Adoption.state.in_(LIVE_STATES))
            ).all()
            kept = db.session.execute(
                select(Rope.plot_id, Rope.number, Rope.live_adoption_id).where(Rope.live_adoption_id.is_not(None))
            ).all()
            assert sorted(map(tuple, live)) == sorted(map(tuple, kept))
            owed = sum(balance(f"RefundDue:{refund.id}") for one in self.adoptions for refund in self.refunds(one))
            prepaid = sum(balance(f"Prepaid:{one.id}") for one in self.adoptions)
            states = [db.session.get_one(Adoption, one.id).state for one in self.adoptions]
            credit = sum(balance(f"Credit:{person_id}") for person_id in self.people)
            assert balance("Gateway:sandbox") + owed + prepaid + credit == 0
            assert prepaid == -PRICE_FEN * states.count("paid")  # type: ignore[arg-type]
            taken = self.sum_of(SandboxCheckout, "paid") - self.sum_of(SandboxRefund, "succeeded")
            # The gateway is ahead of the books, never behind: a notification may be lost, money is not made.
            assert balance("Gateway:sandbox") <= taken

    def refunds(self, adoption: Adoption) -> list[RefundRow]:
        return list_refunds(adoption.id)

    def sum_of(self, table: Any, state: str) -> int:
        return db.session.scalar(select(func.coalesce(func.sum(table.amount_fen), 0)).where(table.state == state)) or 0

    def live_of(self, person_id: int) -> int:
        with unit_of_work(writes=False):
            query = select(func.count()).where(Adoption.person_id == person_id, Adoption.state.in_(LIVE_STATES))
            return db.session.scalar(query) or 0


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_any_order_of_steps(sqlite_template: Path) -> None:
    machine = type("AdoptingHere", (Adopting,), {"template": sqlite_template})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
