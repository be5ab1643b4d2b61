"""Which endpoints need a person; registered for the desk's list of exceptions."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from cofu_adopt.core.db import db
from cofu_adopt.core.registry import Matter, exception
from cofu_adopt.webhooks.models import OffReason, WebhookEndpoint
from cofu_adopt.webhooks.words import OFF_WORDS


@exception("webhook_off", _l("推送停了"))
def endpoints_that_went_off(limit: int) -> Sequence[Matter]:
    """Endpoints that no operator turned off."""
    query = (
        select(WebhookEndpoint)
        .where(
            WebhookEndpoint.off_reason.in_((OffReason.GONE, OffReason.FAILING)), WebhookEndpoint.deleted_at.is_(None)
        )
        .order_by(WebhookEndpoint.off_at, WebhookEndpoint.id)
        .limit(limit)
    )
    return [
        Matter(
            _("%(name)s：%(why)s", name=row.name, why=OFF_WORDS[OffReason(row.off_reason or OffReason.FAILING)]),
            _("问对方。好了就开启，再把没送到的重发；不要了就删掉。"),
            row.off_at,
            f"/desk/webhooks/{row.id}",
        )
        for row in db.session.scalars(query)
    ]
