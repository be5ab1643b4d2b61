"""POST /webhooks/stripe: verify the signature on the raw body, store, commit, then act at once if possible."""

from __future__ import annotations

import structlog
from flask import Blueprint, request

from cofu_adopt.core import access
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.payments import inbox
from cofu_adopt.payments.gateway import BadNotification, gateway

bp = Blueprint("webhooks", __name__)
LONGEST_BODY = 256 * 1024
"""Of one event; Stripe's are a few kilobytes."""
log = structlog.get_logger()


@bp.post("/webhooks/stripe")
@access.anonymous()
def stripe_webhook() -> tuple[dict[str, str], int]:
    """400 for what is forged or stale, 413 for what is too large (nothing is stored), 200 for what is stored.

    A failure to store leaves as 503 or 500, and the gateway tells it again. A failure to act is not the gateway's
    business: the stored event is tried again from the inbox.
    """
    request.max_content_length = LONGEST_BODY
    try:
        notification = gateway().parse(dict(request.headers), request.get_data())
    except BadNotification as error:
        log.warning("webhook.refused", reason=str(error))
        return {"status": "refused"}, 400
    with unit_of_work("webhook.store"):
        event_id = inbox.store(notification)
    if event_id is not None:
        try:
            inbox.apply_event(event_id)
        except Exception:
            log.exception("webhook.not_applied", event_id=event_id)
    return {"status": "stored"}, 200
