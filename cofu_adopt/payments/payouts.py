"""What a gateway has sent to our bank, and line by line of what it is made. Stored as told, for the reconciliation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.core import bus, clock, due
from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.core.due import Due
from cofu_adopt.events import PayoutFailed, PayoutSent
from cofu_adopt.payments.dispute_models import GatewayPayoutRow, PayoutStep, SettlementRow
from cofu_adopt.payments.gateway import GatewayPayout, SettlementLine, gateway, providers

FETCH_PAYOUTS, FETCH_LINES = "fetch_payouts", "fetch_lines"
LOOK_BACK = timedelta(days=30)
"""How far back is asked each time: a payout may still fail after days."""
FAILED = frozenset({"failed", "canceled"})
"""What the gateway says of a payout whose money is in its balance again."""


def ask_for_payouts() -> None:
    """Make asking each gateway for its payouts due; should a notification be lost."""
    with unit_of_work():
        for provider in providers():
            due.declare(FETCH_PAYOUTS, provider, clock.now())


def fetch_payouts(row: Due) -> None:
    """Ask a gateway for its payouts and store them; opens its own units of work, and may be repeated."""
    found = list(gateway(row.subject).payouts_since(clock.now() - LOOK_BACK))
    with unit_of_work("payouts.store"):
        for payout in found:
            _store(row.subject, payout)


def fetch_lines(row: Due) -> None:
    """Ask for the lines of a payout and store those that are not stored; opens its own units of work."""
    with unit_of_work(writes=False):
        payout = db.session.get_one(GatewayPayoutRow, int(row.subject))
    if payout.lines_at is not None:
        return
    lines = list(gateway(payout.provider).settlement(payout.gateway_ref))
    with unit_of_work("payouts.lines"):
        _store_lines(payout, lines)
        db.session.get_one(GatewayPayoutRow, payout.id).lines_at = clock.now()


def _store(provider: str, word: GatewayPayout) -> None:
    failed = word.state in FAILED
    new_id = db.session.scalar(
        _insert()(GatewayPayoutRow)
        .values(
            provider=provider,
            gateway_ref=word.ref,
            amount_fen=word.amount_fen,
            currency=word.currency,
            arrives_on=word.arrives_on,
            state=PayoutStep.SENT,
            gateway_state=word.state[:20],
            seen_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["provider", "gateway_ref"])
        .returning(GatewayPayoutRow.id)
    )
    payout = db.session.scalars(
        select(GatewayPayoutRow)
        .where(GatewayPayoutRow.provider == provider, GatewayPayoutRow.gateway_ref == word.ref)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    payout.gateway_state, payout.arrives_on = word.state[:20], word.arrives_on
    if new_id is not None:
        due.declare(FETCH_LINES, payout.id, clock.now())
        bus.publish(PayoutSent(payout.id, provider, payout.amount_fen, payout.currency))
    if failed and payout.state == PayoutStep.SENT:
        payout.state = PayoutStep.FAILED
        db.session.flush()
        if payout.amount_fen:
            bus.publish(PayoutFailed(payout.id, provider))


def _store_lines(payout: GatewayPayoutRow, lines: list[SettlementLine]) -> None:
    rows = [
        {
            "payout_id": payout.id,
            "provider": payout.provider,
            "gateway_ref": line.ref,
            "kind": line.kind[:60],
            "source_ref": line.source_ref,
            "gross_fen": line.gross_fen,
            "fee_fen": line.fee_fen,
            "net_fen": line.net_fen,
            "currency": line.currency,
            "at": line.at,
        }
        for line in lines
    ]
    if rows:
        db.session.execute(
            _insert()(SettlementRow).on_conflict_do_nothing(index_elements=["provider", "gateway_ref"]), rows
        )


def _insert() -> Any:
    return postgresql_insert if is_postgresql() else sqlite_insert
