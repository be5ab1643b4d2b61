"""Photos on which people can be seen: shown only while the household says so."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import select, update

from cofu_adopt.core import audit, clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.growth.models import GrowthUpdate, GrowthUpdatePhoto
from cofu_adopt.growth.own_update import lock_update


class Wish(StrEnum):
    """What a household says of the people on a photo."""

    AGREE = "agree"
    """They can be seen and agree to be shown."""
    REFUSE = "refuse"
    """They can be seen and do not agree, or no more: others do not see the photo."""
    NOBODY = "nobody"
    """Nobody can be seen on it."""


def wish_people(update_id: int, photo_id: int, household_ids: Collection[int], wish: Wish) -> None:
    """Carry out what a household of these wishes for a photo of its post. Works at once. Raises NotFound."""
    shows_people, consents = wish is not Wish.NOBODY, wish is Wish.AGREE
    mark_people(update_id, photo_id, household_ids, shows_people=shows_people, consents=consents)


def mark_people(
    update_id: int, photo_id: int, household_ids: Collection[int], *, shows_people: bool, consents: bool
) -> None:
    """Say whether people can be seen on a photo, and whether they agree to be. Works at once. Raises NotFound."""
    update = lock_update(update_id, household_ids)
    row = db.session.scalar(
        select(GrowthUpdatePhoto).where(
            GrowthUpdatePhoto.update_id == update.id, GrowthUpdatePhoto.photo_id == photo_id
        )
    )
    if row is None:
        raise NotFound
    row.shows_people = shows_people
    if shows_people and consents:
        if row.people_consent_at is None or row.people_consent_revoked_at is not None:
            row.people_consent_at, row.people_consent_revoked_at = clock.now(), None
    elif row.people_consent_at is not None and row.people_consent_revoked_at is None:
        row.people_consent_revoked_at = clock.now()
    db.session.flush()
    after = {"photo_id": photo_id, "people": shows_people, "consent": consents}
    audit.record("growth.people", "growth_update", update.id, after=after)


def revoke_people(household_id: int) -> int:
    """Take back every consent to show people on the household's photos; return how many photos are hidden by it."""
    mine = select(GrowthUpdate.id).where(GrowthUpdate.household_id == household_id)
    statement = (
        update(GrowthUpdatePhoto)
        .where(
            GrowthUpdatePhoto.update_id.in_(mine),
            GrowthUpdatePhoto.people_consent_at.is_not(None),
            GrowthUpdatePhoto.people_consent_revoked_at.is_(None),
        )
        .values(people_consent_revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    count: int = db.session.execute(statement).rowcount  # type: ignore[attr-defined]
    audit.record("growth.revoke_people", "household", household_id, after={"rows": count})
    return count
