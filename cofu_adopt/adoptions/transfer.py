"""An order that waits for a bank transfer: how many a person may have, its instructions, and what she is told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import func, select

from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.queries import find_own, label_of
from cofu_adopt.adoptions.rules import rope_label
from cofu_adopt.core import bus
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.events import AdoptionTransferNews
from cofu_adopt.farm import queries as farm
from cofu_adopt.payments import transfer_queries
from cofu_adopt.payments.models import Payment
from cofu_adopt.payments.rules import LIVE_PAYMENTS
from cofu_adopt.payments.transfer_errors import NoTransferOpen, TooManyTransfers
from cofu_adopt.payments.transfer_gateway import PROVIDER
from cofu_adopt.payments.transfer_queries import Instructions


@dataclass(frozen=True, slots=True)
class OrderFace:
    """Which order, for finance."""

    code: str
    label: str
    person_id: int
    state: AdoptionState


def faces_of_orders(order_ids: Collection[int]) -> dict[int, OrderFace]:
    """The orders of these ids, in one query; nothing of where they are delivered."""
    rows = db.session.execute(
        select(
            Adoption.id, Adoption.code, Adoption.plot_id, Adoption.rope_number, Adoption.person_id, Adoption.state
        ).where(Adoption.id.in_(order_ids))
    )
    return {
        row.id: OrderFace(
            row.code, rope_label(farm.plot_code(row.plot_id), row.rope_number), row.person_id, AdoptionState(row.state)
        )
        for row in rows
    }


def check_limit(adoption: Adoption) -> None:
    """Refuse one more transfer than TRANSFER_OPEN_LIMIT; the caller has locked the person. Raises TooManyTransfers.

    Each keeps a rope for days, so that nobody may keep the sea by promising to pay.
    """
    limit = current_app.extensions["settings"].transfer_open_limit
    others = db.session.scalar(
        select(func.count())
        .select_from(Payment)
        .join(Adoption, Adoption.id == Payment.order_id)
        .where(
            Adoption.person_id == adoption.person_id,
            Adoption.id != adoption.id,
            Payment.provider == PROVIDER,
            Payment.state.in_(LIVE_PAYMENTS),
        )
    )
    if (others or 0) >= limit:
        raise TooManyTransfers(limit=limit)


def get_own_instructions(code: str, person_id: int) -> Instructions:
    """Where and how to transfer for the person's order. Raises NotFound, NoTransferOpen."""
    found = transfer_queries.find_instructions(find_own(code, person_id).id)
    if found is None:
        raise NoTransferOpen
    return found


def say_sent(code: str, person_id: int) -> None:
    """The payer says that the transfer is on its way: finance sees it, and nothing moves. Raises NotFound."""
    adoption = find_own(code, person_id)
    if adoption.state != AdoptionState.HELD or not transfer_queries.mark_sent(adoption.id):
        raise NotFound


def tell_news(
    adoption: Adoption, news: str, fact: str, ref: str, amount_fen: int, until: datetime, *, missing_fen: int = 0
) -> None:
    """Publish what the adopter must know of her transfer."""
    bus.publish(
        AdoptionTransferNews(
            adoption_id=adoption.id,
            person_id=adoption.person_id,
            code=adoption.code,
            rope_label=label_of(adoption),
            receipt_email=adoption.receipt_email,
            locale=adoption.locale,
            news=news,
            fact=fact,
            ref=ref,
            amount_fen=amount_fen,
            missing_fen=missing_fen,
            until=until,
        )
    )


def tell_over(adoption: Adoption) -> None:
    """The hold has ended; where it had waited for a transfer, say that the rope is free."""
    last = transfer_queries.find_last(adoption.id)
    if last is not None:
        tell_news(adoption, "over", f"payment:{last.payment_id}:over", last.ref, last.amount_fen, adoption.held_until)
