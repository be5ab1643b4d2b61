"""What the order itself can tell a bank: what was bought, what was agreed to and when, where it goes (masked)."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.adoptions.queries import label_of
from cofu_adopt.core.clock import full_day_words, full_moment_words
from cofu_adopt.core.crypto import mask
from cofu_adopt.core.db import db
from cofu_adopt.core.money import kg, price
from cofu_adopt.core.registry import EvidenceText, evidence


@evidence("order")
def tell_order(order_id: int) -> Iterator[EvidenceText]:
    """The order, the terms that were confirmed, and the delivery without name and door."""
    row = db.session.get_one(Adoption, order_id)
    yield EvidenceText(
        _("订单"),
        _(
            "订单 %(code)s：%(at)s 认养 %(rope)s 一串，%(price)s，承诺净重 %(kg)s 千克，%(from)s 到 %(to)s 采收。",
            code=row.code,
            at=full_moment_words(row.created_at),
            rope=label_of(row),
            price=price(row.price_fen),
            kg=kg(row.promised_net_g),
            **{"from": full_day_words(row.harvest_from_on), "to": full_day_words(row.harvest_to_on)},
        ),
    )
    if row.fresh_goods_confirmed_at is not None:
        yield EvidenceText(
            _("确认的条款"),
            _(
                "%(at)s 付款前确认：鲜活商品，到 %(day)s 可以自己取消、全额退款。条款文本 %(version)s。",
                at=full_moment_words(row.fresh_goods_confirmed_at),
                day=full_day_words(row.cancel_until_on),
                version=row.fresh_goods_text_version or "-",
            ),
        )
    delivery = row.delivery or {}
    if delivery:
        place = " ".join(delivery[name] for name in ("province", "city", "district") if delivery.get(name))
        yield EvidenceText(
            _("收货"),
            _(
                "收件人 %(name)s，电话 %(phone)s，寄到 %(place)s。",
                name=mask(delivery.get("recipient"), head=1, tail=0),
                phone=mask(delivery.get("phone")),
                place=place,
            ),
        )
