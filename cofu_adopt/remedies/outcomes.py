"""How each outcome is carried out. One that is not here is not offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cofu_adopt.adoptions.equal_rope import find_equal_rope, take_equal_rope
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.adoptions.settle_owed import give_money_back, turn_into_credit
from cofu_adopt.remedies.causes import CAUSES
from cofu_adopt.remedies.errors import NoEqualRope
from cofu_adopt.remedies.models import Outcome, Remedy, RemedyState


def _always(_adoption: Adoption) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Way:
    """`carry_out` does it to a locked order in state `owed`, in the open unit of work, and says how far it is then.

    `is_possible` looks, without a lock, whether it could be had at this moment.
    """

    carry_out: Callable[[Adoption, Remedy], RemedyState]
    is_possible: Callable[[Adoption], bool] = _always


def _give_rope(adoption: Adoption, _remedy: Remedy) -> RemedyState:
    if not take_equal_rope(adoption):
        raise NoEqualRope
    return RemedyState.DONE


def _has_rope(adoption: Adoption) -> bool:
    return find_equal_rope(adoption) is not None


def _give_money(adoption: Adoption, remedy: Remedy) -> RemedyState:
    give_money_back(adoption, remedy.amount_fen, CAUSES[remedy.cause].refund_reason)
    return RemedyState.CHOSEN


def _give_credit(adoption: Adoption, remedy: Remedy) -> RemedyState:
    turn_into_credit(adoption, remedy.amount_fen, f"remedy:{remedy.id}")
    return RemedyState.DONE


WAYS: dict[Outcome, Way] = {
    Outcome.ROPE: Way(_give_rope, _has_rope),
    Outcome.CREDIT: Way(_give_credit),
    Outcome.MONEY: Way(_give_money),
}
