"""What the diary refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from cofu_adopt.core.errors import DomainError, TooMany
from cofu_adopt.growth.questions import Question


class ReadingQuestioned(DomainError):
    """A measured value looks wrong and nobody has said that it is right; nothing was kept."""

    status = 409
    code = "reading_questioned"
    text = _l("量的数要再看一眼：%(questions)s 量错了就改，没错就确认。")

    def __init__(self, questions: Sequence[Question]) -> None:
        self.questions = tuple(questions)
        super().__init__(questions=" ".join(question.words for question in questions))

    @property
    def extra(self) -> dict[str, Any]:
        """The questions one by one, for a page that asks them beside the plots."""
        return {
            "questions": [
                {"plot_code": one.plot_code, "question": one.code, "words": one.words} for one in self.questions
            ]
        }


class TooLateToChange(DomainError):
    """More than a day has passed since it was posted."""

    status = 409
    code = "too_late_to_change"
    text = _l("发出去过了一天，不能改也不能撤了。写一条更正，会跟在原来那条后面。")


class UpdateWithdrawnAlready(DomainError):
    """It was withdrawn, or taken off by the workshop."""

    status = 409
    code = "update_withdrawn"
    text = _l("这条已经撤下了，不能再改。")


class TooEarlyToCorrect(DomainError):
    """Within the first day it is edited instead."""

    status = 409
    code = "edit_instead"
    text = _l("发出去还不到一天，直接改这一条就行。")


class TooManyUpdates(TooMany):
    """A household's posts of a day, or a plot's readings by sensors."""

    code = "too_many_updates"
    text = _l("今天发得太多了，明天再发。已经发的都在。")


class AlreadyReviewed(DomainError):
    """Somebody else has looked at it, or it counts no more."""

    status = 409
    code = "already_reviewed"
    text = _l("这个数已经有人看过了，或者那一条已撤下。")
