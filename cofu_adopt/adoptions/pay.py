"""Pay: store the intention; open the gateway's page. One of the four flows that talk to the outside."""

from __future__ import annotations

from dataclasses import dataclass

from cofu_adopt.adoptions import place, release, transfer
from cofu_adopt.adoptions.errors import LimitReached, ReviewIncomplete
from cofu_adopt.adoptions.queries import find_own, label_of
from cofu_adopt.adoptions.review import find_held
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.offers import queries as offers
from cofu_adopt.payments import open as payments
from cofu_adopt.payments.gateway import longest_wait
from cofu_adopt.payments.transfer_errors import OtherWayUnderWay


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the person wants to pay, and how."""

    code: str
    person_id: int
    title: str
    return_url: str
    locale: str
    provider: str | None


def start_payment(
    code: str, person_id: int, *, title: str, return_url: str, locale: str, provider: str | None = None
) -> str:
    """Open a checkout for the person's held and reviewed order and return the address of the gateway's page.

    `provider`: how she pays; without one, as the settings say. Another way that was begun is settled first, and if its
    money has come, it has won. Needs no open unit of work. `title` may hold %(rope)s. Raises NotFound, AlreadyPaid,
    HoldExpired, ReviewIncomplete, LimitReached (what was held as a guest counts too), TooManyTransfers,
    PaymentUnderWay, GatewayTrouble; after each of them it may be tried again.
    """
    wish = _Wish(code, person_id, title, return_url, locale, provider)
    try:
        payment_id = _intend(wish)
    except OtherWayUnderWay:
        with unit_of_work(writes=False):
            order_id = find_own(code, person_id).id
        payments.settle_live_payment(order_id)
        payment_id = _intend(wish, changed=True)
    return payments.open_checkout(payment_id)


def _intend(wish: _Wish, *, changed: bool = False) -> int:
    with unit_of_work("pay"):
        place.lock_person(wish.person_id)
        adoption = find_held(wish.code, wish.person_id)
        if adoption.delivery is None or adoption.fresh_goods_confirmed_at is None:
            raise ReviewIncomplete
        limit = offers.get_offer(adoption.offer_id).limit_per_person
        over = place.count_live(wish.person_id, adoption.offer_id) - limit
        if over > 0:
            raise LimitReached(limit=limit, over=over)
        wait = longest_wait(wish.provider) if wish.provider else None
        if wait:
            transfer.check_limit(adoption)
        elif changed:
            release.stop_waiting(adoption)
        return payments.intend_payment(
            order_id=adoption.id,
            amount_fen=adoption.price_fen,
            currency=adoption.currency,
            # Counted from the hold's beginning, so that going back and forth between ways keeps nothing longer.
            expires_at=max(adoption.held_until, adoption.created_at + wait) if wait else adoption.held_until,
            title=wish.title % {"rope": label_of(adoption)},
            return_url=wish.return_url,
            locale=wish.locale,
            provider=wish.provider,
        )
