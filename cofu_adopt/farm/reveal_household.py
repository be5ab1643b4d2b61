"""Show a household's phone or bank account whole, for a reason that is kept."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import select

from cofu_adopt.core import audit
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm.models import Household


class Secret(StrEnum):
    """What can be revealed, one at a time."""

    PHONE = "phone"
    BANK_ACCOUNT = "bank_account"


def reveal_household(code: str, secret: Secret, reason: str) -> str:
    """The household's phone or bank account, for `reason`. The audit log keeps who, which and why, never the value.

    Raises NotFound.
    """
    household = db.session.scalar(select(Household).where(Household.code == code))
    if household is None:
        raise NotFound
    audit.record("household.reveal", "household", household.id, after={"field": secret, "reason": reason})
    return household.phone if secret is Secret.PHONE else household.bank_account
