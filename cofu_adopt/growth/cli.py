"""flask growth: how good the forecast is."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.growth.evaluate import evaluate

MOST_HELD_OUT = 4
growth_group = AppGroup("growth", help="The diary and its forecasts.")


@growth_group.command("evaluate")
def evaluate_command() -> None:
    """Hold out the last 1 to 4 measurements of every plot, foretell the last one, and print the error."""
    click.echo("held out  reckoned at    plots  mean days  mean error    bias  inside the band")
    with unit_of_work(writes=False):
        for held_out in range(1, MOST_HELD_OUT + 1):
            for own_speed in (False, True):
                found = evaluate(held_out, own_speed=own_speed)
                if found is None:
                    continue
                click.echo(
                    f"{held_out:8}  {'own speed' if own_speed else 'species':13}  {found.plots:5}  "
                    f"{found.mean_days:9.0f}  {found.mean_error:9.2%}  {found.bias:+7.2%}  {found.inside_band:9.1%}"
                )
