"""By what a delivery can be found although it is encrypted: the whole recipient's name, the whole phone, its end."""

from __future__ import annotations

import unicodedata

from cofu_adopt.core.crypto import blind_index
from cofu_adopt.identity.phone import phone_index


def recipient_index(name: str) -> str:
    """The blind index of a recipient's whole name; width, case and spaces do not matter."""
    plain = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    return blind_index(plain, purpose="recipient")


def index_delivery(delivery: dict[str, str]) -> dict[str, str | None]:
    """The columns by which an order with this delivery is found."""
    name, phone = delivery.get("recipient", ""), delivery.get("phone", "")
    return {
        "recipient_index": recipient_index(name) if name else None,
        "delivery_phone_index": phone_index(phone) if phone else None,
        "delivery_phone_last4": phone[-4:] or None,
    }
