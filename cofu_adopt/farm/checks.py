"""What must hold in the sea, as checks of `flask verify`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from cofu_adopt.core.db import db
from cofu_adopt.core.registry import check
from cofu_adopt.farm.models import Plot, PlotShare, Rope


@check("farm: the shares of each plot and day add up to 100")
def shares_add_up() -> Iterator[str]:
    """Nobody's part is lost or made, and no plot is nobody's."""
    rows = db.session.execute(
        select(Plot.code, PlotShare.valid_from, func.coalesce(func.sum(PlotShare.weight), 0))
        .outerjoin(PlotShare, PlotShare.plot_id == Plot.id)
        .group_by(Plot.code, PlotShare.valid_from)
    )
    for code, since, total in rows:
        if total == 0:
            yield f"{code} has no shares"
        elif total != 100:  # noqa: PLR2004 - per cent
            yield f"{code} since {since}: {total}"


@check("farm: each plot has as many ropes as it says")
def ropes_are_there() -> Iterator[str]:
    """The ropes that are sold exist."""
    rows = db.session.execute(
        select(Plot.code, Plot.rope_count, func.count(Rope.number), func.max(Rope.number))
        .outerjoin(Rope, Rope.plot_id == Plot.id)
        .group_by(Plot.code, Plot.rope_count)
    )
    for code, said, found, last in rows:
        if not said == found == last:
            yield f"{code}: {found} ropes up to number {last}, not {said}"
