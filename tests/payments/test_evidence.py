"""What the bank is told: collected from the slices, sent once, and mended when the gateway did not take it."""

from __future__ import annotations

import pytest

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments.dispute_models import SandboxDispute
from cofu_adopt.payments.errors import DisputeNotOpen
from tests.payments.bank import all_is_well, answers, dispute_of, opens, paid_by_card
from tests.season import Season


def test_the_evidence_is_sent_once(season: Season) -> None:
    adoption = paid_by_card(season)
    ref = opens(season, adoption)
    answers(ref, "绳在海里，八月采收。")
    for _ in range(2):
        with pytest.raises(DisputeNotOpen):
            answers(ref)
    season.tick(seconds=1)
    dispute = dispute_of(ref)
    assert dispute.state == "answered"
    assert dispute.evidence_sent_at is not None
    with unit_of_work(writes=False):
        book = db.session.get_one(SandboxDispute, ref)
    assert book.evidence_key == dispute.evidence_key
    assert book.evidence is not None
    for words in ("绳在海里", adoption.code, "王", "浦东新区", "198.00", "2026-11"):
        assert words in book.evidence
    assert "13800005678" not in book.evidence
    assert "锦绣路" not in book.evidence
    all_is_well(season)


def test_too_late_an_answer_can_be_seen_to_have_failed(season: Season) -> None:
    ref = opens(season, paid_by_card(season))
    season.clock.advance(days=8)
    answers(ref, "晚了")
    season.tick(seconds=1)
    dispute = dispute_of(ref)
    assert (dispute.state, dispute.evidence_key) == ("opened", None)
    assert dispute.evidence_error
    all_is_well(season)
