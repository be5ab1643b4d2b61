"""Reads of what was said under posts. The caller has checked who may read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import aliased

from cofu_adopt.core.db import db
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.models import GrowthUpdate
from cofu_adopt.growth.queries import is_live
from cofu_adopt.growth.talk.audience import is_shown
from cofu_adopt.growth.talk.models import Side, TalkCheer, TalkComment
from cofu_adopt.growth.talk.rows import CommentRow, PostTalk
from cofu_adopt.growth.talk.words import nickname
from cofu_adopt.identity.find_people import faces

NEWEST = 2
"""So many questions stand on a rope's page; the others on the post's own."""


def talk_under(update_ids: Collection[int], person_id: int, newest: int = NEWEST) -> dict[int, PostTalk]:
    """Cheers and newest questions of these posts, as the person sees them."""
    cheers = {
        row.update_id: (row.number, bool(row.mine))
        for row in db.session.execute(
            select(
                TalkCheer.update_id,
                func.count().label("number"),
                func.sum(case((TalkCheer.person_id == person_id, 1), else_=0)).label("mine"),
            )
            .where(TalkCheer.update_id.in_(update_ids))
            .group_by(TalkCheer.update_id)
        )
    }
    place = func.row_number().over(partition_by=TalkComment.update_id, order_by=TalkComment.id.desc()).label("place")
    count = func.count().over(partition_by=TalkComment.update_id).label("count")
    ranked = (
        select(TalkComment.id, place, count)
        .where(TalkComment.update_id.in_(update_ids), TalkComment.parent_id.is_(None), is_shown())
        .subquery()
    )
    query = select(TalkComment, ranked.c.count).join(ranked, ranked.c.id == TalkComment.id)
    found = db.session.execute(query.where(ranked.c.place <= newest).order_by(TalkComment.id.desc())).all()
    counts = {comment.update_id: number for comment, number in found}
    questions: dict[int, list[CommentRow]] = defaultdict(list)
    for row in _with_answers([comment for comment, _number in found], person_id):
        questions[row.update_id].append(row)
    nobody = (0, False)
    return {
        update_id: PostTalk(
            cheer_count=cheers.get(update_id, nobody)[0],
            cheered=cheers.get(update_id, nobody)[1],
            question_count=counts.get(update_id, 0),
            questions=tuple(questions.get(update_id, ())),
        )
        for update_id in update_ids
    }


def count_cheers(update_ids: Collection[int]) -> dict[int, int]:
    """How many cheered these posts; those that nobody cheered are left out."""
    query = select(TalkCheer.update_id, func.count()).where(TalkCheer.update_id.in_(update_ids))
    return dict(db.session.execute(query.group_by(TalkCheer.update_id)).all())


def list_questions(update_id: int, person_id: int, *, before: int | None = None, limit: int = 20) -> list[CommentRow]:
    """The questions under a post with their answers, newest first: the newest, or those before the id `before`."""
    query = select(TalkComment).where(TalkComment.update_id == update_id, TalkComment.parent_id.is_(None), is_shown())
    if before is not None:
        query = query.where(TalkComment.id < before)
    return _with_answers(list(db.session.scalars(query.order_by(TalkComment.id.desc()).limit(limit))), person_id)


def find_question(question_id: int, person_id: int) -> CommentRow | None:
    """A question with its answers; None when it is no more to be seen."""
    query = select(TalkComment).where(TalkComment.id == question_id, TalkComment.parent_id.is_(None), is_shown())
    rows = _with_answers(list(db.session.scalars(query)), person_id)
    return rows[0] if rows else None


def list_open(
    household_ids: Collection[int], person_id: int, *, after: int | None = None, limit: int = 20
) -> list[CommentRow]:
    """Questions under the households' posts that nobody has answered, oldest first."""
    query = _of_households(household_ids).where(~_is_answered())
    if after is not None:
        query = query.where(TalkComment.id > after)
    return _with_answers(list(db.session.scalars(query.order_by(TalkComment.id).limit(limit))), person_id)


def list_answered(household_ids: Collection[int], person_id: int, limit: int = 20) -> list[CommentRow]:
    """Questions under the households' posts that have an answer, newest first."""
    query = _of_households(household_ids).where(_is_answered())
    return _with_answers(list(db.session.scalars(query.order_by(TalkComment.id.desc()).limit(limit))), person_id)


def count_open(household_ids: Collection[int]) -> int:
    """How many questions under the households' posts nobody has answered."""
    query = _of_households(household_ids).where(~_is_answered())
    return db.session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def _of_households(household_ids: Collection[int]) -> Select[TalkComment]:
    return (
        select(TalkComment)
        .join(GrowthUpdate, GrowthUpdate.id == TalkComment.update_id)
        .where(GrowthUpdate.household_id.in_(household_ids), is_live(), TalkComment.parent_id.is_(None), is_shown())
    )


def _is_answered() -> ColumnElement[bool]:
    answer = aliased(TalkComment)
    stands = answer.deleted_at.is_(None) & answer.hidden_at.is_(None)
    return select(answer.id).where(answer.parent_id == TalkComment.id, stands).exists()


def _with_answers(questions: Sequence[TalkComment], person_id: int) -> list[CommentRow]:
    ids = [question.id for question in questions]
    query = select(TalkComment).where(TalkComment.parent_id.in_(ids), is_shown()).order_by(TalkComment.id)
    answers = list(db.session.scalars(query)) if ids else []
    households = _household_names({question.update_id for question in questions})
    people = faces({question.person_id for question in questions})
    told: dict[int, list[CommentRow]] = defaultdict(list)
    for answer in answers:
        name = households[answer.update_id] if answer.side == Side.HOUSEHOLD else None
        told[answer.parent_id or 0].append(_row(answer, name, person_id))
    return [
        _row(question, nickname(people[question.person_id].name), person_id, tuple(told[question.id]))
        for question in questions
    ]


def _row(comment: TalkComment, name: str | None, person_id: int, answers: tuple[CommentRow, ...] = ()) -> CommentRow:
    return CommentRow(
        id=comment.id,
        update_id=comment.update_id,
        side=Side(comment.side),
        name=name,
        is_mine=comment.person_id == person_id,
        words=comment.words,
        created_at=comment.created_at,
        answers=answers,
    )


def _household_names(update_ids: Collection[int]) -> Mapping[int, str | None]:
    if not update_ids:
        return {}
    query = select(GrowthUpdate.id, GrowthUpdate.household_id).where(GrowthUpdate.id.in_(update_ids))
    posts = {row.id: row.household_id for row in db.session.execute(query)}
    names = farm.public_names(set(posts.values()))
    return {update_id: names.get(household_id) for update_id, household_id in posts.items()}
