"""One order as the desk sees it: the delivery masked, and shown whole only for a reason that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.rules import rope_label
from cofu_adopt.core import audit
from cofu_adopt.core.crypto import mask
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm import queries as farm

DELIVERY_FIELDS = ("recipient", "phone", "province", "city", "district", "street", "detail")


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """An order; of its delivery only what does not say who lives where."""

    id: int
    code: str
    state: AdoptionState
    label: str
    plot_code: str
    person_id: int
    offer_id: int
    season: int
    price_fen: int
    currency: str
    parcels: int
    promised_net_g: int
    harvest_from_on: date
    harvest_to_on: date
    cancel_until_on: date
    created_at: datetime
    held_until: datetime
    paid_at: datetime | None
    ended_at: datetime | None
    rope_name: str | None
    locale: str
    fresh_goods_confirmed_at: datetime | None
    fresh_goods_text_version: str | None
    recipient_masked: str
    phone_masked: str
    place: str
    email_masked: str

    @property
    def has_delivery(self) -> bool:
        """True when there is something to reveal."""
        return bool(self.recipient_masked)


def get_detail(code: str) -> OrderDetail:
    """The order with this code, whosever it is. Raises NotFound."""
    row = _get(code)
    delivery, plot_code = row.delivery or {}, farm.plot_code(row.plot_id)
    return OrderDetail(
        id=row.id,
        code=row.code,
        state=AdoptionState(row.state),
        label=rope_label(plot_code, row.rope_number),
        plot_code=plot_code,
        person_id=row.person_id,
        offer_id=row.offer_id,
        season=row.season,
        price_fen=row.price_fen,
        currency=row.currency,
        parcels=row.parcels,
        promised_net_g=row.promised_net_g,
        harvest_from_on=row.harvest_from_on,
        harvest_to_on=row.harvest_to_on,
        cancel_until_on=row.cancel_until_on,
        created_at=row.created_at,
        held_until=row.held_until,
        paid_at=row.paid_at,
        ended_at=row.ended_at,
        rope_name=row.rope_name,
        locale=row.locale,
        fresh_goods_confirmed_at=row.fresh_goods_confirmed_at,
        fresh_goods_text_version=row.fresh_goods_text_version,
        recipient_masked=mask(delivery.get("recipient"), head=1, tail=0),
        phone_masked=mask(delivery.get("phone")),
        place=" ".join(delivery[name] for name in ("province", "city", "district") if delivery.get(name)),
        email_masked=mask(row.receipt_email, head=1, tail=4),
    )


def reveal_delivery(code: str, reason: str) -> dict[str, str]:
    """The whole delivery of the order, for `reason`, which the audit log keeps; never the delivery itself.

    Raises NotFound, also when there is no delivery yet.
    """
    row = _get(code)
    if row.delivery is None:
        raise NotFound
    audit.record("adoption.reveal", "adoption", row.id, after={"field": "delivery", "reason": reason})
    delivery = row.delivery
    return {name: delivery[name] for name in DELIVERY_FIELDS if delivery.get(name)}


def _get(code: str) -> Adoption:
    found = db.session.scalar(select(Adoption).where(Adoption.code == code))
    if found is None:
        raise NotFound
    return found
