"""The names of all offers in one query: for lists and filters of other slices."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import get_locale
from sqlalchemy import select

from cofu_adopt.core.db import db
from cofu_adopt.offers.models import AdoptionOffer, OfferPlot

COLUMNS = (AdoptionOffer.id, AdoptionOffer.code, AdoptionOffer.title, AdoptionOffer.title_en)


@dataclass(frozen=True, slots=True)
class OfferName:
    """An offer's code and its title in both languages."""

    id: int
    code: str
    title_zh: str
    title_en: str

    @property
    def title(self) -> str:
        """The title in the language of the request."""
        locale = get_locale()
        return self.title_en if locale is not None and locale.language == "en" else self.title_zh


def offer_names() -> dict[int, OfferName]:
    """All offers by id, the newest first."""
    rows = db.session.execute(select(*COLUMNS).order_by(AdoptionOffer.id.desc()))
    return {row.id: OfferName(*row) for row in rows}


def offers_of_plot(plot_id: int) -> list[OfferName]:
    """The offers that sell or sold the plot's ropes, the newest first."""
    query = select(*COLUMNS).join(OfferPlot, OfferPlot.offer_id == AdoptionOffer.id)
    rows = db.session.execute(query.where(OfferPlot.plot_id == plot_id).order_by(AdoptionOffer.id.desc()))
    return [OfferName(*row) for row in rows]
