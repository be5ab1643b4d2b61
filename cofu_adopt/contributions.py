"""What slices contribute upwards to core/registry: each module registers itself when it is loaded here."""

from __future__ import annotations

from types import ModuleType

from cofu_adopt.adoptions import checks as adoption_checks
from cofu_adopt.adoptions import evidence as adoption_evidence
from cofu_adopt.adoptions import gauges as adoption_gauges
from cofu_adopt.adoptions import refund_checks
from cofu_adopt.core import stuck
from cofu_adopt.farm import checks as farm_checks
from cofu_adopt.growth import evidence as growth_evidence
from cofu_adopt.growth import exceptions as growth_exceptions
from cofu_adopt.growth import gauges as growth_gauges
from cofu_adopt.growth.talk import checks as talk_checks
from cofu_adopt.growth.talk import moderation as talk_moderation
from cofu_adopt.ledger import checks as ledger_checks
from cofu_adopt.payments import bank_exceptions, credit_checks, dispute_checks, lacking_pages, transfer_checks
from cofu_adopt.payments import evidence as payment_evidence
from cofu_adopt.payments import exceptions as payment_exceptions
from cofu_adopt.payments import gauges as payment_gauges
from cofu_adopt.remedies import checks as remedy_checks
from cofu_adopt.webhooks import checks as webhook_checks
from cofu_adopt.webhooks import exceptions as webhook_exceptions

ALL: tuple[ModuleType, ...] = (
    # Checks of `flask verify`.
    ledger_checks, farm_checks, adoption_checks, refund_checks, remedy_checks, dispute_checks, transfer_checks,
    credit_checks, talk_checks, webhook_checks,
    # Gauges of /metrics.
    adoption_gauges, payment_gauges, growth_gauges,
    # What needs a person, in the order of the desk's list.
    payment_exceptions, bank_exceptions, lacking_pages, growth_exceptions, talk_moderation, webhook_exceptions, stuck,
    # Evidence for a dispute, in the order in which a bank reads it.
    adoption_evidence, growth_evidence, payment_evidence,
)  # fmt: skip
