"""What the settings let webhooks call."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app


@dataclass(frozen=True, slots=True)
class Reach:
    """`plain`: http passes. `loopback`: this machine itself may be called, for tests and development."""

    plain: bool = False
    loopback: bool = False


def reach() -> Reach:
    """As the settings say; production lets neither pass."""
    settings = current_app.extensions["settings"]
    return Reach(plain=settings.is_safe_environment, loopback=settings.webhook_loopback)
