"""What /metrics asks of adoptions."""

from __future__ import annotations

from sqlalchemy import func, select

from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.core.db import db
from cofu_adopt.core.registry import gauge


@gauge("cofu_live_holds", "Ropes that are held and not paid.")
def live_holds() -> int:
    """By the index of holds' states."""
    return db.session.scalar(select(func.count()).where(Adoption.state == AdoptionState.HELD)) or 0
