"""What slices contribute upwards to core/registry: each module registers itself when it is loaded here."""

from __future__ import annotations

from types import ModuleType

from cofu_adopt.adoptions import checks as adoption_checks
from cofu_adopt.adoptions import evidence as adoption_evidence
from cofu_adopt.adoptions import gauges as adoption_gauges
from cofu_adopt.adoptions import refund_checks
from cofu_adopt.core import stuck
from cofu_adopt.farm import checks as farm_checks
from cofu_adopt.ledger import checks as ledger_checks
from cofu_adopt.payments import dispute_checks, lacking_pages, transfer_checks
from cofu_adopt.payments import evidence as payment_evidence
from cofu_adopt.payments import exceptions as payment_exceptions
from cofu_adopt.payments import gauges as payment_gauges
from cofu_adopt.remedies import checks as remedy_checks

CHECKS: tuple[ModuleType, ...] = (
    ledger_checks, farm_checks, adoption_checks, refund_checks, remedy_checks, dispute_checks, transfer_checks,
)  # fmt: skip
"""For `flask verify`."""
GAUGES: tuple[ModuleType, ...] = (adoption_gauges, payment_gauges)
"""For /metrics."""
EXCEPTIONS: tuple[ModuleType, ...] = (payment_exceptions, lacking_pages, stuck)
"""For the desk's list of what needs a person."""
EVIDENCE: tuple[ModuleType, ...] = (adoption_evidence, payment_evidence)
"""For the answer to a dispute, in this order."""
