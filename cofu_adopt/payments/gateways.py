"""The gateways of the settings, by the name that is stored with each payment."""

from __future__ import annotations

from cofu_adopt.payments import transfer_gateway
from cofu_adopt.payments.gateway import Gateway
from cofu_adopt.payments.sandbox_gateway import SandboxGateway
from cofu_adopt.payments.stripe_calls import make_calls
from cofu_adopt.payments.stripe_gateway import StripeGateway
from config import Settings


def make_gateways(settings: Settings) -> dict[str, Gateway]:
    """All of them; the first one takes new payments where nothing else is asked for."""
    gateways = _main(settings)
    if settings.transfer_account:
        gateways[transfer_gateway.PROVIDER] = transfer_gateway.from_settings(settings)
    return gateways


def _main(settings: Settings) -> dict[str, Gateway]:
    if settings.payment_gateway == "sandbox":
        return {"sandbox": SandboxGateway(settings.webhook_secret)}
    return {
        "stripe": StripeGateway(
            calls=make_calls(settings.stripe_secret_key, settings.stripe_api_base),
            webhook_secret=settings.webhook_secret,
            livemode=settings.has_live_key,
            wallets=settings.stripe_wallets,
            public_url=settings.public_url,
        )
    }
