"""Answer a dispute: store what is sent, with its key; call; store the answer. Each step is resumable from its row."""

from __future__ import annotations

from dataclasses import asdict
from uuid import uuid4

import structlog
from flask_babel import gettext as _

from cofu_adopt.core import audit, clock, due, registry
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import Due
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.core.registry import EvidenceText
from cofu_adopt.payments.dispute import apply_dispute
from cofu_adopt.payments.dispute_models import Dispute, DisputeStep
from cofu_adopt.payments.errors import DisputeNotOpen
from cofu_adopt.payments.gateway import Rejected, gateway
from cofu_adopt.payments.models import Payment

SEND_EVIDENCE = "send_evidence"
LONGEST_NOTE = 2000
NOTE = "note"
log = structlog.get_logger()


def load_note(typed: str) -> str:
    """The note to the bank, tidied. Raises Invalid for one that is too long."""
    note = typed.replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        raise Invalid({NOTE: _("说明最多 %(count)s 个字。", count=LONGEST_NOTE)})
    return note


def collect_evidence(dispute_id: int) -> dict[str, EvidenceText]:
    """What would be sent now, by name, in the open unit of work. Raises NotFound."""
    dispute = db.session.get(Dispute, dispute_id)
    if dispute is None:
        raise NotFound
    return registry.evidence_of(db.session.get_one(Payment, dispute.payment_id).order_id)


def decide_answer(dispute_id: int, note: str) -> None:
    """Store what is sent, in the open unit of work, and make sending it due: it cannot be taken back.

    Raises NotFound, and DisputeNotOpen when an answer is stored or the bank has decided.
    """
    evidence = collect_evidence(dispute_id)
    payment_id = db.session.get_one(Dispute, dispute_id).payment_id
    db.session.get_one(Payment, payment_id, with_for_update=True)
    dispute = db.session.get_one(Dispute, dispute_id, with_for_update=True, populate_existing=True)
    if dispute.state != DisputeStep.OPENED or dispute.evidence_key is not None:
        raise DisputeNotOpen
    if note:
        evidence = {NOTE: EvidenceText(_("说明"), note), **evidence}
    dispute.evidence = {name: asdict(told) for name, told in evidence.items()}
    dispute.evidence_key = f"evidence-{uuid4().hex}"
    dispute.evidence_stored_at, dispute.evidence_error = clock.now(), None
    audit.record("dispute.answer", "dispute", dispute_id, after={"note": note, "texts": len(evidence)})
    due.declare(SEND_EVIDENCE, dispute_id, clock.now())


def send_evidence(row: Due) -> None:
    """Send the stored answer under its key; opens its own units of work, and may be repeated."""
    dispute_id = int(row.subject)
    with unit_of_work(writes=False):
        dispute = db.session.get_one(Dispute, dispute_id)
    if dispute.evidence_key is None or dispute.evidence is None or dispute.evidence_sent_at is not None:
        return
    texts = {name: f"{told['title']}\n{told['text']}" for name, told in dispute.evidence.items()}
    try:
        word = gateway(dispute.provider).send_evidence(
            key=dispute.evidence_key, ref=dispute.gateway_ref, evidence=texts
        )
    except Rejected as error:
        log.warning("dispute.answer_rejected", dispute_id=dispute_id)
        with unit_of_work("dispute.answer_rejected"):
            _let_answer_again(dispute_id, str(error))
        return
    sent_at = clock.now()
    with unit_of_work("dispute.answer"):
        apply_dispute(dispute.provider, word)
        db.session.get_one(Dispute, dispute_id).evidence_sent_at = sent_at


def _let_answer_again(dispute_id: int, error: str) -> None:
    # Nothing happened: the text can be mended, and the next answer is another one, with another key.
    dispute = db.session.get_one(Dispute, dispute_id, with_for_update=True)
    dispute.evidence_key, dispute.evidence_error = None, error[:200]
