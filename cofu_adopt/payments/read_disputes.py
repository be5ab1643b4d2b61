"""Disputes as the desk shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.core.registry import EvidenceText
from cofu_adopt.payments.dispute_models import Dispute, DisputeStep
from cofu_adopt.payments.models import Payment
from cofu_adopt.payments.rules import OPEN_DISPUTES

MOST = 200


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """One dispute. `loss_fen`: what of a lost one nothing covers."""

    id: int
    payment_id: int
    order_id: int
    provider: str
    gateway_ref: str
    state: DisputeStep
    amount_fen: int
    fee_fen: int
    loss_fen: int
    reason: str
    answer_until: datetime | None
    opened_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    evidence: Mapping[str, EvidenceText]
    evidence_stored_at: datetime | None
    evidence_sent_at: datetime | None
    evidence_error: str | None
    is_decided: bool
    is_stored: bool
    """True while an answer is on its way or has been sent: no other can be written."""

    @property
    def answerable(self) -> bool:
        """True while staff can still write the answer."""
        return self.state is DisputeStep.OPENED and not self.is_stored


def list_disputes(*, before: int | None = None) -> list[DisputeRow]:
    """The undecided disputes first, the one that must be answered soonest on top; then the decided, newest first."""
    undecided = _query().where(Dispute.state.in_(OPEN_DISPUTES)).order_by(Dispute.answer_until, Dispute.id)
    decided = _query().where(Dispute.state.not_in(OPEN_DISPUTES)).order_by(Dispute.id.desc()).limit(MOST)
    if before is not None:
        return [_row(*row) for row in db.session.execute(decided.where(Dispute.id < before))]
    return [_row(*row) for query in (undecided, decided) for row in db.session.execute(query)]


def page_disputes(*, only_open: bool, before_id: int | None, limit: int) -> list[DisputeRow]:
    """All disputes, or the undecided, newest first; those before `before_id`, at most `limit`."""
    query = _query().order_by(Dispute.id.desc()).limit(limit)
    if only_open:
        query = query.where(Dispute.state.in_(OPEN_DISPUTES))
    if before_id is not None:
        query = query.where(Dispute.id < before_id)
    return [_row(*row) for row in db.session.execute(query)]


def get_dispute(dispute_id: int) -> DisputeRow:
    """One dispute. Raises NotFound."""
    found = db.session.execute(_query().where(Dispute.id == dispute_id)).one_or_none()
    if found is None:
        raise NotFound
    return _row(*found)


def list_disputes_of(order_id: int) -> list[DisputeRow]:
    """The disputes of an order, oldest first."""
    query = _query().where(Payment.order_id == order_id).order_by(Dispute.id)
    return [_row(*row) for row in db.session.execute(query)]


def _query() -> Select[Dispute, int]:
    return select(Dispute, Payment.order_id).join(Payment, Payment.id == Dispute.payment_id)


def _row(row: Dispute, order_id: int) -> DisputeRow:
    state = DisputeStep(row.state)
    return DisputeRow(
        id=row.id,
        payment_id=row.payment_id,
        order_id=order_id,
        provider=row.provider,
        gateway_ref=row.gateway_ref,
        state=state,
        amount_fen=row.amount_fen,
        fee_fen=row.fee_fen,
        loss_fen=row.amount_fen - row.covered_fen if state is DisputeStep.LOST else 0,
        reason=row.reason,
        answer_until=row.answer_until,
        opened_at=row.opened_at,
        answered_at=row.answered_at,
        closed_at=row.closed_at,
        evidence={name: EvidenceText(**told) for name, told in (row.evidence or {}).items()},
        evidence_stored_at=row.evidence_stored_at,
        evidence_sent_at=row.evidence_sent_at,
        evidence_error=row.evidence_error,
        is_decided=state not in OPEN_DISPUTES,
        is_stored=row.evidence_key is not None,
    )
