"""The operator's desk: adoption offers."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.core import access, clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import DomainError, Invalid
from cofu_adopt.core.money import percent_of
from cofu_adopt.farm import queries as farm
from cofu_adopt.offers import queries
from cofu_adopt.offers.draft import (
    OfferCodeTaken,
    change_draft,
    check_publishable,
    draft_offer,
    publish_offer,
    stop_offer,
)
from cofu_adopt.offers.errors import OfferLosesMoney, OfferNotDraft, OfferWithoutPlots
from cofu_adopt.offers.load_demo import demo_terms
from cofu_adopt.offers.models import OfferState
from cofu_adopt.offers.rules import SplitRule, split
from cofu_adopt.offers.schemas import load_offer

bp = Blueprint("offers", __name__, template_folder="templates", url_prefix="/desk/offers")
READERS = (Role.OPERATOR, Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.AUDITOR)


@bp.get("")
@access.allow(*READERS)
def index() -> str:
    """All offers."""
    return render_template("offers/index.html", offers=queries.list_offers())


@bp.get("/new")
@access.allow(Role.OPERATOR)
def new() -> str:
    """A new draft, filled with usual terms."""
    return _form(_typed(demo_terms()), {}, None)


@bp.post("/new")
@access.allow(Role.OPERATOR, writes=True)
def create() -> Any:
    """Keep a new draft."""
    typed = request.form.to_dict()
    try:
        values, plot_ids = _load(typed)
    except Invalid as error:
        return _form(typed, error.fields, None), 422
    offer_id = draft_offer(values, plot_ids, currency=current_app.extensions["settings"].currency)
    return redirect(url_for("offers.show", offer_id=offer_id))


@bp.get("/<id:offer_id>/edit")
@access.allow(Role.OPERATOR)
def edit(offer_id: int) -> Any:
    """Change a draft."""
    offer = queries.get_offer(offer_id)
    if offer.state is not OfferState.DRAFT:
        return redirect(url_for("offers.show", offer_id=offer_id))
    plot_ids = queries.plot_ids_of_offer(offer_id)
    plots = "ALL" if plot_ids == farm.all_plot_ids() else " ".join(sorted(farm.plot_codes(plot_ids).values()))
    typed = _typed(queries.get_terms(offer_id)) | {
        "code": offer.code,
        "title": offer.title_zh,
        "title_en": offer.title_en,
        "plots": plots,
    }
    return _form(typed, {}, offer_id)


@bp.post("/<id:offer_id>/edit")
@access.allow(Role.OPERATOR, writes=True)
def change(offer_id: int) -> Any:
    """Keep the changed draft."""
    typed = request.form.to_dict()
    try:
        values, plot_ids = _load(typed)
    except Invalid as error:
        return _form(typed, error.fields, offer_id), 422
    change_draft(offer_id, values, plot_ids)
    return redirect(url_for("offers.show", offer_id=offer_id))


@bp.get("/<id:offer_id>")
@access.allow(*READERS)
def show(offer_id: int) -> str:
    """The offer with the whole split of its price, before it is published."""
    return _show(offer_id, "")


@bp.post("/<id:offer_id>/publish")
@access.allow(Role.OPERATOR, writes=True, fresh=True)
def publish(offer_id: int) -> Any:
    """Put it on sale."""
    publish_offer(offer_id)
    flash(_("已发布，海图上能认养了。"))
    return redirect(url_for("offers.show", offer_id=offer_id))


@bp.post("/<id:offer_id>/stop")
@access.allow(Role.OPERATOR, writes=True, fresh=True)
def stop(offer_id: int) -> Any:
    """Take it off sale."""
    stop_offer(offer_id)
    flash(_("已停售。卖出去的照旧。"))
    return redirect(url_for("offers.show", offer_id=offer_id))


@bp.errorhandler(OfferLosesMoney)
@bp.errorhandler(OfferWithoutPlots)
@bp.errorhandler(OfferNotDraft)
def on_not_published(error: DomainError) -> Any:
    """The reason stands on the offer's own page, beside the split."""
    with unit_of_work(writes=False):
        return _show(int((request.view_args or {})["offer_id"]), error.message), error.status


@bp.errorhandler(OfferCodeTaken)
def on_code_taken(error: OfferCodeTaken) -> Any:
    """The form again, with what was typed."""
    with unit_of_work(writes=False):
        offer_id = (request.view_args or {}).get("offer_id")
        return _form(request.form.to_dict(), {"code": error.message}, offer_id), error.status


def _load(typed: dict[str, str]) -> tuple[dict[str, Any], list[int]]:
    faults: dict[str, str] = {}
    values: dict[str, Any] = {}
    try:
        values = load_offer(typed)
    except Invalid as error:
        faults = dict(error.fields)
    plot_ids: list[int] = []
    for code in typed.get("plots", "").replace(",", " ").replace("，", " ").upper().split():
        if code == "ALL":
            plot_ids += farm.all_plot_ids()
            continue
        found = [farm.find_plot_id(code)] if "-" in code else farm.plot_ids_of_grid(code)
        if not found or None in found:
            faults["plots"] = _("没有 %(code)s 这一桁或这一格。", code=code)
        plot_ids += [plot_id for plot_id in found if plot_id is not None]
    if not plot_ids and "plots" not in faults:
        faults["plots"] = _("是空的，请补上。")
    if faults:
        raise Invalid(faults)
    return values, plot_ids


def _typed(terms: dict[str, Any]) -> dict[str, str]:
    typed = {name: str(value) for name, value in terms.items()}
    for name, key in (
        ("service_fee_bp", "service_fee"),
        ("fund_bp", "fund"),
        ("host_bp", "host"),
        ("gateway_fee_bp", "gateway_fee"),
        ("holdback_bp", "holdback"),
        ("household_floor_bp", "household_floor"),
        ("price_fen", "price"),
        ("parcel_cost_fen", "parcel_cost"),
    ):
        if name in terms:
            typed[key] = f"{Decimal(terms[name]) / 100:f}"
    if "promised_net_g" in terms:
        typed["promised_kg"] = f"{Decimal(terms['promised_net_g']) / 1000:f}"
    typed["sale_from_on"] = clock.day_of(terms["sale_starts_at"]).isoformat()
    typed["sale_to_on"] = clock.day_of(terms["sale_ends_at"]).isoformat()
    return typed


def _form(typed: dict[str, str], faults: dict[str, str], offer_id: int | None) -> str:
    return render_template("offers/form.html", typed=typed, faults=faults, offer_id=offer_id)


def _show(offer_id: int, refusal: str) -> str:
    offer = queries.get_offer(offer_id)
    rule = SplitRule.from_json(offer.split_rule)
    codes = sorted(farm.plot_codes(queries.plot_ids_of_offer(offer_id)).values())
    plain = split(offer.price_fen, rule, hosted=False)
    hosted = split(offer.price_fen, rule, hosted=True)
    floor_fen = percent_of(offer.price_fen, rule.household_floor_bp)
    in_the_way = ""
    if offer.state is OfferState.DRAFT:
        try:
            check_publishable(offer_id, offer.price_fen, rule)
        except DomainError as error:
            in_the_way = error.message
    return render_template(
        "offers/show.html",
        offer=offer,
        rule=rule,
        plain=plain,
        hosted=hosted,
        bar=(
            plain.household_fen,
            plain.parcel_fen,
            plain.service_fee_fen,
            plain.fund_fen,
            plain.gateway_fee_fen,
            plain.host_fen,
        ),
        floor_fen=floor_fen,
        floor_ok=hosted.household_fen >= max(1, floor_fen),
        plot_codes=codes,
        grids=Counter(code.partition("-")[0] for code in codes),
        refusal=refusal,
        in_the_way=in_the_way,
    )
