"""Credit at a checkout: set aside with the intention to pay, spent when the order is paid, else the person's again.

While it is set aside nothing is booked: the books still owe it to the person, and only its grants have less left, so
that no other order and no refund can have it. The caller has locked the order; grants are locked here, in id order,
always last, and whoever takes from them finds what is left only then.
"""

from __future__ import annotations

from sqlalchemy import select

from cofu_adopt.core import bus, clock
from cofu_adopt.core.db import db
from cofu_adopt.events import CreditReturned, CreditSpent
from cofu_adopt.payments.credit_models import CreditGrant, CreditUse, CreditUsePart, CreditUseState

ENDS = {CreditUseState.RESERVED: CreditUseState.RELEASED, CreditUseState.SPENT: CreditUseState.RETURNED}


def lock_grants(person_id: int, currency: str) -> list[CreditGrant]:
    """All grants of the person in the currency, oldest first, locked until the end of the open unit of work."""
    query = (
        select(CreditGrant)
        .where(CreditGrant.person_id == person_id, CreditGrant.currency == currency)
        .order_by(CreditGrant.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def reserve_credit(person_id: int, order_id: int, at_most_fen: int, currency: str) -> int:
    """Set aside what the person has, up to `at_most_fen`, for an unpaid order; return how much that is.

    What was set aside for the order before counts as had, and is the person's again as far as it is not needed.
    """
    grants = lock_grants(person_id, currency)
    use = _live_use(order_id, CreditUseState.RESERVED)
    had = use.amount_fen if use else 0
    wanted = min(at_most_fen, sum(grant.left_fen for grant in grants) + had)
    if wanted == had:
        return had
    if use is not None:
        _end(use)
    if wanted:
        _take(grants, person_id, order_id, wanted, currency)
    return wanted


def reserve_exactly(person_id: int, order_id: int, amount_fen: int, currency: str) -> bool:
    """As reserve_credit, but `amount_fen` or nothing: False, and all is as it was, when the person has less."""
    grants = lock_grants(person_id, currency)
    use = _live_use(order_id, CreditUseState.RESERVED)
    if sum(grant.left_fen for grant in grants) + (use.amount_fen if use else 0) < amount_fen:
        return False
    reserve_credit(person_id, order_id, amount_fen, currency)
    return True


def spend_credit(order_id: int) -> int:
    """What is set aside for the order pays it, as far as it goes; return how much that is."""
    use = _live_use(order_id, CreditUseState.RESERVED)
    if use is None:
        return 0
    use.state, use.spent_at = CreditUseState.SPENT, clock.now()
    db.session.flush()
    bus.publish(CreditSpent(use.id, use.order_id, use.person_id, use.amount_fen, use.currency))
    return use.amount_fen


def release_credit(order_id: int) -> None:
    """What is set aside for the order is the person's again: it was not paid, or paid otherwise."""
    use = _live_use(order_id, CreditUseState.RESERVED)
    if use is not None:
        lock_grants(use.person_id, use.currency)
        _end(use)


def return_credit(order_id: int) -> int:
    """What credit had paid of the order is credit again, each part in its own grant; return how much that is."""
    use = _live_use(order_id, CreditUseState.SPENT)
    if use is None:
        return 0
    lock_grants(use.person_id, use.currency)
    _end(use)
    bus.publish(CreditReturned(use.id, use.order_id, use.person_id, use.amount_fen, use.currency))
    return use.amount_fen


def unspend_credit(order_id: int) -> None:
    """The order had not been paid after all, and waits to be: what credit had paid of it is set aside for it again."""
    use = _live_use(order_id, CreditUseState.SPENT)
    if use is None:
        return
    grants = lock_grants(use.person_id, use.currency)
    _give_again(use)
    use.state, use.spent_at, use.ended_at = CreditUseState.RELEASED, None, clock.now()
    db.session.flush()
    _take(grants, use.person_id, order_id, use.amount_fen, use.currency)
    bus.publish(CreditReturned(use.id, use.order_id, use.person_id, use.amount_fen, use.currency))


def _live_use(order_id: int, state: CreditUseState) -> CreditUse | None:
    return db.session.scalar(
        select(CreditUse)
        .where(CreditUse.order_id == order_id, CreditUse.state == state)
        .execution_options(populate_existing=True)
    )


def _take(grants: list[CreditGrant], person_id: int, order_id: int, amount_fen: int, currency: str) -> None:
    use = CreditUse(
        order_id=order_id,
        person_id=person_id,
        state=CreditUseState.RESERVED,
        amount_fen=amount_fen,
        currency=currency,
        reserved_at=clock.now(),
    )
    db.session.add(use)
    db.session.flush()
    for grant in grants:
        part = min(grant.left_fen, amount_fen)
        if part:
            grant.left_fen -= part
            amount_fen -= part
            db.session.add(CreditUsePart(use_id=use.id, grant_id=grant.id, amount_fen=part))
    db.session.flush()


def _end(use: CreditUse) -> None:
    _give_again(use)
    use.state, use.ended_at = ENDS[CreditUseState(use.state)], clock.now()
    db.session.flush()


def _give_again(use: CreditUse) -> None:
    for part in db.session.scalars(select(CreditUsePart).where(CreditUsePart.use_id == use.id)):
        db.session.get_one(CreditGrant, part.grant_id).left_fen += part.amount_fen
