"""Tell the adopters: a fact is cut into due rows of so many people each, and each is one short transaction.

A row that was done is gone, a row that was not is done again, and whoever has been told is not told twice: any number
of workers may do it, and any of them may die.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import func, select

from cofu_adopt.core import clock, due
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import Due
from cofu_adopt.growth.stories import Story, market_size_on, story_of
from cofu_adopt.notify.fan_out import LAST_ID, fan_out
from cofu_adopt.offers.queries import harvest_days

TELL_CUT, TELL_PIECE = "tell_cut", "tell_piece"
PIECE = 10_000
"""People a due row: a tenth of a second on PostgreSQL; on SQLite other writers wait as long."""
DIGEST_WEEKDAY, DIGEST_AT, MORNING = 6, time(18), time(9)
"""Sunday evening, when there is time to look."""
OPENINGS_AHEAD = timedelta(days=2)


def declare_update(update_id: int) -> None:
    """A post is to be told, as soon as it is committed."""
    _declare("update", update_id, clock.now())


def declare_market_size(plot_id: int) -> None:
    """The ropes of a plot are to be told of on the morning on which they are expected to be large enough."""
    on = market_size_on(plot_id)
    if on is None:
        due.withdraw(TELL_CUT, f"market_size:{plot_id}")
    else:
        _declare("market_size", plot_id, max(_at(on, MORNING), clock.now()))


def declare_regular() -> None:
    """The next weekly digest, and the harvest windows that begin in the next days. A transaction of its own."""
    today = clock.today()
    sunday = today + timedelta(days=(DIGEST_WEEKDAY - today.weekday()) % 7)
    if _at(sunday, DIGEST_AT) <= clock.now():
        sunday += timedelta(days=7)
    with unit_of_work():
        _declare("digest", sunday.isoformat(), _at(sunday, DIGEST_AT))
        for on in harvest_days(today + timedelta(days=1), today + OPENINGS_AHEAD):
            _declare("harvest_opens", on.isoformat(), _at(on, MORNING))


def cut(row: Due) -> None:
    """Declare a row for each so many people whom the fact concerns."""
    story = _story(row.subject)
    if story is None:
        return
    for first, following in pairwise([*_firsts(story), LAST_ID]):
        due.declare(TELL_PIECE, f"{row.subject}:{first}:{following - 1}", clock.now())


def tell_piece(row: Due) -> None:
    """Tell the people of one row."""
    subject, first, last = row.subject.rsplit(":", 2)
    story = _story(subject)
    if story is not None:
        # The notes of a story are of one fact, and a person is told the first of them that concerns her.
        told = row.tries - 1
        for note, audience in story.notes:
            told += fan_out(note, audience(int(first), int(last)), first=int(first), last=int(last), is_new=told == 0)


def tell_at_once(update_id: int) -> None:
    """Tell a post's adopters in the open unit of work, as it is right for few of them: those of the demo."""
    story = story_of("update", str(update_id))
    for note, audience in story.notes if story else ():
        fan_out(note, audience(0, LAST_ID))
    due.withdraw(TELL_CUT, f"update:{update_id}")


def _declare(story: str, key: object, at: datetime) -> None:
    due.declare(TELL_CUT, f"{story}:{key}", at)


def _story(subject: str) -> Story | None:
    name, _, key = subject.partition(":")
    return story_of(name, key)


def _firsts(story: Story) -> list[int]:
    people = story.everybody(0, LAST_ID).subquery("people")
    numbered = select(people.c.person_id, func.row_number().over(order_by=people.c.person_id).label("place")).subquery()
    query = select(numbered.c.person_id).where((numbered.c.place - 1) % PIECE == 0).order_by(numbered.c.person_id)
    return list(db.session.scalars(query))


def _at(on: date, hour: time) -> datetime:
    return datetime.combine(on, hour, tzinfo=clock.SHANGHAI)
