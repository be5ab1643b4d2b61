"""Orders whose money came when the rope was somebody else's, in one line."""

from __future__ import annotations

from sqlalchemy import select

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.payments import apply, sandbox_gateway
from cofu_adopt.remedies import choose
from cofu_adopt.remedies.queries import Choice, RemedyRow, get_own_choice, list_of_order
from tests.season import HOLD_SECONDS, Season


def money_arrives(ref: str, wallet: str = "wechat_pay") -> None:
    """The gateway says that an expired page was paid."""
    with unit_of_work():
        sandbox_gateway.move(ref, ("expired",), "paid", wallet=wallet)
    word = sandbox_gateway.sandbox().fetch(ref)
    with unit_of_work():
        assert apply.apply_checkout(word)


def pay_too_late(season: Season, *, plot: str = "A1-01", rope: int = 1, wallet: str = "wechat_pay") -> Adoption:
    """An order that waits for a choice: its rope was adopted by another before the money came."""
    adoption = season.hold(plot=plot, rope=rope)
    season.review(adoption)
    ref = season.open_page(adoption)
    season.tick(seconds=HOLD_SECONDS)
    season.hold(season.person(), plot=plot, rope=rope)
    money_arrives(ref, wallet)
    assert season.state(adoption) == "owed"
    return season.read(adoption)


def choose_as_adopter(adoption: Adoption, outcome: str) -> None:
    """The adopter's choice."""
    with unit_of_work():
        choose.choose(adoption.code, adoption.person_id, outcome)


def remedy_of(adoption: Adoption) -> RemedyRow:
    """The order's one remedy."""
    with unit_of_work(writes=False):
        (found,) = list_of_order(adoption.id)
        return found


def choice_of(adoption: Adoption) -> Choice:
    """What the adopter can choose now."""
    with unit_of_work(writes=False):
        return get_own_choice(adoption.code, adoption.person_id)


def choices_in_audit() -> list[AuditRecord]:
    """The choices in the audit log, oldest first."""
    with unit_of_work(writes=False):
        query = select(AuditRecord).where(AuditRecord.act == "remedy.choose").order_by(AuditRecord.id)
        return list(db.session.scalars(query))
