"""Adopters of the demo season: some squares nearly full, some full, as a sea is in the middle of its sale.

Each order goes the whole way, through the use cases and the sandbox's really signed events, so that the books of the
demo are books. A load that was interrupted is taken up where it stopped.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from cofu_adopt.adoptions.hold import hold_rope
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.name_rope import name_rope
from cofu_adopt.adoptions.pay import start_payment
from cofu_adopt.adoptions.review import save_review
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import DomainError
from cofu_adopt.identity.load_demo import DEMO_ADOPTER
from cofu_adopt.identity.people import find_or_make_by_phone
from cofu_adopt.payments.gateway import gateway
from cofu_adopt.payments.sandbox_gateway import move
from cofu_adopt.payments.sandbox_pages import tell_webhook

SOLD = {
    "A1-01": 100, "A5-01": 91, "C4-01": 78, "D6-04": 38, "A4-01": 31, "B5-01": 46, "A2-01": 24, "C3-01": 22,
    "D1-01": 19, "C1-02": 17, "B1-02": 13, "D4-01": 9, "C2-01": 8,
}  # fmt: skip
"""How many ropes of which plot have found somebody."""
ROPES_EACH = 5
DAYS = 18
NAMES = ("小满号", "阿贝", "外婆的海", "一帆", "慢慢长", "枸杞一号", "等风来", "小蓝")
PEOPLE = ("林小满", "周晚晴", "陈一帆", "沈知夏", "徐海宁", "吴小禾", "郑可", "王念慈")
VISITOR, VISITOR_ROPE, VISITOR_DAYS, EVENING = "林小满", ("D6-04", 88, "潮生"), 26, time(20)


@dataclass(frozen=True, slots=True)
class Adopter:
    """Who adopts a rope, pays it with which wallet, and what she calls it."""

    name: str
    phone: str
    wallet: str
    rope_name: str | None


def load_demo_orders(plot_ids: dict[str, int], offer_id: int) -> None:
    """Adopt the SOLD ropes for invented people over the last DAYS days, unless it is done. Opens its own units of work.

    `plot_ids`: the demo's plots by code; those that are missing are left out. Only in the sandbox do they pay.
    """
    if gateway().name != "sandbox":
        return
    _adopt_for_visitors(offer_id)
    wanted = [(code, number) for code, count in SOLD.items() if code in plot_ids for number in range(1, count + 1)]
    with unit_of_work(writes=False):
        keys = [_key(code, number) for code, number in wanted]
        paid = select(func.count()).where(Adoption.paid_at.is_not(None), Adoption.request_key.in_(keys))
        is_done = db.session.scalar(paid) == len(wanted)
    if is_done:
        return
    end = clock.now() - timedelta(hours=2)
    for place, (code, number) in enumerate(wanted):
        at = end - timedelta(days=DAYS) * (1 - place / len(wanted))
        with clock.frozen(at):
            _adopt(_adopter(place), code, number, offer_id, at)


def _adopt_for_visitors(offer_id: int) -> None:
    """The rope of the adopter as whom a visitor signs in; left out where it, or she, is somebody's already."""
    at = datetime.combine(clock.today() - timedelta(days=VISITOR_DAYS), EVENING, clock.SHANGHAI)
    with clock.frozen(at), suppress(DomainError):
        plot_code, number, rope_name = VISITOR_ROPE
        _adopt(Adopter(VISITOR, DEMO_ADOPTER, "wechat_pay", rope_name), plot_code, number, offer_id, at)


def _adopter(place: int) -> Adopter:
    person, is_first = place // ROPES_EACH, place % ROPES_EACH == 0
    return Adopter(
        PEOPLE[person % len(PEOPLE)],
        f"1390000{person:04d}",
        "alipay" if place % 3 else "wechat_pay",
        NAMES[person % len(NAMES)] if is_first else None,
    )


def _adopt(adopter: Adopter, plot_code: str, rope_number: int, offer_id: int, at: datetime) -> None:
    with unit_of_work():
        person_id = find_or_make_by_phone(adopter.phone, display_name=adopter.name).id
        order = hold_rope(
            person_id=person_id,
            offer_id=offer_id,
            request_key=_key(plot_code, rope_number),
            plot_code=plot_code,
            rope_number=rope_number,
        )
        code, state = order.code, order.state
        if state == AdoptionState.HELD:
            order.held_until = at + timedelta(minutes=15)
            save_review(order, delivery=_delivery(adopter), receipt_email=None, locale="zh_Hans",
                        fresh_goods_confirmed=True)  # fmt: skip
    if state != AdoptionState.HELD:
        return
    url = start_payment(
        code, person_id, title="格子海 %(rope)s 认养一串", return_url=f"/orders/{code}/return", locale="zh_Hans"
    )
    ref = url.rpartition("/")[2]
    with unit_of_work():
        move(ref, ("open",), "paid", wallet=adopter.wallet)
    tell_webhook("checkout.session.completed", "checkout.session", ref)
    if adopter.rope_name is not None:
        with unit_of_work():
            name_rope(code, person_id, adopter.rope_name)


def _key(plot_code: str, rope_number: int) -> str:
    return f"demo-{plot_code}-{rope_number}"


def _delivery(adopter: Adopter) -> dict[str, str]:
    return {
        "recipient": adopter.name, "phone": adopter.phone, "province": "上海市", "city": "上海市", "district": "杨浦区",
        "street": "四平路街道", "detail": "示例路 1 号",
    }  # fmt: skip
