"""Pay: store the intention; open the gateway's page. One of the four flows that talk to the outside."""

from __future__ import annotations

from cofu_adopt.adoptions import place
from cofu_adopt.adoptions.confirm import make_paid
from cofu_adopt.adoptions.errors import LimitReached, ReviewIncomplete
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.adoptions.queries import label_of
from cofu_adopt.adoptions.review import find_held
from cofu_adopt.core import clock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.offers import queries as offers
from cofu_adopt.payments import credit, spend_credit
from cofu_adopt.payments import open as payments
from cofu_adopt.payments.errors import PaymentUnderWay

MOST_ROUNDS = 3


def start_payment(
    code: str, person_id: int, *, title: str, return_url: str, locale: str, use_credit: bool | None = None
) -> str:
    """Open a checkout for the person's held and reviewed order and return the address of the gateway's page.

    `use_credit`: let the person's credit pay what it can; None keeps what is set aside for the order. When credit
    pays all, the order is paid at once and the address is `return_url`. A page that asks for another amount than
    what is to be paid now is closed first. Needs no open unit of work. `title` may hold %(rope)s. Raises NotFound,
    AlreadyPaid, HoldExpired, ReviewIncomplete, LimitReached (what was held as a guest counts too), PaymentUnderWay,
    GatewayTrouble; after each of them it may be tried again.
    """
    for _ in range(MOST_ROUNDS):
        order_id = 0
        try:
            with unit_of_work("pay"):
                place.lock_person(person_id)
                adoption = find_held(code, person_id)
                order_id = adoption.id
                payment_id = _intend(adoption, use_credit=use_credit, title=title, return_url=return_url, locale=locale)
        except payments.OtherAmount:
            payments.settle_live_payment(order_id)
        else:
            return return_url if payment_id is None else payments.open_checkout(payment_id)
    raise PaymentUnderWay


def _intend(adoption: Adoption, *, use_credit: bool | None, title: str, return_url: str, locale: str) -> int | None:
    # The payment's id; None when credit has paid all.
    if adoption.delivery is None or adoption.fresh_goods_confirmed_at is None:
        raise ReviewIncomplete
    limit = offers.get_offer(adoption.offer_id).limit_per_person
    over = place.count_live(adoption.person_id, adoption.offer_id) - limit
    if over > 0:
        raise LimitReached(limit=limit, over=over)
    if use_credit is None:
        credit_fen = credit.reserved_for(adoption.id)
    else:
        credit_fen = spend_credit.reserve_credit(
            adoption.person_id, adoption.id, adoption.price_fen if use_credit else 0, adoption.currency
        )
    if credit_fen == adoption.price_fen:
        payments.must_have_no_page(adoption.id)
        make_paid(adoption, clock.now())
        return None
    return payments.intend_payment(
        order_id=adoption.id,
        amount_fen=adoption.price_fen - credit_fen,
        currency=adoption.currency,
        expires_at=adoption.held_until,
        title=title % {"rope": label_of(adoption)},
        return_url=return_url,
        locale=locale,
    )
