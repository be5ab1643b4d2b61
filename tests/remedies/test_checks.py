"""What `flask verify` says of remedies that are not as they should be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, text, update

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import DueRow
from cofu_adopt.remedies.choose import END_CHOICE
from cofu_adopt.remedies.models import Remedy
from tests.remedies.late import choose_as_adopter, pay_too_late
from tests.season import Season


def lose_the_remedy() -> None:
    db.session.execute(delete(Remedy))


def owe_less() -> None:
    db.session.execute(update(Remedy).values(amount_fen=1))


def forget_the_end() -> None:
    db.session.execute(delete(DueRow).where(DueRow.kind == END_CHOICE))


def give_for_nothing() -> None:
    db.session.execute(text("UPDATE adoption SET state = 'cancelled' WHERE state = 'owed'"))


FOUND = (
    (lose_the_remedy, "has 0 open remedies"),
    (owe_less, "owes 1 fen"),
    (forget_the_end, "open for ever"),
    (give_for_nothing, "has 1 open remedies"),
)


@pytest.mark.parametrize(("harm", "words"), FOUND)
def test_an_open_one(season: Season, harm: Callable[[], None], words: str) -> None:
    pay_too_late(season)
    assert season.violations() == {}
    with unit_of_work():
        harm()
    assert words in str(season.violations())


def test_chosen_ones(season: Season) -> None:
    money, rope = pay_too_late(season), pay_too_late(season, plot="A1-02")
    choose_as_adopter(money, "money")
    choose_as_adopter(rope, "rope")
    with unit_of_work():
        db.session.execute(text("UPDATE refund SET amount_fen = 7"))
        db.session.execute(text("UPDATE remedy SET state = CASE state WHEN 'done' THEN 'chosen' ELSE 'done' END"))
    found = str({name: one for name, one in season.violations().items() if name.startswith("remedies")})
    for words in ("no refund of 19800 fen was made", "is done, its order is cancelled", "was chosen and not given"):
        assert words in found
