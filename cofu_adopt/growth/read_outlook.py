"""The outlook of all plots, of a square or of a household: a handful of statements for any number of plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cofu_adopt.adoptions.queries import count_adopters
from cofu_adopt.core import clock
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.desk_plots import heads_of_plots, list_plot_names
from cofu_adopt.farm.models import Species
from cofu_adopt.farm.rows import MeasurementRow
from cofu_adopt.growth.forecast import forecasts_of
from cofu_adopt.growth.outlook import Outlook, look_ahead
from cofu_adopt.growth.rules import Growth
from cofu_adopt.growth.species import growths
from cofu_adopt.offers.windows import next_windows


def read_outlooks(
    *,
    grid_code: str | None = None,
    household_code: str | None = None,
    species: Mapping[Species, Growth] | None = None,
) -> list[Outlook]:
    """What is to be expected of the plots, worst first. `species`: other settings than those that hold, to try them."""
    today, plots = clock.today(), list_plot_names(grid_code)
    ids = [plot.id for plot in plots]
    heads, windows, ropes = heads_of_plots(ids), next_windows(today), count_adopters(ids)
    if household_code is not None:
        plots = [plot for plot in plots if household_code in {code for code, _head in heads.get(plot.id, ())}]
    measured: Mapping[int, Sequence[MeasurementRow]] = farm.list_measurements_of([plot.id for plot in plots])
    forecasts = forecasts_of(plots, measured, growths() if species is None else species)
    found = [
        look_ahead(
            plot,
            forecasts.get(plot.id),
            windows.get(plot.id),
            today,
            heads=heads.get(plot.id, ()),
            adopted=ropes.get(plot.id, (0, 0))[1],
            measured=len(measured.get(plot.id, ())),
            survival=measured[plot.id][-1].survival if plot.id in measured else None,
        )
        for plot in plots
    ]
    return sorted(found, key=lambda one: one.urgency)
