"""The adopter shows her rope to whoever has the link, and takes the link back. Off until she turns it on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from secrets import token_urlsafe

from sqlalchemy import select

from cofu_adopt.adoptions.errors import NothingToShow
from cofu_adopt.adoptions.models import Adoption, AdoptionState, RopeShare
from cofu_adopt.adoptions.queries import find_own, label_of
from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm import queries as farm

TOKEN_BYTES = 16
TOLD_STATES = frozenset({AdoptionState.PAID, AdoptionState.HARVESTED, AdoptionState.DELIVERED, AdoptionState.LOST})
"""The states in which the rope has a diary of its own; one that was given back is somebody else's to tell of."""


@dataclass(frozen=True, slots=True)
class ShareRow:
    """How a rope is shown, for its adopter."""

    token: str
    shows_name: bool


@dataclass(frozen=True, slots=True)
class SharedRope:
    """A rope for everybody who has the link. It holds nothing else of the adopter, so nothing else can be shown."""

    state: AdoptionState
    plot_id: int
    plot_code: str
    rope_number: int
    label: str
    season: int
    harvest_from_on: date
    harvest_to_on: date
    rope_name: str | None
    """None unless she shows it."""


def share_rope(code: str, person_id: int, *, shows_name: bool) -> ShareRow:
    """Show the person's rope; the link stays the same while it is shown. Raises NotFound, NothingToShow."""
    adoption = find_own(code, person_id, lock=True)
    if adoption.state not in TOLD_STATES:
        raise NothingToShow
    share = db.session.get(RopeShare, adoption.id)
    if share is None:
        share = RopeShare(adoption_id=adoption.id, token=token_urlsafe(TOKEN_BYTES), shared_at=clock.now())
        db.session.add(share)
    share.shows_name = shows_name
    db.session.flush()
    return ShareRow(share.token, share.shows_name)


def stop_sharing(code: str, person_id: int) -> None:
    """Take the link back for good; shown again, the rope gets another one. Raises NotFound."""
    share = db.session.get(RopeShare, find_own(code, person_id, lock=True).id)
    if share is not None:
        db.session.delete(share)
        db.session.flush()


def find_share(adoption_id: int) -> ShareRow | None:
    """How an adoption's rope is shown; None while it is not. The caller has checked whose it is."""
    share = db.session.get(RopeShare, adoption_id)
    return None if share is None else ShareRow(share.token, share.shows_name)


def get_shared(token: str) -> SharedRope:
    """The rope that a link shows. Raises NotFound, also for a link that was taken back."""
    query = select(Adoption, RopeShare.shows_name).join(RopeShare, RopeShare.adoption_id == Adoption.id)
    found = db.session.execute(query.where(RopeShare.token == token, Adoption.state.in_(TOLD_STATES))).one_or_none()
    if found is None:
        raise NotFound
    adoption, shows_name = found
    return SharedRope(
        state=AdoptionState(adoption.state),
        plot_id=adoption.plot_id,
        plot_code=farm.plot_code(adoption.plot_id),
        rope_number=adoption.rope_number,
        label=label_of(adoption),
        season=adoption.season,
        harvest_from_on=adoption.harvest_from_on,
        harvest_to_on=adoption.harvest_to_on,
        rope_name=adoption.rope_name if shows_name else None,
    )
