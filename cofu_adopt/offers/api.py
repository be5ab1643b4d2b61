"""What is on sale, for everybody; and the desk's offers: draft, change, publish, stop."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from cofu_adopt.core import access, clock, etag, paging
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint, public_read, refuses
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.farm import queries as farm
from cofu_adopt.offers import api_schemas as schemas
from cofu_adopt.offers import queries
from cofu_adopt.offers.draft import OfferCodeTaken, change_draft, draft_offer, publish_offer, stop_offer
from cofu_adopt.offers.errors import OfferBelowFloor, OfferLosesMoney, OfferNotDraft, OfferWithoutPlots
from cofu_adopt.offers.queries import OfferRow
from cofu_adopt.offers.rules import SplitRule, split

bp = ApiBlueprint(
    "api_offers",
    __name__,
    tag="Offers",
    zh=("方案", "在卖什么，谁都能看。"),
    description="What is on sale; for everybody.",
)
desk_bp = ApiBlueprint(
    "api_desk_offers",
    __name__,
    tag="Desk: offers",
    zh=("工坊：方案", "方案的草稿、发布和停售。"),
    description="Offers, for the workshop.",
)
READERS = (Role.OPERATOR, Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.AUDITOR)
DETAIL = schemas.DeskOfferDetailSchema()


@bp.get("/offers", zh="在卖的方案")
@refuses(NotFound)
@public_read
@bp.arguments(schemas.OfferArgs(), location="query")
@bp.response(200, schemas.OffersSchema())
@access.public()
def on_sale(args: dict[str, Any]) -> dict[str, Any]:
    """What can be bought now, cheapest first."""
    if "plot" not in args:
        return {"items": queries.list_offers_on_sale(clock.now())}
    plot_id = farm.find_plot_id(args["plot"])
    if plot_id is None:
        raise NotFound
    return {"items": queries.list_offers_of_plot(plot_id, clock.now())}


@bp.get("/offers/<id:offer_id>", zh="一个在卖的方案")
@public_read
@bp.response(200, schemas.OfferSchema())
@access.public()
def offer(offer_id: int) -> OfferRow:
    """One offer that can be bought now."""
    found = queries.find_offer_on_sale(offer_id, clock.now())
    if found is None:
        raise NotFound
    return found


@desk_bp.get("/desk/offers", zh="所有方案，连同价钱怎么分")
@desk_bp.arguments(paging.PageArgs(), location="query")
@desk_bp.response(200, paging.page_schema(schemas.DeskOfferSchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def desk_offers(args: dict[str, Any]) -> dict[str, Any]:
    """All offers, newest first, each with the split of its price."""
    before = paging.read_cursor("offers", args)
    rows = [_shown(row) for row in queries.page_offers(before=before, limit=args["limit"] + 1)]
    return paging.page("offers", args, rows, lambda row: row["id"])


@desk_bp.post("/desk/offers", zh="新建一个草稿")
@refuses(Invalid, OfferCodeTaken)
@desk_bp.arguments(schemas.OfferInSchema(), example=schemas.OFFER_EXAMPLE)
@idempotent
@desk_bp.response(201, DETAIL)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def create_offer(wanted: dict[str, Any]) -> dict[str, Any]:
    """Keep a new draft."""
    plot_ids = _plot_ids(wanted["places"])
    currency = current_app.extensions["settings"].currency
    return _detail(draft_offer(schemas.columns_of(wanted), plot_ids, currency=currency))


@desk_bp.get("/desk/offers/<id:offer_id>", zh="一个方案：桁和价钱怎么分")
@desk_bp.response(200, DETAIL)
@access.allow(*READERS, scope=Scope.DESK_READ)
def desk_offer(offer_id: int) -> dict[str, Any]:
    """One offer with its plots and the split of its price."""
    return _detail(offer_id)


@desk_bp.put("/desk/offers/<id:offer_id>", zh="改草稿")
@refuses(Invalid, OfferCodeTaken, OfferNotDraft, needs_match=True)
@desk_bp.arguments(schemas.OfferInSchema(), example=schemas.OFFER_EXAMPLE)
@desk_bp.response(200, DETAIL)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def change_offer(wanted: dict[str, Any], offer_id: int) -> dict[str, Any]:
    """Change a draft."""
    etag.require_match(DETAIL, _detail(offer_id))
    change_draft(offer_id, schemas.columns_of(wanted), _plot_ids(wanted["places"]))
    return _detail(offer_id)


@desk_bp.post("/desk/offers/<id:offer_id>/publish", zh="发布")
@refuses(OfferNotDraft, OfferWithoutPlots, OfferLosesMoney, OfferBelowFloor)
@idempotent
@desk_bp.response(200, DETAIL)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def publish(offer_id: int) -> dict[str, Any]:
    """Put a draft on sale."""
    publish_offer(offer_id)
    return _detail(offer_id)


@desk_bp.post("/desk/offers/<id:offer_id>/stop", zh="停售")
@idempotent
@desk_bp.response(200, DETAIL)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def stop(offer_id: int) -> dict[str, Any]:
    """Take an offer off sale; what was sold and what is held stays."""
    stop_offer(offer_id)
    return _detail(offer_id)


def _shown(row: OfferRow) -> dict[str, Any]:
    rule = SplitRule.from_json(row.split_rule)
    return asdict(row) | {
        "split": split(row.price_fen, rule, hosted=False),
        "split_hosted": split(row.price_fen, rule, hosted=True),
    }


def _detail(offer_id: int) -> dict[str, Any]:
    row = _shown(queries.get_offer(offer_id))
    return row | {"plots": sorted(farm.plot_codes(queries.plot_ids_of_offer(offer_id)).values())}


def _plot_ids(places: list[str]) -> list[int]:
    found: list[int] = []
    for place in places:
        code = place.strip().upper()
        ids = [farm.find_plot_id(code)] if "-" in code else farm.plot_ids_of_grid(code)
        known = [plot_id for plot_id in ids if plot_id is not None]
        if not known:
            raise Invalid({"places": _("没有 %(code)s 这一桁或这一格。", code=code)})
        found += known
    return found
