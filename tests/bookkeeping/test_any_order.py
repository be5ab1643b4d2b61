"""Whatever people, gateway and clock do, in any order: every check holds after each step, and a small model agrees."""

# ruff: noqa: D102 - the names of the rules say what they do
from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select, update

from cofu_adopt.adoptions.errors import LimitReached, NotCancellable, OfferNotOnSale, RopeTaken
from cofu_adopt.adoptions.models import LIVE_STATES, Adoption
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import DomainError
from cofu_adopt.farm.models import Rope
from cofu_adopt.ledger.queries import balance
from cofu_adopt.payments import apply, sandbox_book
from cofu_adopt.payments.dispute_models import Dispute, GatewayPayoutRow, SandboxDispute
from cofu_adopt.payments.gateway import Checkout, CheckoutState, Rejected
from cofu_adopt.payments.models import Payment, Refund, SandboxCheckout, SandboxRefund, SandboxSetting
from cofu_adopt.payments.queries import RefundRow, list_refunds
from cofu_adopt.payments.refund_credit import preview_refund, refund_credit
from cofu_adopt.payments.sandbox_pages import OUTCOMES, tell_webhook
from cofu_adopt.remedies import choose
from cofu_adopt.remedies.models import Outcome
from config import Settings
from tests.credit import turn_into_credit
from tests.lent_app import fresh_sqlite, lent_app
from tests.season import GRACE_SECONDS, HOLD_SECONDS, NOON, PRICE_FEN, SALE_ENDS_AT, Season, make_season

PICK = st.integers(min_value=0, max_value=99)
STEPS, EXAMPLES = 25, 60 if os.environ.get("COFU_TEST_FULL") else 12


class Adopting(RuleBasedStateMachine):
    """Three people, two plots of three ropes, one gateway."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        link, folder = self.template.with_name("any.sqlite3"), self.stack.enter_context(tempfile.TemporaryDirectory())
        self.stack.enter_context(fresh_sqlite(self.template, link, Path(folder)))
        self.app = self.stack.enter_context(lent_app(Settings(env="test", database_url=f"sqlite:///{link}")))
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
            assert error.code in {  # noqa: PT017
                "already_paid", "hold_expired", "payment_under_way", "limit_reached", "choice_awaited",
            }  # fmt: skip
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
            assert error.code in {"payment_under_way", "payment_disputed", "choice_awaited"}  # noqa: PT017

    @rule(which=PICK, outcome=st.sampled_from(list(Outcome)), by_staff=st.booleans())
    def choose_remedy(self, which: int, outcome: Outcome, by_staff: bool) -> None:  # noqa: FBT001
        owed = [one for one in self.adoptions if self.season.state(one) == "owed"] or self.adoptions
        adoption = owed[which % len(owed)]
        was_owed, free = self.season.state(adoption) == "owed", self.free_ropes()
        try:
            with unit_of_work():
                if by_staff:
                    choose.choose_by_staff(adoption.code, outcome, reason="认养人来电")
                else:
                    choose.choose(adoption.code, adoption.person_id, outcome)
        except DomainError as error:
            assert error.code in {"not_found", "not_offered", "already_chosen", "no_equal_rope", "payment_disputed"}  # noqa: PT017
            assert (error.code == "no_equal_rope") <= (free == 0)  # noqa: PT017
            assert not was_owed or error.code in {"not_offered", "no_equal_rope", "payment_disputed"}  # noqa: PT017
        else:
            if was_owed:
                assert self.season.state(adoption) == ("paid" if outcome == "rope" else "cancelled")

    @rule(person=PICK, rope=PICK, outcome=st.sampled_from([None, *Outcome]), use_credit=st.booleans())
    def pay_too_late(self, person: int, rope: int, outcome: Outcome | None, *, use_credit: bool) -> None:
        """A page is opened and left; it is paid when somebody else, if she may, has taken the rope; she chooses."""
        self.hold(person, rope)
        self.open_page(len(self.adoptions) - 1, use_credit=use_credit)
        self.season.tick(seconds=HOLD_SECONDS + GRACE_SECONDS)
        self.hold(person + 1, rope)
        self.money_comes_although_the_page_was_closed(len(self.checkouts) - 1)
        if outcome is not None:
            self.choose_remedy(person, outcome, by_staff=False)

    @rule(which=PICK)
    def take_credit_instead(self, which: int) -> None:
        adoption = self.adoptions[which % len(self.adoptions)]
        if self.season.state(adoption) == "paid":
            try:
                turn_into_credit(adoption)
            except DomainError as error:
                assert error.code == "payment_disputed"  # noqa: PT017

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

    @rule(which=PICK)
    def dispute(self, which: int) -> None:
        if not self.checkouts:
            return
        try:
            with unit_of_work():
                ref = sandbox_book.open_dispute(self.checkouts[which % len(self.checkouts)])
        except Rejected:
            return
        assert tell_webhook("charge.dispute.created", "dispute", ref) == 200

    @rule(which=PICK, end=st.sampled_from(sandbox_book.ENDS))
    def end_dispute(self, which: int, end: str) -> None:
        with unit_of_work():
            refs = list(db.session.scalars(select(SandboxDispute.ref).order_by(SandboxDispute.opened_at)))
            if not refs:
                return
            ref = refs[which % len(refs)]
            sandbox_book.end_dispute(ref, end)
        assert tell_webhook("charge.dispute.closed", "dispute", ref) == 200

    @rule()
    def fees_become_known(self) -> None:
        with unit_of_work():
            rows = update(SandboxCheckout).where(SandboxCheckout.state == "paid", SandboxCheckout.fee_fen.is_(None))
            db.session.execute(rows.values(fee_fen=sandbox_book.fee_of(PRICE_FEN)))
        self.season.tick(seconds=3600)

    @rule()
    def pay_out(self) -> None:
        with unit_of_work():
            ref = sandbox_book.pay_out()
        if ref is not None:
            assert tell_webhook("payout.paid", "payout", ref) == 200

    @rule(seconds=st.sampled_from([1, 20, 60, 300, 900, 3600, 86400, 40 * 86400]))
    def time_passes(self, seconds: int) -> None:
        self.season.tick(seconds=seconds)

    @invariant()
    def every_check_holds(self) -> None:
        assert self.season.violations() == {}

    @invariant()
    def the_model_agrees(self) -> None:
        """Money at the gateway = what it took - kept - gave; a rope is kept by its one live adoption."""
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
            fees = self.total(Payment.fee_fen, Payment.state == "succeeded")
            disputed = self.total(Dispute.amount_fen, Dispute.state != "won") + self.total(Dispute.fee_fen)
            sent = self.total(GatewayPayoutRow.amount_fen)
            given = self.total(Refund.amount_fen, Refund.state == "succeeded")
            held = self.total(Payment.amount_fen, Payment.state == "succeeded") - given
            assert balance("Gateway:sandbox") == held - fees - disputed - sent
            # What was taken and not given back is owed, prepaid, credit, or went to the payer by a dispute instead.
            credit = sum(balance(f"Credit:{person_id}") for person_id in self.people)
            assert held + owed + prepaid + credit == self.total(Dispute.covered_fen)
            assert prepaid == -PRICE_FEN * sum(state in {"paid", "owed"} for state in states)
            # The gateway is ahead of us, never behind: a notification may be lost, money is not made.
            taken = self.total(SandboxCheckout.amount_fen, SandboxCheckout.state == "paid")
            assert held <= taken - self.total(SandboxRefund.amount_fen, SandboxRefund.state == "succeeded")

    def refunds(self, adoption: Adoption) -> list[RefundRow]:
        return list_refunds(adoption.id)

    def total(self, column: Any, *conditions: Any) -> int:
        return db.session.scalar(select(func.coalesce(func.sum(column), 0)).where(*conditions)) or 0

    def free_ropes(self) -> int:
        with unit_of_work(writes=False):
            query = select(func.count()).where(
                Rope.live_adoption_id.is_(None), Rope.plot_id != self.season.plots["B2-01"]
            )
            return db.session.scalar(query) or 0

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
