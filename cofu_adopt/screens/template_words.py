"""The drawings and facts that every template may use, beside those that app.py gives from core."""

from __future__ import annotations

from flask import Flask

from cofu_adopt.adoptions.pages import live_holds
from cofu_adopt.screens.borrowed import photo
from cofu_adopt.screens.draw.figures import figure
from cofu_adopt.screens.draw.hold import hold_bar
from cofu_adopt.screens.draw.icons import icon
from cofu_adopt.screens.draw.meter import meter
from cofu_adopt.screens.draw.sea_map import legend
from cofu_adopt.screens.draw.share_bar import share_bar, swatch
from cofu_adopt.screens.draw.shell import mussel_at, rope_figure, rope_symbol
from cofu_adopt.screens.growth import days_until, growth_charts, months_at_sea, picture_of
from cofu_adopt.screens.static_url import asset


def register(app: Flask) -> None:
    """Give the templates of `app` their drawings."""
    app.jinja_env.globals.update(
        asset=asset,
        days_until=days_until,
        figure=figure,
        growth_charts=growth_charts,
        hold_bar=hold_bar,
        icon=icon,
        legend=legend,
        live_holds=live_holds,
        meter=meter,
        months_at_sea=months_at_sea,
        mussel_at=mussel_at,
        photo=photo,
        picture_of=picture_of,
        rope_figure=rope_figure,
        rope_symbol=rope_symbol,
        share_bar=share_bar,
        swatch=swatch,
    )
