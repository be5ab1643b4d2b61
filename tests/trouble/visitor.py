"""Somebody who uses the shop while its database is in trouble, and must not be left waiting."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cofu_adopt.core.db import db
from cofu_adopt.payments.sandbox_gateway import SandboxGateway

HANGS_AFTER_SECONDS = 30
"""Far more than is promised, for slow machines: what is promised is added up in test_patience.py."""


class Visitor:
    """A signed-in adopter, whose requests run beside the test."""

    def __init__(self, app: Flask, person_id: int, offer_id: int) -> None:
        app.config["WTF_CSRF_ENABLED"] = False
        self._app, self._person_id, self._offer_id = app, person_id, offer_id
        self._threads = ThreadPoolExecutor(max_workers=8)
        self._held = 0

    def begin(self, what: str) -> Future[TestResponse]:
        """Begin to `look`, `adopt`, be told by the gateway (`webhook`), or open a path."""
        return self._threads.submit(self._ask, what)

    def ask(self, what: str) -> TestResponse:
        """Do it and wait for the answer; fails when it hangs."""
        return self.begin(what).result(timeout=HANGS_AFTER_SECONDS)

    def is_put_off(self, what: str) -> bool:
        """True when the answer is an honest "busy"."""
        answer = self.ask(what)
        return (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")

    def leave(self) -> None:
        """No more requests."""
        self._threads.shutdown()

    def _ask(self, what: str) -> TestResponse:
        client = self._app.test_client()
        if what == "webhook":
            return self._webhook(client)
        with client.session_transaction() as session:
            session["person_id"], session["epoch"] = self._person_id, 1
        if what == "adopt":
            self._held += 1
            form = {"offer_id": str(self._offer_id), "request_key": f"request-{self._held}"}
            return client.post("/adopt", data=form)
        return client.get("/me" if what == "look" else what)

    def _webhook(self, client: FlaskClient) -> TestResponse:
        gateway = self._app.extensions["gateways"]["sandbox"]
        assert isinstance(gateway, SandboxGateway)
        body = gateway.new_event("checkout.session.completed", "checkout.session", "cs_test_unknown")
        return client.post(
            "/webhooks/stripe", data=body, headers=gateway.headers(body), content_type="application/json"
        )


def connections_in_use(app: Flask) -> int:
    """How many connections of the pool are out."""
    with app.app_context():
        count: int = db.engine.pool.checkedout()  # type: ignore[attr-defined]
        return count
