"""Stripe's events, snapshot and thin, and their signature: verified for the webhook, made for the sandbox's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import stripe

from cofu_adopt.core import clock
from cofu_adopt.payments.gateway import BadNotification, Notification, Subject

LONGEST_ID = 120
LONGEST_TYPE = 80
TOLERANCE_SECONDS = 300
"""How old a signature may be. Source: Stripe's own default."""
SUBJECTS: dict[str, Subject] = {
    "checkout.session": "checkout",
    "refund": "refund",
    "dispute": "dispute",
    "payout": "payout",
}
TYPES = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "payout.paid",
    "payout.failed",
    "payout.reconciliation_completed",
)
"""What to subscribe the webhook to, and what is caught up; thin events bear the same names after `v1.`."""
THIN = "v2.core.event"


def sign(body: bytes, secret: str, at: datetime) -> str:
    """The Stripe-Signature header of `body` at the moment `at`."""
    return str(stripe.WebhookSignature.generate_signature_header(body.decode(), secret, int(at.timestamp())))


def parse_event(headers: Mapping[str, str], body: bytes, secret: str, *, livemode: bool) -> Notification:
    """Verify the signature, its age by our clock, and the mode; read the envelope. Raises BadNotification."""
    header = headers.get("Stripe-Signature", "")
    try:
        stripe.WebhookSignature.verify_header(body, header, secret)
        signed_at = int(dict(part.split("=", 1) for part in header.split(",")[:1])["t"])
        event: dict[str, Any] = json.loads(body)
        notification = read_event(event)
    except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadNotification(type(error).__name__) from error
    if clock.now().timestamp() - signed_at > TOLERANCE_SECONDS:
        raise BadNotification("the signature is too old")
    if notification.livemode is not livemode:
        raise BadNotification("a test event for a live gateway, or the other way round")
    return notification


def read_event(event: Mapping[str, Any]) -> Notification:
    """The envelope of an event. Raises KeyError, TypeError, AttributeError or BadNotification when it is none.

    A snapshot of the object is not kept: it is never believed, and it may name the payer.
    """
    # The library's own class for thin events takes a missing livemode for a test.
    event_id, event_type, livemode = event["id"], event["type"], event["livemode"]
    if event.get("object") == THIN:
        about = event.get("related_object") or {}
        kind, ref = about.get("type", ""), about.get("id", event_id)
        payload = dict(event)
    else:
        about = event["data"]["object"]
        kind, ref = about["object"], about.get("id", event_id)
        payload = {**event, "data": {"object": {"id": ref, "object": kind}}}
    longest = ((event_id, LONGEST_ID), (event_type, LONGEST_TYPE), (kind, LONGEST_ID), (ref, LONGEST_ID))
    if not all(isinstance(value, str) and len(value) <= length for value, length in longest):
        raise BadNotification("an id or type that cannot be")
    if not (event_id and event_type and ref):
        raise BadNotification("an id or type that is missing")
    return Notification(event_id, event_type, SUBJECTS.get(kind, "other"), ref, livemode, payload)
