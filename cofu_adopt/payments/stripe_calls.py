"""How Stripe is called: one pinned version, one try, short waits, and its errors in the port's words."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import uniform
from typing import TypeVar

import stripe
import structlog

from cofu_adopt.core import clock, metrics, patience
from cofu_adopt.payments.gateway import Rejected, Retryable, UnknownOutcome

STRIPE_VERSION = "2026-10-28.endive"
"""The answers that this adapter reads are those of this version, whatever the account's default is."""
WEB_SECONDS = (1.0, 3.0)
"""To connect and to answer, where a visitor waits: what is not known then is found out under the same key."""
JOB_SECONDS = (5.0, 30.0)
PAUSES = (0.25, 0.75)
"""Between two tries after a 429, which the library never tries again. With WEB_SECONDS, a visitor's five seconds."""
SETTINGS_CODES = frozenset({"api_key_expired", "platform_api_key_expired", "secret_key_required", "account_invalid"})
AGAIN_CODES = frozenset({"lock_timeout", "idempotency_key_in_use", "rate_limit"})
CONFLICT, SERVER_ERROR = 409, 500
log = structlog.get_logger()
Answer = TypeVar("Answer")

# It would write a file into the home folder, and tell of this machine with each request.
stripe.enable_telemetry = False
# Two lines for each call; what fails is logged below.
logging.getLogger("stripe").setLevel(logging.WARNING)


class KeyIsUsed(UnknownOutcome):
    """Under this key only an earlier failure, or a refusal to compare, is answered: look the object up."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Stripe's clients: an impatient one for requests of visitors, a patient one for jobs."""

    web: stripe.StripeClient
    job: stripe.StripeClient

    def do(self, send: Callable[[stripe.StripeClient], Answer]) -> Answer:
        """Let `send` call Stripe and read the answer; after a 429, again after a pause with all as it was.

        Raises Rejected, Retryable or UnknownOutcome.
        """
        client = self.web if patience.somebody_waits() else self.job
        for pause in PAUSES:
            try:
                return _once(send, client)
            except Retryable as error:
                if not isinstance(error.__cause__, stripe.RateLimitError):
                    raise
                clock.pause(uniform(pause / 2, pause))  # noqa: S311 - so that not all come back at once
        return _once(send, client)


def make_calls(secret_key: str, api_base: str, http: stripe.HTTPClient | None = None) -> Calls:
    """Clients for `secret_key` at `api_base`; `http` stands in for the network."""

    def client(seconds: tuple[float, float]) -> stripe.StripeClient:
        return stripe.StripeClient(
            secret_key,
            stripe_version=STRIPE_VERSION,
            base_addresses={"api": api_base},
            # The flows try again themselves, under the same key and with growing pauses; the library would sleep
            # while a visitor waits.
            max_network_retries=0,
            http_client=http or stripe.RequestsClient(timeout=seconds),
        )

    return Calls(client(WEB_SECONDS), client(JOB_SECONDS))


def _once(send: Callable[[stripe.StripeClient], Answer], client: stripe.StripeClient) -> Answer:
    try:
        return send(client)
    except stripe.StripeError as error:
        ours = in_our_words(error)
        metrics.GATEWAY_ERRORS.labels("stripe", _kind(ours, error)).inc()
        log.warning("stripe.error", error=type(ours).__name__, status=error.http_status, code=error.code)
        raise ours from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        metrics.GATEWAY_ERRORS.labels("stripe", "unreadable").inc()
        log.exception("stripe.unreadable")
        raise UnknownOutcome("an answer that cannot be read") from error


def in_our_words(error: stripe.StripeError) -> Rejected | Retryable | UnknownOutcome:
    """What an error says of what happened: nothing, nothing yet, or not known."""
    words = f"{error.http_status} {error.code or ''} {error.user_message or ''}"[:200]
    if _is_about_settings(error):
        # No order is at fault: nothing is refused, and all is sent again when the key is right.
        log.error("stripe.key_refused", status=error.http_status, code=error.code)
        return Retryable(words)
    is_limit = isinstance(error, stripe.RateLimitError) or _code(error) in AGAIN_CODES
    is_idempotency = isinstance(error, stripe.IdempotencyError) or _type(error) == "idempotency_error"
    if is_limit or (error.http_status == CONFLICT and not is_idempotency):
        return Retryable(words)
    if is_idempotency:
        log.error("stripe.key_with_other_words", code=error.code)
        return KeyIsUsed(words)
    if isinstance(error, (stripe.InvalidRequestError, stripe.CardError)):
        return Rejected(words)
    stored = (error.http_status or 0) >= SERVER_ERROR and is_replayed(error.headers)
    return KeyIsUsed(words) if stored else UnknownOutcome(words)


def is_replayed(headers: Mapping[str, str] | None) -> bool:
    """True when the answer is the stored one of an earlier call under the same key."""
    return any(name.lower() == "idempotent-replayed" and value == "true" for name, value in (headers or {}).items())


def _is_about_settings(error: stripe.StripeError) -> bool:
    return isinstance(error, (stripe.AuthenticationError, stripe.PermissionError)) or _code(error) in SETTINGS_CODES


def _kind(ours: Exception, error: stripe.StripeError) -> str:
    if _is_about_settings(error):
        return "settings"
    return {Rejected: "rejected", Retryable: "retryable"}.get(type(ours), "unknown")


def _code(error: stripe.StripeError) -> str:
    # Not all classes of the library hand the code on.
    return str(error.code or _body(error).get("code") or "")


def _type(error: stripe.StripeError) -> str:
    return str(_body(error).get("type") or "")


def _body(error: stripe.StripeError) -> dict[str, object]:
    body = error.json_body
    found = body.get("error") if isinstance(body, dict) else None
    return found if isinstance(found, dict) else {}
