"""Flows in which something was lost on the way, and is caught up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cofu_adopt.payments import catch_up
from cofu_adopt.payments.gateway import Checkout, CheckoutRequest, UnknownOutcome
from cofu_adopt.payments.sandbox_gateway import SandboxGateway
from tests.crash.forms import REVIEW

if TYPE_CHECKING:
    from tests.crash.flow import Flow


def pay_and_be_caught_up(flow: Flow) -> None:
    """No notification and nobody comes back: it is caught up long before the hold's end."""
    flow.hold()
    flow.pay("lost", comes_back=False)
    with flow.app.test_request_context():
        catch_up.catch_up()
    flow.tick(seconds=1)


def catch_up_what_was_forgotten(flow: Flow) -> None:
    """The answer to the first call is lost, and nobody follows it: it is found under the same key, then paid."""
    gateway = flow.app.extensions["gateways"]["sandbox"]
    flow.hold()
    flow.app.extensions["gateways"]["sandbox"] = UnansweringGateway(gateway.webhook_secret)
    flow.post(f"/orders/{flow.code}/review", **REVIEW)
    flow.app.extensions["gateways"]["sandbox"] = gateway
    flow.ahead += timedelta(minutes=6)
    with flow.app.test_request_context():
        catch_up.catch_up()
    flow.tick(seconds=1)
    flow.pay("pay")


class UnansweringGateway(SandboxGateway):
    """A sandbox that opens pages and does not say so."""

    def create_checkout(self, request: CheckoutRequest) -> Checkout:
        """Open it and say nothing."""
        raise UnknownOutcome(SandboxGateway.create_checkout(self, request).ref)
