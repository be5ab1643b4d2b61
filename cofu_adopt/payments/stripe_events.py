"""Stripe's event envelope and signature: verified for the webhook, made for the sandbox's own events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import stripe

from cofu_adopt.core import clock
from cofu_adopt.payments.gateway import BadNotification, Notification, Subject

LONGEST_ID = 120
TOLERANCE_SECONDS = 300
"""How old a signature may be. Source: Stripe's own default."""


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
        subject = event["data"]["object"]
        event_id, event_type, kind, ref = event["id"], event["type"], subject["object"], subject["id"]
        mode = event["livemode"]
    except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError) as error:
        raise BadNotification(type(error).__name__) from error
    if clock.now().timestamp() - signed_at > TOLERANCE_SECONDS:
        raise BadNotification("the signature is too old")
    if mode is not livemode:
        raise BadNotification("a test event for a live gateway, or the other way round")
    if not all(isinstance(value, str) and 0 < len(value) <= LONGEST_ID for value in (event_id, event_type, kind, ref)):
        raise BadNotification("an id or type that cannot be")
    subjects: dict[str, Subject] = {
        "checkout.session": "checkout",
        "refund": "refund",
        "dispute": "dispute",
        "payout": "payout",
    }
    return Notification(event_id, event_type, subjects.get(kind, "other"), ref, mode, event)
