"""The refusals of offers."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from cofu_adopt.core.errors import DomainError
from cofu_adopt.core.money import price


class OfferLosesMoney(DomainError):
    """The household would get nothing or pay. `share` in fen."""

    status = 409
    code = "offer_loses_money"
    text = _l("这个价钱不够：扣掉各项以后，养殖户只剩 %(share)s。请提价或减少箱数，再发布。")

    def __init__(self, **params: Any) -> None:
        super().__init__(**{name: price(amount) for name, amount in params.items()})


class OfferBelowFloor(OfferLosesMoney):
    """The household's share is below the set floor. `share` and `floor` in fen."""

    code = "offer_below_floor"
    text = _l("养殖户只得 %(share)s，低于定下的底线 %(floor)s。请提价或降低各项比例，再发布。")


class OfferNotDraft(DomainError):
    """Only a draft can be changed or published."""

    status = 409
    code = "offer_not_draft"
    text = _l("只有草稿可以改动和发布。已发布的请先停售，再新建一个。")


class OfferWithoutPlots(DomainError):
    """An offer needs something to sell."""

    status = 409
    code = "offer_without_plots"
    text = _l("还没有选桁。至少选一条，再发布。")
