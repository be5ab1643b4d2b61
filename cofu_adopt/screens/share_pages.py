"""What an adopter shows of her rope to whoever has the link, and the picture of it that a chat shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from cofu_adopt.adoptions import share
from cofu_adopt.adoptions.share import SharedRope
from cofu_adopt.core import access, clock
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.rows import MeasurementRow, PlotRow
from cofu_adopt.growth.talk.queries import count_cheers
from cofu_adopt.growth.words import WEATHERS, WORKS
from cofu_adopt.offers import queries as offers
from cofu_adopt.screens.growth import days_until
from cofu_adopt.screens.preview_card import PreviewCard, draw_card
from cofu_adopt.screens.rope_diary import measurements_of, view_rope
from cofu_adopt.screens.rope_pages import LOCALES, outside

bp = Blueprint("shared", __name__, template_folder="templates")
PREVIEW_SECONDS = 300
"""A picture may be kept so long by those on the way; what was taken back is gone after that everywhere."""


@bp.get("/r/<token>")
@access.public()
def show(token: str) -> Any:
    """The rope of a link: its number, how it grows, its days, who looks after it. Nothing of its adopter."""
    shared = share.get_shared(token)
    rope = view_rope(shared, adopted_at=None, before=request.args.get("before"))
    language = "en" if str(get_locale()) == "en" else "zh"
    page = make_response(
        render_template(
            "screens/shared_rope.html",
            shared=shared,
            rope=rope,
            cheers=count_cheers(rope.diary.post_ids),
            card=_card(shared, rope.plot, rope.measurements),
            page_url=outside(url_for("shared.show", token=token)),
            picture_url=outside(url_for("shared.picture", token=token, language=language)),
            offers=offers.list_offers_of_plot(rope.plot.id, clock.now()),
            weathers=WEATHERS,
            works=WORKS,
        )
    )
    return _for_nobody_else(page)


@bp.get("/r/<token>/<language>.png")
@access.public()
def picture(token: str, language: str) -> Response:
    """The picture of a link. It is drawn anew only when something on it has changed."""
    if language not in LOCALES:
        raise NotFound
    shared = share.get_shared(token)
    with force_locale(LOCALES[language]):
        card = _card(shared, farm.get_plot(shared.plot_code), measurements_of(shared, shared.plot_id))
        response = Response(mimetype="image/png")
        response.set_etag(card.fingerprint)
        response.headers["Cache-Control"] = f"public, max-age={PREVIEW_SECONDS}"
        if card.fingerprint in request.if_none_match:
            response.status_code = 304
        else:
            response.set_data(draw_card(card))
    return _for_nobody_else(response)


def _card(shared: SharedRope, plot: PlotRow, measurements: Sequence[MeasurementRow]) -> PreviewCard:
    first = plot.households[0] if plot.households else None
    named = first.public_name if first else None
    return PreviewCard(
        headline=shared.rope_name or shared.label,
        label=shared.label,
        keeper=str(_("%(name)s家", name=named) if named else _("枸杞岛养殖户")),
        length_mm=measurements[-1].mean_shell_length_mm if measurements else None,
        days_left=days_until(shared.harvest_from_on),
    )


def _for_nobody_else(response: Response) -> Response:
    """No search engine keeps it: only who was given the link finds it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
