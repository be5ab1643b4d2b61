"""Every route of the product."""

from __future__ import annotations

from types import ModuleType

from flask import (
    Blueprint,
    Flask,
)
from flask_wtf.csrf import CSRFProtect

from cofu_adopt.adoptions import api as adoptions_api
from cofu_adopt.adoptions import credit_api, credit_pages
from cofu_adopt.adoptions import desk_api as _desk_api  # noqa: F401 - more operations of adoptions_api.desk_bp
from cofu_adopt.adoptions import pages as adoption_pages
from cofu_adopt.adoptions import refund_api as _refund_api  # noqa: F401 - more operations of adoptions_api.bp
from cofu_adopt.adoptions import refund_pages as refund_account_pages
from cofu_adopt.adoptions import reveal_api as _reveal_api  # noqa: F401 - more operations of adoptions_api.desk_bp
from cofu_adopt.core import (
    health,
    metrics_pages,
)
from cofu_adopt.core.api import ApiBlueprint, IdConverter
from cofu_adopt.core.media import api as media_api
from cofu_adopt.core.media import pages as media_pages
from cofu_adopt.farm import api as farm_api
from cofu_adopt.farm import desk_reads_api as _desk_reads_api  # noqa: F401 - more operations of farm_api.desk_bp
from cofu_adopt.farm import import_api
from cofu_adopt.farm import pages as farm_pages
from cofu_adopt.farm import reveal_api as _farm_reveal_api  # noqa: F401 - more operations of farm_api.desk_bp
from cofu_adopt.growth import api as growth_api
from cofu_adopt.growth import desk_api as growth_desk_api
from cofu_adopt.growth import desk_pages as growth_desk_pages
from cofu_adopt.growth import desk_update_api as _desk_update_api  # noqa: F401 - more operations of growth_desk_api.bp
from cofu_adopt.growth import diary_export_api as _diary_export_api  # noqa: F401 - more operations of growth_desk_api.bp
from cofu_adopt.growth import diary_export_pages, outlook_pages, silent_pages, species_pages
from cofu_adopt.growth import household_pages as growth_household_pages
from cofu_adopt.growth import species_api as _species_api  # noqa: F401 - more operations of growth_desk_api.bp
from cofu_adopt.growth.talk import api as talk_api
from cofu_adopt.growth.talk import desk_api as _talk_desk_api  # noqa: F401 - more operations of talk_api.desk_bp
from cofu_adopt.growth.talk import desk_pages as talk_desk_pages
from cofu_adopt.growth.talk import household_pages as talk_household_pages
from cofu_adopt.identity import api as identity_api
from cofu_adopt.identity import confirm_pages, people_api, people_pages, security_pages, token_pages
from cofu_adopt.identity import pages as identity_pages
from cofu_adopt.notify import api as notify_api
from cofu_adopt.notify import link_pages, preferences_api, settings_pages
from cofu_adopt.notify import pages as notify_pages
from cofu_adopt.offers import api as offers_api
from cofu_adopt.offers import pages as offer_pages
from cofu_adopt.payments import api as payment_api
from cofu_adopt.payments import sandbox_money_pages, sandbox_pages
from cofu_adopt.remedies import api as remedies_api
from cofu_adopt.remedies import desk_api as remedies_desk_api
from cofu_adopt.remedies import pages as remedy_choice_pages
from cofu_adopt.screens import api as screens_api
from cofu_adopt.screens import (
    api_pages,
    audit_api,
    audit_pages,
    boat_api,
    boat_pages,
    cancel_pages,
    desk_pages,
    disputes_api,
    disputes_pages,
    exceptions_pages,
    export_api,
    export_pages,
    households_pages,
    inbox_pages,
    kit_pages,
    money_api,
    my_pages,
    orders_pages,
    overview_api,
    payments_pages,
    payouts_pages,
    refund_acts_pages,
    refund_ask_pages,
    refunds_api,
    refunds_pages,
    remedy_pages,
    rope_api,
    rope_pages,
    sea_pages,
    share_pages,
    shop_pages,
    static_url,
    talk_pages,
    transfers_api,
    transfers_pages,
)
from cofu_adopt.screens import refund_acts_api as _refund_acts_api  # noqa: F401 - more operations of refunds_api.bp
from cofu_adopt.screens import refund_by_hand_api as _refund_by_hand_api  # noqa: F401 - more of refunds_api.bp
from cofu_adopt.webhooks import api as webhooks_api
from cofu_adopt.webhooks import pages as webhooks_pages
from config import Settings

API: tuple[ApiBlueprint, ...] = (
    screens_api.bp,
    farm_api.bp,
    offers_api.bp,
    identity_api.bp,
    adoptions_api.bp,
    rope_api.bp,
    remedies_api.bp,
    credit_api.bp,
    notify_api.bp,
    preferences_api.bp,
    boat_api.bp,
    farm_api.household_bp,
    media_api.bp,
    growth_api.bp,
    talk_api.bp,
    offers_api.desk_bp,
    adoptions_api.desk_bp,
    money_api.bp,
    refunds_api.bp,
    farm_api.desk_bp,
    import_api.bp,
    webhooks_api.bp,
    growth_desk_api.bp,
    talk_api.desk_bp,
    transfers_api.bp,
    disputes_api.bp,
    remedies_desk_api.bp,
    audit_api.bp,
    export_api.bp,
    people_api.bp,
    overview_api.bp,
)
"""The parts of /api/v1, in the order in which they are documented."""


PAGES: tuple[ModuleType, ...] = (
    health,
    metrics_pages,
    static_url,
    media_pages,
    shop_pages,
    my_pages,
    boat_pages,
    rope_pages,
    talk_pages,
    share_pages,
    desk_pages,
    orders_pages,
    exceptions_pages,
    payments_pages,
    inbox_pages,
    export_pages,
    cancel_pages,
    disputes_pages,
    payouts_pages,
    refunds_pages,
    refund_acts_pages,
    refund_ask_pages,
    remedy_pages,
    households_pages,
    sea_pages,
    transfers_pages,
    audit_pages,
    adoption_pages,
    refund_account_pages,
    remedy_choice_pages,
    credit_pages,
    identity_pages,
    confirm_pages,
    security_pages,
    people_pages,
    token_pages,
    notify_pages,
    settings_pages,
    farm_pages,
    growth_household_pages,
    growth_desk_pages,
    webhooks_pages,
    silent_pages,
    outlook_pages,
    species_pages,
    diary_export_pages,
    talk_household_pages,
    talk_desk_pages,
    offer_pages,
    api_pages,
)
"""The modules of pages, each with its `bp`."""


def register_blueprints(app: Flask, settings: Settings, csrf: CSRFProtect) -> None:
    """Every route of the product."""
    app.url_map.converters["id"] = IdConverter
    for module in PAGES:
        app.register_blueprint(module.bp)
    # The links of e-mails are signed themselves, and mail programs post to them.
    stateless: tuple[Blueprint, ...] = (payment_api.bp, link_pages.bp, *API)
    for blueprint in stateless:
        # They know no session, so that no other site can use one.
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    if settings.is_safe_environment:
        if settings.payment_gateway == "sandbox":
            app.register_blueprint(sandbox_pages.bp)
            app.register_blueprint(sandbox_money_pages.bp)
        app.register_blueprint(kit_pages.bp)
