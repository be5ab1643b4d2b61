"""Pay: store the intention; open the gateway's page. One of the four flows that talk to the outside."""

from __future__ import annotations

from cofu_adopt.adoptions import place
from cofu_adopt.adoptions.errors import LimitReached, ReviewIncomplete
from cofu_adopt.adoptions.queries import label_of
from cofu_adopt.adoptions.review import find_held
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.offers import queries as offers
from cofu_adopt.payments import open as payments


def start_payment(code: str, person_id: int, *, title: str, return_url: str, locale: str) -> str:
    """Open a checkout for the person's held and reviewed order and return the address of the gateway's page.

    Needs no open unit of work. `title` may hold %(rope)s. Raises NotFound, AlreadyPaid, HoldExpired,
    ReviewIncomplete, LimitReached (what was held as a guest counts too), PaymentUnderWay, GatewayTrouble; after each
    of them it may be tried again.
    """
    with unit_of_work("pay"):
        place.lock_person(person_id)
        adoption = find_held(code, person_id)
        if adoption.delivery is None or adoption.fresh_goods_confirmed_at is None:
            raise ReviewIncomplete
        limit = offers.get_offer(adoption.offer_id).limit_per_person
        over = place.count_live(person_id, adoption.offer_id) - limit
        if over > 0:
            raise LimitReached(limit=limit, over=over)
        payment_id = payments.intend_payment(
            order_id=adoption.id,
            amount_fen=adoption.price_fen,
            currency=adoption.currency,
            expires_at=adoption.held_until,
            title=title % {"rope": label_of(adoption)},
            return_url=return_url,
            locale=locale,
        )
    return payments.open_checkout(payment_id)
