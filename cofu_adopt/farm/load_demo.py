"""The demo season: the shipped files with fresh dates, and a few households' stories."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from cofu_adopt.core.db import db
from cofu_adopt.farm.import_season import commit_import, demo_newest_on, preview_import
from cofu_adopt.farm.models import Household, Plot, SeaGrid
from cofu_adopt.farm.move_files import move_files
from cofu_adopt.farm.read_season import files_in
from cofu_adopt.farm.tell_story import tell_story

DIRECTORY = Path(__file__).parent.parent / "demo_season"
SILENT_EVERY = 6
"""One family in so many has not consented, so that the demo also shows a plot without a name."""


@dataclass(frozen=True, slots=True)
class Story:
    """Invented words of an invented household; `least_family` keeps a child's breakfast out of a household of one."""

    chinese: str
    english: str
    least_family: int = 1


STORIES = (
    Story(
        "我爸那辈摇橹出海，我接了他的桁。贻贝长得慢，可它的鲜是慢出来的。",
        "My father rowed out; I took over his lines. Mussels grow slowly, and that is where the taste comes from.",
    ),
    Story(
        "天不亮就出门，回来正好赶上孩子吃早饭。风大的日子不出海，就在院子里补绳。",
        "I leave before light and am back when the children have breakfast. On windy days I mend ropes in the yard.",
        least_family=3,
    ),
    Story(
        "二十年了，台风来过，赤潮也来过。绳断了再挂，人还在这片海上。",
        "Twenty years, through typhoons and red tides. When ropes break we hang new ones, and we are still here.",
    ),
    Story(
        "我们两口子一条船。一个起绳，一个量壳，量完记在本子上，一笔不落。",
        "The two of us share one boat. One lifts the rope, one measures the shells, and each is written down.",
        least_family=2,
    ),
    Story(
        "水清不清，看绳就知道。水急的地方，壳厚一点，肉也紧。",
        "The rope tells you about the water. Where the current is strong the shells are thick and the meat is firm.",
    ),
    Story(
        "以前卖给贩子，论斤压价。现在知道是谁在等，洗得也仔细些。",
        "We used to sell to dealers by weight. Now I know who is waiting, and I clean them with more care.",
    ),
    Story(
        "儿子在宁波读书，放假回来帮我清附着物。他说以后也想回岛上。",
        "My son studies in Ningbo and helps me clean the ropes in the holidays. He says he wants to come back.",
        least_family=3,
    ),
    Story(
        "苗是我自己挑的，挂下去那天记了日子。您那串长得怎么样，我心里有数。",
        "I chose the seed myself and wrote down the day it went in. I know how your rope is doing.",
    ),
    Story(
        "枸杞岛的海，早上是灰的，中午才蓝。认了一串，有空来看看。",
        "The sea at Gouqi is grey in the morning and blue by noon. Now that you have a rope, come and see it.",
    ),
    Story(
        "一家人靠这几桁吃饭。您认一串，我们就多一份底。",
        "The family lives from these lines. Each rope adopted is firm ground under us.",
        least_family=2,
    ),
    Story(
        "我不会说话，绳上长的就是我的话。",
        "I am no talker. What grows on the rope is what I have to say.",
    ),
    Story(
        "老金带我入的行，他说贻贝不骗人，你怎么待它，它怎么长。",
        "Old Jin taught me the trade. Mussels do not lie, he says: they grow as you treat them.",
    ),
)

ON_SALE = {
    "A1": 1, "A2": 3, "A3": 5, "A4": 1, "A5": 1, "B1": 2, "B2": 1, "B3": 1, "B4": 3, "B5": 1, "C1": 5, "C2": 2,
    "C3": 1, "C4": 1, "C5": 1, "C6": 4, "D1": 1, "D2": 3, "D3": 2, "D4": 2, "D6": 6,
}  # fmt: skip
"""How many plots of a square the households offer for adoption; the rest, and squares left out, go their old way."""


def load_demo_season(*, keep_in: Path | None = None) -> None:
    """Import the demo season when there is no sea yet; else leave everything as it is.

    The files with the days that the demo's sea has are kept in the folder `keep_in`: imported again, they change
    nothing.
    """
    if db.session.scalar(select(Household.id).limit(1)) is not None:
        return
    # Some lengths fall and some survival rates rise between two days, as real ones do: accepted.
    preview = preview_import(files_in(DIRECTORY), newest_on=demo_newest_on())
    commit_import(preview, preview.warning_ids)
    if keep_in is not None:
        move_files(DIRECTORY, keep_in, preview.shift_days)
    for place, household in enumerate(db.session.scalars(select(Household).order_by(Household.code)).all()):
        fitting = [story for story in STORIES if story.least_family <= household.family_size]
        story = fitting[place % len(fitting)]
        tell_story(
            household.id,
            public_name=household.head_name,
            story=story.chinese,
            story_en=story.english,
            consents=place % SILENT_EVERY != SILENT_EVERY - 1,
        )


def demo_plots_on_sale() -> dict[str, int]:
    """Code and id of the plots that the demo offers for adoption."""
    query = select(SeaGrid.code, Plot.code, Plot.id).join(Plot, Plot.sea_grid_id == SeaGrid.id).order_by(Plot.code)
    plots = [(grid, code, plot_id) for grid, code, plot_id in db.session.execute(query)]
    chosen: dict[str, int] = {}
    for grid, most in ON_SALE.items():
        chosen |= dict([(code, plot_id) for square, code, plot_id in plots if square == grid][:most])
    return chosen
