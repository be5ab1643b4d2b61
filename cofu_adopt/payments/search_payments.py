"""The desk's reads of payments: filtered, found by order or by what a gateway calls them, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from cofu_adopt.core.clock import SHANGHAI
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.payments.models import GatewayEvent, Payment, PaymentState, Refund

COUNT_AT_MOST = 1000
COLUMNS = (
    "id", "order_id", "state", "amount_fen", "currency", "provider", "wallet", "livemode", "gateway_ref", "payment_ref",
    "fee_fen", "opened_at", "expires_at", "succeeded_at", "closed_at", "refundable_until", "review_reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """Which payments; what is None does not matter. Days are those on which the payment was begun.

    `reference`: what a gateway calls the payment or one of its refunds. `livemode`: True for real money only.
    """

    state: PaymentState | None = None
    provider: str | None = None
    from_on: date | None = None
    to_on: date | None = None
    order_id: int | None = None
    reference: str | None = None
    livemode: bool | None = None


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment, for the desk."""

    id: int
    order_id: int
    state: PaymentState
    amount_fen: int
    currency: str
    provider: str
    wallet: str | None
    livemode: bool
    gateway_ref: str | None
    payment_ref: str | None
    fee_fen: int | None
    opened_at: datetime
    expires_at: datetime
    succeeded_at: datetime | None
    closed_at: datetime | None
    refundable_until: datetime | None
    review_reason: str | None


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """A page of the list, newest first, with the cursors to its neighbours."""

    rows: tuple[PaymentLine, ...]
    newer_after: int | None
    older_before: int | None


def list_page(
    wanted: PaymentFilter, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> PaymentPage:
    """The payments that fit, newest first: the newest, those older than `before`, or those newer than `after`."""
    query = _columns().where(*_conditions(wanted))
    if after is not None:
        query = query.where(Payment.id > after).order_by(Payment.id)
    else:
        query = query.order_by(Payment.id.desc())
        if before is not None:
            query = query.where(Payment.id < before)
    found = list(db.session.execute(query.limit(limit + 1)))
    more, found = len(found) > limit, found[:limit]
    if after is not None:
        found.reverse()
    if not found:
        return PaymentPage((), None, None)
    is_first = before is None and after is None
    return PaymentPage(
        tuple(_line(row) for row in found),
        newer_after=None if is_first or (after is not None and not more) else found[0].id,
        older_before=found[-1].id if more or after is not None else None,
    )


def each_payment(wanted: PaymentFilter, *, piece: int = 2000) -> Iterator[list[PaymentLine]]:
    """All payments that fit, newest first, in pieces of bounded memory; for exports."""
    conditions, before = _conditions(wanted), None
    while True:
        query = _columns().where(*conditions).order_by(Payment.id.desc()).limit(piece)
        found = list(db.session.execute(query if before is None else query.where(Payment.id < before)))
        if not found:
            return
        yield [_line(row) for row in found]
        before = found[-1].id


def count_payments(wanted: PaymentFilter) -> int:
    """How many payments fit, counted up to COUNT_AT_MOST + 1."""
    some = select(Payment.id).where(*_conditions(wanted)).limit(COUNT_AT_MOST + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def get_payment(payment_id: int) -> PaymentLine:
    """The payment. Raises NotFound."""
    found = db.session.execute(_columns().where(Payment.id == payment_id)).first()
    if found is None:
        raise NotFound
    return _line(found)


def find_by_references(refs: set[str]) -> dict[str, int]:
    """The payments that gateways' references are about, directly or through a refund, by reference; in two queries."""
    if not refs:
        return {}
    own = select(Payment.id, Payment.gateway_ref, Payment.payment_ref).where(
        or_(Payment.gateway_ref.in_(refs), Payment.payment_ref.in_(refs))
    )
    found = {ref: row.id for row in db.session.execute(own) for ref in (row.gateway_ref, row.payment_ref) if ref}
    refunds = select(Refund.gateway_ref, Refund.payment_id).where(Refund.gateway_ref.in_(refs))
    found |= {row.gateway_ref: row.payment_id for row in db.session.execute(refunds)}
    return {ref: payment_id for ref, payment_id in found.items() if ref in refs}


def _columns() -> Any:
    return select(*(getattr(Payment, name) for name in COLUMNS))


def _line(row: Any) -> PaymentLine:
    values = {name: getattr(row, name) for name in COLUMNS}
    return PaymentLine(**values | {"state": PaymentState(row.state)})


def _conditions(wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        conditions.append(Payment.state == wanted.state)
    if wanted.provider is not None:
        conditions.append(Payment.provider == wanted.provider)
    if wanted.livemode is not None:
        conditions.append(Payment.livemode.is_(wanted.livemode))
    if wanted.from_on is not None:
        conditions.append(Payment.opened_at >= datetime.combine(wanted.from_on, time.min, SHANGHAI))
    if wanted.to_on is not None:
        end = datetime.combine(wanted.to_on, time.min, SHANGHAI) + timedelta(days=1)
        conditions.append(Payment.opened_at < end)
    if wanted.order_id is not None:
        conditions.append(Payment.order_id == wanted.order_id)
    if wanted.reference is not None:
        conditions.append(_called(wanted.reference))
    return conditions


def _called(reference: str) -> ColumnElement[bool]:
    refunded = select(Refund.payment_id).where(or_(Refund.gateway_ref == reference, Refund.key == reference))
    told = select(GatewayEvent.object_ref).where(GatewayEvent.event_id == reference)
    return or_(
        Payment.gateway_ref == reference,
        Payment.payment_ref == reference,
        Payment.key == reference,
        Payment.id.in_(refunded),
        Payment.gateway_ref.in_(told),
    )
