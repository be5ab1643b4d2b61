"""Who may read and speak where: the adopters of the post's plots, its household, and the workshop."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.queries import AdoptionRow
from cofu_adopt.adoptions.share import TOLD_STATES
from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.models import GrowthUpdate, GrowthUpdatePlot
from cofu_adopt.growth.queries import is_live
from cofu_adopt.growth.talk.models import TalkComment

SPEAKING_STATES = frozenset({AdoptionState.PAID, AdoptionState.HARVESTED})
"""The rope grows, or is on its way to her. Afterwards she reads what was said."""


def may_speak(rope: AdoptionRow) -> bool:
    """True while the adopter of this rope may cheer and ask."""
    return rope.state in SPEAKING_STATES


def post_of_rope(rope: AdoptionRow, update_id: int, *, speaking: bool = False) -> GrowthUpdate:
    """A post that stands on the page of this rope; `speaking`: to say something there. Raises NotFound."""
    found: GrowthUpdate = _one(_posts_of_rope(rope, speaking=speaking).where(GrowthUpdate.id == update_id))
    return found


def post_of_households(household_ids: Collection[int], update_id: int) -> GrowthUpdate:
    """A post of one of these households that everybody may see. Raises NotFound."""
    query = _posts().where(GrowthUpdate.id == update_id, GrowthUpdate.household_id.in_(household_ids))
    found: GrowthUpdate = _one(query)
    return found


def comment_of_rope(rope: AdoptionRow, comment_id: int) -> TalkComment:
    """A comment that stands on the page of this rope. Raises NotFound."""
    posts = _posts_of_rope(rope).with_only_columns(GrowthUpdate.id)
    found: TalkComment = _one(_shown(comment_id).where(TalkComment.update_id.in_(posts)))
    return found


def comment_of_households(household_ids: Collection[int] | None, comment_id: int) -> TalkComment:
    """A comment under a post of one of these households (None: the workshop asks). Raises NotFound."""
    posts = _posts().with_only_columns(GrowthUpdate.id)
    if household_ids is not None:
        posts = posts.where(GrowthUpdate.household_id.in_(household_ids))
    found: TalkComment = _one(_shown(comment_id).where(TalkComment.update_id.in_(posts)))
    return found


def is_shown() -> ColumnElement[bool]:
    """A condition on TalkComment: neither deleted nor hidden. An answer goes with its question besides."""
    return TalkComment.deleted_at.is_(None) & TalkComment.hidden_at.is_(None)


def _shown(comment_id: int) -> Select[TalkComment]:
    question = aliased(TalkComment)
    gone = question.deleted_at.is_not(None) | question.hidden_at.is_not(None)
    of_what_is_gone = select(question.id).where(question.id == TalkComment.parent_id, gone).exists()
    return select(TalkComment).where(TalkComment.id == comment_id, is_shown(), ~of_what_is_gone)


def _posts() -> Select[GrowthUpdate]:
    # A correction stands with what it corrects, and so does what is said of it.
    return select(GrowthUpdate).where(is_live(), GrowthUpdate.corrects_id.is_(None))


def _posts_of_rope(rope: AdoptionRow, *, speaking: bool = False) -> Select[GrowthUpdate]:
    if rope.state not in (SPEAKING_STATES if speaking else TOLD_STATES):
        raise NotFound
    about = select(GrowthUpdatePlot.update_id).where(GrowthUpdatePlot.plot_id == farm.find_plot_id(rope.plot_code))
    query = _posts().where(GrowthUpdate.id.in_(about))
    if rope.state is not AdoptionState.PAID:
        # What is posted after its harvest is of other ropes.
        end = datetime.combine(rope.harvest_to_on + timedelta(days=1), time(), clock.SHANGHAI)
        query = query.where(GrowthUpdate.happened_at < end)
    return query


def _one(query: Select[Any]) -> Any:
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found
