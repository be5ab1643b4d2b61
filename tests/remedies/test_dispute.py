"""The payer's bank takes the money back while its adopter still has a choice."""

from __future__ import annotations

import pytest

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.payments.errors import PaymentDisputed
from cofu_adopt.remedies import choose
from tests.payments.bank import ends, opens
from tests.remedies.late import pay_too_late, remedy_of
from tests.season import Season


def test_a_lost_dispute_ends_the_order_and_leaves_nothing_to_choose(season: Season) -> None:
    adoption = pay_too_late(season, wallet="card")
    ref = opens(season, adoption)
    with pytest.raises(PaymentDisputed), unit_of_work():
        choose.choose(adoption.code, adoption.person_id, "money")
    assert season.violations() == {}
    ends(ref, "lost")
    assert season.state(adoption) == "cancelled"
    remedy = remedy_of(adoption)
    assert (remedy.state, remedy.outcome, remedy.chosen_by) == ("done", "money", "default")
    season.tick(hours=25)
    assert season.state(adoption) == "cancelled"
    assert season.violations() == {}


def test_a_won_dispute_leaves_the_choice_open(season: Season) -> None:
    adoption = pay_too_late(season, wallet="card")
    ends(opens(season, adoption), "won")
    assert season.state(adoption) == "owed"
    with unit_of_work():
        choose.choose(adoption.code, adoption.person_id, "rope")
    assert season.state(adoption) == "paid"
    assert season.violations() == {}
