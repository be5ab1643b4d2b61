"""What the house has decided about refunds, from the settings."""

from __future__ import annotations

from flask import current_app

from config import Settings


def house() -> Settings:
    """The settings: refund_approval_fen, refund_by_hand_days, refund_account_days, bank_accounts."""
    settings: Settings = current_app.extensions["settings"]
    return settings
