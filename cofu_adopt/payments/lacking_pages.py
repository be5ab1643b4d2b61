"""Gateway pages that did not offer all ways to pay that the settings want: a wallet is switched off there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.registry import Matter, exception
from cofu_adopt.payments.models import Payment

LACKING_SINCE = timedelta(days=1)
MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class LackingPage:
    """A gateway's page that did not offer all ways to pay."""

    payment_id: int
    order_id: int
    opened_at: datetime
    wallets: tuple[str, ...]
    """Those that are missing."""


def list_lacking_pages() -> list[LackingPage]:
    """The pages of the last day on which a way to pay was missing, newest first."""
    query = (
        select(Payment)
        .where(Payment.missing_wallets.is_not(None), Payment.opened_at > clock.now() - LACKING_SINCE)
        .order_by(Payment.id.desc())
        .limit(MOST_PAGES)
    )
    return [
        LackingPage(row.id, row.order_id, row.opened_at, tuple((row.missing_wallets or "").split(",")))
        for row in db.session.scalars(query)
    ]


def count_lacking_pages() -> int:
    """How many pages of the last day lacked a way to pay."""
    query = select(func.count()).where(
        Payment.missing_wallets.is_not(None), Payment.opened_at > clock.now() - LACKING_SINCE
    )
    return db.session.scalar(query) or 0


@exception("lacking_wallets", _l("支付页少了付款方式"))
def lacking_wallets(limit: int) -> Sequence[Matter]:
    """One matter, however many pages there were: it is one setting at the gateway."""
    pages = list_lacking_pages()
    if not pages or limit < 1:
        return []
    return [
        Matter(
            words=_("少了：%(wallets)s", wallets="、".join(pages[0].wallets)),
            todo=_("到支付渠道的后台打开它；不再要的，从 STRIPE_WALLETS 里去掉。"),
            since=pages[-1].opened_at,
            order_id=pages[0].order_id,
        )
    ]
