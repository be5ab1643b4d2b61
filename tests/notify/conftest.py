"""A person to tell things, and events about her rope."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from cofu_adopt.core import clock
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.events import AdoptionPaid, AdoptionRefundDue, AdoptionRefundStep
from tests.people import Who, make_person


@pytest.fixture(autouse=True)
def _still(still: FrozenClock) -> None:
    """Messages are told at noon."""


@pytest.fixture
def person_id(app: Flask) -> int:
    """Somebody who has adopted a rope."""
    return make_person(Who.ADOPTER)


def paid(person_id: int, **changes: Any) -> AdoptionPaid:
    """The rope was paid."""
    return replace(
        AdoptionPaid(1, person_id, "ABC123", "A1-01-007", "lin@example.com", "zh_Hans", 19800, clock.now()), **changes
    )


def refund_due(person_id: int, **changes: Any) -> AdoptionRefundDue:
    """The money is to go back."""
    return replace(
        AdoptionRefundDue(
            1,
            person_id,
            "ABC123",
            "A1-01-007",
            "lin@example.com",
            "zh_Hans",
            5,
            3,
            19800,
            "cny",
            "cancelled",
            by_hand=False,
        ),
        **changes,
    )


def refunded(person_id: int, **changes: Any) -> AdoptionRefundStep:
    """The money has gone back."""
    return replace(
        AdoptionRefundStep(
            1,
            person_id,
            "ABC123",
            "A1-01-007",
            "lin@example.com",
            "zh_Hans",
            5,
            19800,
            "arrived",
            "refund:5:arrived",
            {},
        ),
        **changes,
    )
