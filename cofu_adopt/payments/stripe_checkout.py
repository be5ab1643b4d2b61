"""A Checkout Session in Stripe's words and in ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import stripe

from cofu_adopt.payments.gateway import Checkout, CheckoutRequest, CheckoutState

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

OUR_KEY = "cofu_key"
"""The name of our key in the metadata of all that we make at Stripe."""
SESSION_LIFE = (timedelta(minutes=30), timedelta(hours=24))
"""The shortest and the longest that Stripe lets a session live. Source: its documentation of expires_at."""
EXPAND = "payment_intent.latest_charge.balance_transaction"


def session_params(request: CheckoutRequest, *, wallets: tuple[str, ...], public_url: str) -> SessionCreateParams:
    """What Stripe is told to open a page. Nothing but the request and the settings: a repeat says the same."""
    there_and_back = request.return_url if "://" in request.return_url else public_url + request.return_url
    params: SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": request.client_reference,
        "metadata": {OUR_KEY: request.key},
        "payment_intent_data": {"description": request.title, "metadata": {OUR_KEY: request.key}},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": request.currency,
                    "unit_amount": request.amount_fen,
                    "product_data": {"name": request.title},
                },
            }
        ],
        "allowed_payment_method_types": list(wallets),
        # The payer sees and pays the price of the offer, in its currency.
        "adaptive_pricing": {"enabled": False},
        "locale": "en" if request.locale.startswith("en") else "zh",
        "expires_at": int(request.expires_at.timestamp()),
        "success_url": there_and_back,
        "cancel_url": there_and_back,
    }
    if "wechat_pay" in wallets:
        params["payment_method_options"] = {"wechat_pay": {"client": "web"}}
    return params


def read_session(session: stripe.checkout.Session, wallets: tuple[str, ...]) -> Checkout:
    """The session as it stands, read with EXPAND; `wallets` are those that its page should offer."""
    intent = session.payment_intent if isinstance(session.payment_intent, stripe.PaymentIntent) else None
    state = _state(session, intent)
    amount, currency = session.amount_total, session.currency
    if state is CheckoutState.PAID and intent is not None:
        # What came, not what was asked for.
        amount, currency = intent.amount_received, intent.currency
    charge = intent.latest_charge if intent and isinstance(intent.latest_charge, stripe.Charge) else None
    offered = tuple(session.payment_method_types or ())
    return Checkout(
        ref=session.id,
        client_reference=session.client_reference_id or "",
        state=state,
        amount_fen=amount or 0,
        currency=currency or "",
        livemode=session.livemode,
        url=session.url or "",
        wallet=_wallet(charge),
        payment_ref=id_of(session.payment_intent),
        fee_fen=_fee_fen(charge, currency or ""),
        wallets=offered,
        missing_wallets=tuple(wallet for wallet in wallets if wallet not in offered),
    )


def created_between(expires_at: datetime) -> tuple[int, int]:
    """When a session with this expiry can have been made, by Stripe's own clock and rules."""
    shortest, longest = SESSION_LIFE
    return int((expires_at - longest).timestamp()), int((expires_at - shortest).timestamp())


def moment(seconds: int) -> datetime:
    """Stripe's seconds as a moment."""
    return datetime.fromtimestamp(seconds, UTC)


def _state(session: stripe.checkout.Session, intent: stripe.PaymentIntent | None) -> CheckoutState:
    if session.payment_status == "paid":
        return CheckoutState.PAID
    if session.status == "expired":
        return CheckoutState.EXPIRED
    if session.status != "complete":
        return CheckoutState.OPEN
    # Completed and not paid is no payment; when its one try has failed, the page can never be paid any more.
    over = intent is not None and intent.status in {"canceled", "requires_payment_method"}
    return CheckoutState.EXPIRED if over else CheckoutState.PENDING


def _wallet(charge: stripe.Charge | None) -> str | None:
    details = charge.payment_method_details if charge else None
    return details.type if details else None


def _fee_fen(charge: stripe.Charge | None, currency: str) -> int | None:
    # An account that is settled in another currency pays its fees in that: they are no fen of ours.
    movement = charge.balance_transaction if charge else None
    if not isinstance(movement, stripe.BalanceTransaction) or movement.currency != currency:
        return None
    return movement.fee


def id_of(expandable: Any) -> str | None:
    """The id of what Stripe gives as an id or as the whole object."""
    found = expandable if expandable is None or isinstance(expandable, str) else expandable.id
    return found or None
