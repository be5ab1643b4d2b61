"""Pay: store the intention; open the gateway's page. One of the four flows that talk to the outside."""

from __future__ import annotations

from dataclasses import dataclass

from cofu_adopt.adoptions import place, release, transfer
from cofu_adopt.adoptions.confirm import make_paid
from cofu_adopt.adoptions.errors import LimitReached, ReviewIncomplete
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.queries import AdoptionRow, find_own, label_of
from cofu_adopt.adoptions.review import find_held
from cofu_adopt.core import clock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.offers import queries as offers
from cofu_adopt.payments import credit, spend_credit
from cofu_adopt.payments import open as payments
from cofu_adopt.payments import queries as payment_queries
from cofu_adopt.payments.errors import PaymentUnderWay
from cofu_adopt.payments.gateway import longest_wait
from cofu_adopt.payments.transfer_errors import OtherWayUnderWay

MOST_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the person wants to pay, and how."""

    code: str
    person_id: int
    title: str
    return_url: str
    locale: str
    provider: str | None
    use_credit: bool | None


def start_payment(
    code: str,
    person_id: int,
    *,
    title: str,
    return_url: str,
    locale: str,
    provider: str | None = None,
    use_credit: bool | None = None,
) -> str:
    """Open a checkout for the person's held and reviewed order and return the address of the gateway's page.

    `provider`: how she pays; without one, as the settings say. `use_credit`: let her credit pay what it can; None
    keeps what is set aside for the order. When credit pays all, the order is paid at once and the address is
    `return_url`. A payment that was begun another way, or for another amount, is settled first, and if its money has
    come, it has won. Needs no open unit of work. `title` may hold %(rope)s. Raises NotFound, AlreadyPaid,
    HoldExpired, ReviewIncomplete, LimitReached (what was held as a guest counts too), TooManyTransfers,
    PaymentUnderWay, PaymentRefused, GatewayTrouble; after each of them it may be tried again.
    """
    wish, changed = _Wish(code, person_id, title, return_url, locale, provider, use_credit), False
    for _ in range(MOST_ROUNDS):
        try:
            payment_id = _intend(wish, changed=changed)
        except (OtherWayUnderWay, payments.OtherAmount) as other:
            changed = changed or isinstance(other, OtherWayUnderWay)
            with unit_of_work(writes=False):
                order_id = find_own(code, person_id).id
            payments.settle_live_payment(order_id)
        else:
            return return_url if payment_id is None else payments.open_checkout(payment_id)
    raise PaymentUnderWay


def _intend(wish: _Wish, *, changed: bool) -> int | None:
    # The payment's id; None when credit has paid all.
    with unit_of_work("pay"):
        place.lock_person(wish.person_id)
        adoption = find_held(wish.code, wish.person_id)
        if adoption.delivery is None or adoption.fresh_goods_confirmed_at is None:
            raise ReviewIncomplete
        limit = offers.get_offer(adoption.offer_id).limit_per_person
        over = place.count_live(wish.person_id, adoption.offer_id) - limit
        if over > 0:
            raise LimitReached(limit=limit, over=over)
        credit_fen = _set_aside(adoption, use_credit=wish.use_credit)
        if credit_fen == adoption.price_fen:
            payments.must_have_no_page(adoption.id)
            make_paid(adoption, clock.now())
            return None
        wait = longest_wait(wish.provider) if wish.provider else None
        if wait:
            transfer.check_limit(adoption)
        elif changed:
            release.stop_waiting(adoption)
        return payments.intend_payment(
            order_id=adoption.id,
            amount_fen=adoption.price_fen - credit_fen,
            currency=adoption.currency,
            # Counted from the hold's beginning, so that going back and forth between ways keeps nothing longer.
            expires_at=max(adoption.held_until, adoption.created_at + wait) if wait else adoption.held_until,
            title=wish.title % {"rope": label_of(adoption)},
            return_url=wish.return_url,
            locale=wish.locale,
            provider=wish.provider,
        )


def _set_aside(adoption: Adoption, *, use_credit: bool | None) -> int:
    if use_credit is None:
        return credit.reserved_for(adoption.id)
    at_most_fen = adoption.price_fen if use_credit else 0
    return spend_credit.reserve_credit(adoption.person_id, adoption.id, at_most_fen, adoption.currency)


def awaits_word(row: AdoptionRow) -> bool:
    """True while nobody can say "you have not paid": she has, or the hold is over and the gateway is not asked yet."""
    if row.state is not AdoptionState.HELD:
        return False
    return payment_queries.awaits_word(row.id) or (
        row.held_until <= clock.now() and payment_queries.is_undecided(row.id)
    )
