"""Offline bank transfer as a gateway: the payer writes a reference into the remark, finance confirms the bank's line.

Its book is ours (transfer_models.py), so the word "paid" is a person's, with the bank's line beside it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.payments.gateway import (
    BadNotification,
    Checkout,
    CheckoutRequest,
    CheckoutState,
    GatewayDispute,
    GatewayPayout,
    GatewayRefund,
    Notification,
    Rejected,
    SettlementLine,
)
from cofu_adopt.payments.transfer_models import BankLine, LineMatch, TransferRequest, TransferState
from cofu_adopt.payments.transfer_rules import ALPHABET, LONG, make_ref
from config import Settings

PROVIDER = "transfer"
WALLET = "bank_transfer"
STATES = {
    TransferState.OPEN: CheckoutState.OPEN,
    TransferState.PAID: CheckoutState.PAID,
    TransferState.CLOSED: CheckoutState.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class TransferGateway:
    """A gateway that is a bank account and a person who reads its lines."""

    holder: str
    bank: str
    number: str
    wait: timedelta
    livemode: bool
    name: str = PROVIDER

    def create_checkout(self, request: CheckoutRequest) -> Checkout:
        """Wait for a transfer under a new reference, or give the one that this key began before."""
        with unit_of_work():
            insert = postgresql_insert if is_postgresql() else sqlite_insert
            row = None
            while row is None:
                # Neither the key twice nor a reference twice: the latter is drawn again.
                db.session.execute(
                    insert(TransferRequest)
                    .values(
                        ref=make_ref(secrets.randbelow(len(ALPHABET) ** LONG)),
                        key=request.key,
                        amount_fen=request.amount_fen,
                        currency=request.currency,
                        state=TransferState.OPEN,
                        booked_fen=0,
                        return_url=request.return_url,
                        created_at=clock.now(),
                        expires_at=request.expires_at,
                    )
                    .on_conflict_do_nothing()
                )
                row = db.session.scalar(select(TransferRequest).where(TransferRequest.key == request.key))
            return checkout_of(row)

    def fetch(self, ref: str) -> Checkout:
        """The transfer as it stands. Our own clock closes none: its payment is closed when the hold ends."""
        with unit_of_work(writes=False):
            row = db.session.get(TransferRequest, ref)
            if row is None:
                raise Rejected(ref)
            return checkout_of(row)

    def close(self, ref: str) -> Checkout:
        """Wait no longer for a transfer that has not come; one that has come stays paid."""
        with unit_of_work():
            row = db.session.get(TransferRequest, ref, with_for_update=True, populate_existing=True)
            if row is None:
                raise Rejected(ref)
            if row.state == TransferState.OPEN:
                row.state = TransferState.CLOSED
            return checkout_of(row)

    def refund(self, *, key: str, checkout_ref: str, amount_fen: int) -> GatewayRefund:
        """A bank account gives nothing back by itself: every refund is made by hand."""
        raise Rejected(f"{key}, {checkout_ref}: {amount_fen} fen go back by hand")

    def fetch_refund(self, ref: str) -> GatewayRefund:
        """There are none."""
        raise Rejected(ref)

    def fetch_dispute(self, ref: str) -> GatewayDispute:
        """There are none."""
        raise Rejected(ref)

    def send_evidence(self, *, key: str, ref: str, evidence: Mapping[str, str]) -> GatewayDispute:
        """There are no disputes."""
        raise Rejected(f"{key}, {ref}: {len(evidence)}")

    def parse(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Nobody notifies us of a bank transfer."""
        raise BadNotification(f"{len(headers)} headers, {len(body)} bytes")

    def events_since(self, at: datetime) -> Iterator[Notification]:
        """A bank account tells nothing."""
        del at
        yield from ()

    def payouts_since(self, at: datetime) -> Iterator[GatewayPayout]:
        """The money is in the bank already."""
        del at
        yield from ()

    def settlement(self, payout_ref: str) -> Iterator[SettlementLine]:
        """The money is in the bank already."""
        raise Rejected(payout_ref)


def from_settings(settings: Settings) -> TransferGateway:
    """The account of TRANSFER_ACCOUNT, which config.py has found sound."""
    holder, bank, number = settings.transfer_payee
    wait = timedelta(hours=settings.transfer_wait_hours)
    return TransferGateway(holder, bank, number, wait, livemode=not settings.is_safe_environment)


def find_transfer() -> TransferGateway | None:
    """The account to which payers transfer, where the settings name one."""
    found = current_app.extensions["gateways"].get(PROVIDER)
    return found if isinstance(found, TransferGateway) else None


def checkout_of(row: TransferRequest) -> Checkout:
    """The transfer in the port's words. Its page is the order's own."""
    gateway = find_transfer()
    return Checkout(
        ref=row.ref,
        client_reference=row.key,
        state=STATES[TransferState(row.state)],
        amount_fen=row.amount_fen,
        currency=row.currency,
        livemode=gateway.livemode if gateway else True,
        url=row.return_url,
        wallet=WALLET,
    )


def received_fen(ref: str) -> int:
    """What of the bank's lines is counted for the transfer."""
    total = db.session.scalar(
        select(func.coalesce(func.sum(BankLine.amount_fen), 0))
        .join(LineMatch, LineMatch.line_id == BankLine.id)
        .where(LineMatch.ref == ref, LineMatch.undone_at.is_(None))
    )
    return int(total or 0)
