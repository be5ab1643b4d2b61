"""The adopter's page of her rope, its certificate, and whether others may see it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import segno
from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.adoptions import share
from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.queries import AdoptionRow
from cofu_adopt.adoptions.share import TOLD_STATES, ShareRow
from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.talk.audience import may_speak
from cofu_adopt.growth.talk.queries import talk_under
from cofu_adopt.growth.talk.words import LONGEST_WORDS
from cofu_adopt.growth.words import WEATHERS, WORKS
from cofu_adopt.screens.certificate import Certificate, draw_pdf
from cofu_adopt.screens.rope_diary import view_rope

bp = Blueprint("rope", __name__, template_folder="templates")
HERS = frozenset({AdoptionState.PAID, AdoptionState.HARVESTED, AdoptionState.DELIVERED})
LOCALES = {"zh": "zh_Hans", "en": "en"}


def outside(path: str) -> str:
    """The whole address of a path, for those who are not on the site."""
    here: str = current_app.extensions["settings"].public_url or request.host_url
    return urljoin(here, path)


@bp.get("/my/ropes/<code>")
@access.allow(Role.ADOPTER)
def show(code: str) -> Any:
    """One rope: how it grows, its days, who looks after it. One that is not hers (any more) is an order only."""
    row = _own(code)
    if row.state not in TOLD_STATES:
        return redirect(url_for("adoptions.order", code=code))
    shared = share.find_share(row.id)
    rope = view_rope(row, adopted_at=row.paid_at, before=request.args.get("before"))
    return render_template(
        "screens/rope.html",
        adoption=row,
        rope=rope,
        talk=talk_under(rope.diary.post_ids, row.person_id),
        may_speak=may_speak(row),
        ask_uuid=str(uuid4()),
        longest_words=LONGEST_WORDS,
        share=shared,
        share_url=_share_url(shared),
        certificate=_certificate(row, shared) if row.state in HERS else None,
        weathers=WEATHERS,
        works=WORKS,
    )


@bp.post("/my/ropes/<code>/share")
@access.allow(Role.ADOPTER, writes=True)
def turn_on(code: str) -> Any:
    """Show the rope to whoever has the link, with or without its name."""
    shows_name = bool(request.form.get("shows_name"))
    share.share_rope(code, access.signed_in().person_id, shows_name=shows_name)
    return redirect(url_for("rope.show", code=code, _anchor="share"))


@bp.post("/my/ropes/<code>/share/stop")
@access.allow(Role.ADOPTER, writes=True)
def turn_off(code: str) -> Any:
    """Take the link back."""
    share.stop_sharing(code, access.signed_in().person_id)
    flash(_("分享已关掉，发出去的链接都打不开了。"))
    return redirect(url_for("rope.show", code=code, _anchor="share"))


@bp.get("/my/ropes/<code>/certificate")
@access.allow(Role.ADOPTER)
def certificate(code: str) -> str:
    """The certificate, to look at or to print."""
    row = _own(code)
    shared = share.find_share(row.id)
    made = _certificate_of_hers(row, shared)
    return render_template(
        "screens/certificate.html",
        adoption=row,
        certificate=made,
        qr=segno.make(made.address, error="m", micro=False).svg_data_uri(scale=4, border=2),
        shared=shared is not None,
        unprintable=made.name is not None and made.printed_name is None,
    )


@bp.get("/my/ropes/<code>/certificate/<language>.pdf")
@access.allow(Role.ADOPTER)
def certificate_pdf(code: str, language: str) -> Response:
    """The certificate as a file. It is drawn anew only when something on it has changed."""
    if language not in LOCALES:
        raise NotFound
    return send_certificate(_own(code), language)


def send_certificate(row: AdoptionRow, language: str) -> Response:
    """The certificate of a rope that is still its adopter's, as a PDF file; 304 when she has it already."""
    with force_locale(LOCALES[language]):
        made = _certificate_of_hers(row, share.find_share(row.id))
        response = Response(mimetype="application/pdf")
        response.set_etag(made.fingerprint)
        response.headers["Content-Disposition"] = f'attachment; filename="certificate-{row.label}-{language}.pdf"'
        if made.fingerprint in request.if_none_match:
            response.status_code = 304
            return response
        response.set_data(draw_pdf(made))
    return response


def _own(code: str) -> AdoptionRow:
    return adoptions.get_own_row(code, access.signed_in().person_id)


def _share_url(shared: ShareRow | None) -> str | None:
    return None if shared is None else outside(url_for("shared.show", token=shared.token))


def _certificate_of_hers(row: AdoptionRow, shared: ShareRow | None) -> Certificate:
    if row.state not in HERS:
        raise NotFound
    return _certificate(row, shared)


def _certificate(row: AdoptionRow, shared: ShareRow | None) -> Certificate:
    plot = farm.get_plot(row.plot_code)
    if row.paid_at is None:
        raise NotFound
    return Certificate(
        name=row.rope_name,
        label=row.label,
        grid_code=plot.grid_code,
        plot_code=plot.code,
        rope_number=row.rope_number,
        season=row.season,
        household=plot.households[0].public_name if plot.households else None,
        adopted_at=row.paid_at,
        address=_share_url(shared) or outside(url_for("shop.plot", code=plot.code)),
        is_shared=shared is not None,
    )
