"""Two households, adopters with ropes, and what they say to each other, in one line each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.adoptions.queries import AdoptionRow
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.growth.talk import queries, speak
from cofu_adopt.growth.talk.answer import answer_as_household, answer_as_workshop
from cofu_adopt.growth.talk.ask import ask
from cofu_adopt.growth.talk.audience import comment_of_households, comment_of_rope
from cofu_adopt.growth.talk.cheer import cheer, take_back
from cofu_adopt.growth.talk.delete_comment import delete_comment
from cofu_adopt.growth.talk.models import TalkComment
from cofu_adopt.growth.talk.report import report
from cofu_adopt.growth.talk.rows import PostTalk
from cofu_adopt.identity.models import Person
from tests.growth.diary import Diary, Family


@dataclass
class Talk:
    """`rope` and `neighbour` are of A1-01, `elsewhere` is of A1-02; `post_id` is a post of A1-01."""

    diary: Diary
    rope: Adoption
    neighbour: Adoption
    elsewhere: Adoption
    post_id: int

    def row(self, rope: Adoption | None = None) -> AdoptionRow:
        """The rope as it stands."""
        mine = rope or self.rope
        return adoptions.get_own_row(mine.code, mine.person_id)

    def ask(self, words: str = "长得慢吗", *, rope: Adoption | None = None, uuid: str = "") -> speak.Said:
        """Ask under the post."""
        with unit_of_work():
            return ask(self.row(rope), self.post_id, words, uuid or self.diary.uuid())

    def answer(self, question_id: int, words: str = "不慢", *, by: Family | None = None) -> speak.Said:
        """Answer as a household, ours unless said otherwise."""
        family = by or self.diary.ours
        with unit_of_work():
            return answer_as_household([family.id], question_id, family.person_id, words, self.diary.uuid())

    def answer_as_workshop(self, question_id: int, person_id: int, words: str = "工坊答") -> speak.Said:
        """Answer as the workshop."""
        with unit_of_work():
            return answer_as_workshop(question_id, person_id, words, self.diary.uuid())

    def cheer(self, rope: Adoption | None = None) -> None:
        """Cheer the post."""
        with unit_of_work():
            cheer(self.row(rope), self.post_id)

    def take_back(self, rope: Adoption | None = None) -> None:
        """Take the cheer back."""
        with unit_of_work():
            take_back(self.row(rope), self.post_id)

    def delete(self, comment_id: int, person_id: int | None = None) -> None:
        """Delete a comment."""
        with unit_of_work():
            delete_comment(person_id or self.rope.person_id, comment_id)

    def report(self, comment_id: int, *, rope: Adoption | None = None, reason: str = "rude", note: str = "") -> None:
        """Report a comment from the page of a rope, the neighbour's unless said otherwise."""
        with unit_of_work():
            row = self.row(rope or self.neighbour)
            report(comment_of_rope(row, comment_id), row.person_id, reason, note)

    def report_as_household(self, comment_id: int, by: Family | None = None) -> None:
        """Report a comment as a household."""
        family = by or self.diary.ours
        with unit_of_work():
            report(comment_of_households([family.id], comment_id), family.person_id, "private")

    def seen(self, rope: Adoption | None = None) -> PostTalk:
        """What the rope's page shows under the post."""
        with unit_of_work(writes=False):
            return queries.talk_under([self.post_id], (rope or self.rope).person_id)[self.post_id]

    def said(self, rope: Adoption | None = None) -> list[tuple[str, list[str]]]:
        """The questions with their answers, as they are shown."""
        with unit_of_work(writes=False):
            rows = queries.list_questions(self.post_id, (rope or self.rope).person_id)
        return [(row.words, [one.words for one in row.answers]) for row in rows]

    def open(self, family: Family | None = None) -> list[str]:
        """The questions that wait for the household."""
        mine = family or self.diary.ours
        with unit_of_work(writes=False):
            rows = queries.list_open([mine.id], mine.person_id)
            assert queries.count_open([mine.id]) == len(rows)
            return [row.words for row in rows]

    def stored(self) -> list[TalkComment]:
        """Every comment, oldest first."""
        with unit_of_work(writes=False):
            return list(db.session.scalars(select(TalkComment).order_by(TalkComment.id)))

    def call(self, person_id: int, **columns: Any) -> None:
        """Change what is known of a person."""
        with unit_of_work():
            person = db.session.get_one(Person, person_id)
            for name, value in columns.items():
                setattr(person, name, value)
