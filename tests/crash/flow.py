"""Whole flows, each as a person would do it again after the lights went out: from the beginning, with the same keys.

`python -m tests.crash.flow FLOW` runs one on DATABASE_URL, dies at COFU_CRASH_AT if it comes by, and otherwise prints
which crash points it passed, how everything stands at its end, and what `flask verify` finds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from cofu_adopt import schedule
from cofu_adopt.adoptions.cancel_by_staff import cancel_by_staff, preview_cancel
from cofu_adopt.adoptions.release import END_HOLD
from cofu_adopt.core import clock, crash
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import DueRow
from cofu_adopt.core.outbox import OutboxRow, is_waiting
from cofu_adopt.farm.keep_upload import keep_upload
from cofu_adopt.farm.models import Plot
from cofu_adopt.farm.read_season import files_in
from cofu_adopt.identity.models import Person, SignInCode
from cofu_adopt.identity.people import enrol_staff
from cofu_adopt.ledger.seal import seal_entries
from cofu_adopt.offers.models import AdoptionOffer
from cofu_adopt.payments.gateway import Checkout, GatewayRefund, Rejected, UnknownOutcome
from cofu_adopt.payments.models import SandboxRefund
from cofu_adopt.payments.models import SandboxSetting as Setting
from cofu_adopt.payments.sandbox_gateway import SandboxGateway
from config import Settings, load_settings
from tests.crash.catch_up_flows import catch_up_what_was_forgotten, pay_and_be_caught_up
from tests.crash.credit_flows import pay_partly_with_credit
from tests.crash.diary_flows import send_photo, tell_a_program, tell_an_update
from tests.crash.forms import REVIEW
from tests.crash.money_flows import (
    dispute_answer_refused,
    dispute_answered_and_won,
    dispute_comes_before_the_payment,
    dispute_found_later,
    dispute_nobody_tells,
    paid_out,
)
from tests.crash.portrait import faults, portrait
from tests.crash.refund_flows import refund_by_hand, refund_by_two
from tests.crash.remedy_flows import choose_credit, choose_nothing, choose_rope
from tests.crash.transfer_flows import transfer
from tests.farm.conftest import SeasonFiles
from tests.lent_app import lent_app
from tests.small_sea import make_adopters, make_sea

REFUSALS = 500
"""Statuses below it are answers; a flow that is taken up again is told, say, that it is paid already."""
MOST_TICKS = 60


@dataclass
class Flow:
    """One adopter with a browser and a clock that can be moved."""

    app: Flask
    offer_id: int
    client: FlaskClient
    ahead: timedelta = field(default_factory=timedelta)
    code: str = ""
    ropes: int = 0

    def post(self, path: str, **form: Any) -> TestResponse:
        """Send a form."""
        return self.answered(self.client.post(path, data=form))

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.answered(self.client.get(path))

    @staticmethod
    def answered(answer: TestResponse) -> TestResponse:
        """The answer, if it is one."""
        if answer.status_code >= REFUSALS:
            raise AssertionError(f"{answer.request.path}: {answer.status}")
        return answer

    def hold(self) -> None:
        """Take a rope, with the key of the page that was open."""
        answer = self.post("/adopt", offer_id=str(self.offer_id), request_key="the-open-page")
        self.code = answer.headers["Location"].split("/")[2]

    def pay(self, outcome: str, *, comes_back: bool = True, wallet: str = "wechat_pay") -> None:
        """Review, go to the gateway's page if there is one, and let it end so."""
        url = self.post(f"/orders/{self.code}/review", **REVIEW).headers.get("Location", "")
        if "/sandbox/checkout/" in url:
            self.post(url, outcome=outcome, wallet=wallet)
        if comes_back:
            self.get(f"/orders/{self.code}/return")

    def cancel(self) -> None:
        """Give it up."""
        self.post(f"/orders/{self.code}/cancel")

    def another(self) -> str:
        """One more rope, paid; the same one again when it is taken up again."""
        self.ropes += 1
        answer = self.post("/adopt", offer_id=str(self.offer_id), request_key=f"the-open-page-{self.ropes}")
        self.code = answer.headers["Location"].split("/")[2]
        self.pay("pay")
        return self.code

    @staticmethod
    def staff(role: Role) -> int:
        """A member of staff; the same one again when it is taken up again."""
        with unit_of_work():
            return enrol_staff(role.value, "a password of staff", role.value, (role,))

    def staff_browser(self, person_id: int) -> FlaskClient:
        """Her browser."""
        client = self.app.test_client()
        self.sign_in(client, person_id)
        return client

    def fresh(self) -> None:
        """The adopter has signed in just now."""
        with self.client.session_transaction() as session:
            session["proved_at"] = int(clock.now().timestamp())

    @staticmethod
    def sign_in(client: FlaskClient, person_id: int) -> None:
        """Let a browser be somebody's, who has just signed in."""
        with client.session_transaction() as session:
            session["person_id"], session["epoch"] = person_id, 1
            session["proved_at"] = int(clock.now().timestamp())

    def tick(self, **units: float) -> None:
        """Move the clock and let it work."""
        self.ahead += timedelta(**units)
        with self.app.test_request_context():
            schedule.do_due_work()
            schedule.deliver_codes()
            schedule.deliver_letters()
            schedule.deliver_notes()
            schedule.call_strangers()
            seal_entries()

    def finish(self) -> None:
        """Let the clock work until nothing waits any more."""
        for _ in range(MOST_TICKS):
            self.tick(minutes=5)
            with unit_of_work(writes=False):
                waiting = (
                    db.session.scalar(select(DueRow.id).limit(1)),
                    db.session.scalar(select(OutboxRow.id).where(is_waiting()).limit(1)),
                )
            if waiting == (None, None):
                return
        raise AssertionError("something waits for ever")


def pay(flow: Flow) -> None:
    """Paid at once."""
    flow.hold()
    flow.pay("pay")


def pay_later(flow: Flow) -> None:
    """The money is confirmed after a while; the order page is looked at meanwhile."""
    flow.hold()
    flow.pay("later")


def pay_after_decline(flow: Flow) -> None:
    """Declined, then paid."""
    flow.hold()
    flow.pay("decline")
    flow.pay("pay")


def pay_after_expiry(flow: Flow) -> None:
    """The gateway's page ran out, then paid on a new one."""
    flow.hold()
    flow.pay("expire")
    flow.pay("pay")


def pay_and_stay_away(flow: Flow) -> None:
    """Paid, and never came back: only the notification, or the end of the hold, can tell."""
    flow.hold()
    flow.pay("no_return", comes_back=False)


def pay_told_thrice(flow: Flow) -> None:
    """The gateway says it three times."""
    flow.hold()
    flow.pay("thrice")


def pay_notice_lost(flow: Flow) -> None:
    """The notification never comes; coming back asks."""
    flow.hold()
    flow.pay("lost")


def pay_nobody_tells(flow: Flow) -> None:
    """No notification and nobody comes back: the end of the hold asks."""
    flow.hold()
    flow.pay("lost", comes_back=False)
    flow.tick(minutes=16)


def pay_while_gateway_is_silent(flow: Flow) -> None:
    """The notification is stored, but the gateway does not say what it was about: the inbox is worked off later."""
    gateway = flow.app.extensions["gateways"]["sandbox"]
    flow.app.extensions["gateways"]["sandbox"] = SilentGateway(gateway.webhook_secret)
    pay(flow)
    flow.app.extensions["gateways"]["sandbox"] = gateway


class SilentGateway(SandboxGateway):
    """A sandbox that is not asked in vain: it does not answer at all."""

    def fetch(self, ref: str) -> Checkout:
        """Say nothing."""
        raise UnknownOutcome(ref)


def cancel_held(flow: Flow) -> None:
    """Given up with the gateway's page still open."""
    flow.hold()
    flow.post(f"/orders/{flow.code}/review", **REVIEW)
    flow.cancel()


def cancel_paid(flow: Flow) -> None:
    """Paid, then given up: all money back."""
    pay(flow)
    flow.cancel()


def cancelled_by_staff(flow: Flow) -> None:
    """Paid, then ended by the workshop for a reason: all money back."""
    pay(flow)
    with unit_of_work(writes=False):
        preview = preview_cancel(flow.code)
    if preview.possible:
        cancel_by_staff(flow.code, reason="台风", agreed=preview.fingerprint)


def refund_waits(flow: Flow) -> None:
    """The gateway takes its time over the refund."""
    _decide_refunds("pending")
    cancel_paid(flow)
    flow.tick(seconds=1)
    flow.tick(minutes=6)
    _decide_refunds("succeeded")
    with unit_of_work():
        db.session.execute(update(SandboxRefund).values(state="succeeded"))


def refund_refused(flow: Flow) -> None:
    """The gateway will not refund: the money stays owed."""
    flow.app.extensions["gateways"]["sandbox"] = RefusingGateway(
        flow.app.extensions["gateways"]["sandbox"].webhook_secret
    )
    cancel_paid(flow)


class RefusingGateway(SandboxGateway):
    """A sandbox that gives nothing back."""

    def refund(self, *, key: str, checkout_ref: str, amount_fen: int) -> GatewayRefund:
        """Refuse."""
        raise Rejected(key)


def expire(flow: Flow) -> None:
    """Held, and nothing more."""
    flow.hold()
    flow.tick(minutes=16)


def expire_while_paying(flow: Flow) -> None:
    """The hold ends with the gateway's page open."""
    flow.hold()
    flow.post(f"/orders/{flow.code}/review", **REVIEW)
    flow.tick(minutes=16)


def expire_too_early(flow: Flow) -> None:
    """The clock comes before the hold's end: it comes again."""
    flow.hold()
    with unit_of_work():
        db.session.execute(update(DueRow).where(DueRow.kind == END_HOLD).values(due_at=clock.now()))
    flow.tick(seconds=1)


def sign_in(flow: Flow) -> None:
    """A code is sent by SMS."""
    with unit_of_work(writes=False):
        asked = db.session.scalar(select(SignInCode.id))
    if asked is None:
        flow.app.test_client().post("/sign-in", data={"phone": "13900001234"})
    for _ in range(2):
        # A code is good for ten minutes; what a worker claimed that died comes back after two.
        flow.tick(minutes=2.5)


def upload_forgotten(flow: Flow) -> None:
    """An operator hands files in and never comes back: they are thrown away when their day is over."""
    with TemporaryDirectory() as folder, unit_of_work():
        files = files_in(SeasonFiles(Path(folder)).write())
        keep_upload(files, db.session.scalars(select(Person.id)).one())
    flow.tick(hours=25)


def import_season(flow: Flow) -> None:
    """The workshop's files."""
    with TemporaryDirectory() as folder:
        result = flow.app.test_cli_runner().invoke(args=["import", str(SeasonFiles(Path(folder)).write()), "--yes"])
    if result.exit_code != 0:
        raise AssertionError(result.output)


FLOWS: dict[str, Callable[[Flow], None]] = {
    work.__name__: work
    for work in (
        pay, pay_later, pay_after_decline, pay_after_expiry, pay_and_stay_away, pay_told_thrice, pay_notice_lost,
        pay_nobody_tells, pay_and_be_caught_up, catch_up_what_was_forgotten, pay_while_gateway_is_silent, cancel_held,
        cancel_paid, cancelled_by_staff, refund_waits,
        transfer, refund_by_two, refund_by_hand, choose_rope, choose_credit, choose_nothing,
        pay_partly_with_credit,
        refund_refused, dispute_answered_and_won, dispute_answer_refused, dispute_nobody_tells,
        dispute_comes_before_the_payment, dispute_found_later, paid_out,
        expire, expire_while_paying, expire_too_early, sign_in, upload_forgotten, send_photo, tell_an_update,
        tell_a_program,
        import_season,
    )
}  # fmt: skip


def run(name: str, settings: Settings) -> dict[str, Any]:
    """Run a flow to its end and tell of it; or die on the way."""
    with lent_app(settings) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        crash.configure("")
        flow = _start(app, with_sea=name != "import_season")
        clock.set_source(lambda: clock._system() + flow.ahead)
        crash.configure(settings.crash_at)
        with crash.watched() as points:
            FLOWS[name](flow)
            flow.finish()
        return {"points": points, "portrait": portrait(), "faults": faults()}


def _start(app: Flask, *, with_sea: bool) -> Flow:
    """What was there before: made by the first run, found by the second."""
    client = app.test_client()
    if not with_sea:
        return Flow(app, 0, client)
    with unit_of_work(writes=False):
        is_new = db.session.scalar(select(Plot.id)) is None
    if is_new:
        make_sea()
        make_adopters(1)
    with unit_of_work(writes=False):
        offer_id = db.session.scalars(select(AdoptionOffer.id)).one()
        person_id = db.session.scalars(select(Person.id).order_by(Person.id)).first()
    with client.session_transaction() as session:
        session["person_id"], session["epoch"] = person_id, 1
    return Flow(app, offer_id, client)


def _decide_refunds(outcome: str) -> None:
    with unit_of_work():
        db.session.merge(Setting(name="refund_outcome", value=outcome))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(sys.argv[1], load_settings()), default=asdict))
