"""A person's address book. Others' entries do not exist."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import NotFound
from cofu_adopt.identity.models import Address

MOST_ADDRESSES = 20
FIELDS = ("recipient", "phone", "province", "city", "district", "street", "detail")


@dataclass(frozen=True, slots=True)
class AddressRow:
    """One entry; `content` has the FIELDS."""

    id: int
    content: dict[str, str]


def list_addresses(person_id: int) -> list[AddressRow]:
    """The person's addresses, last used first."""
    query = select(Address).where(Address.person_id == person_id).order_by(Address.used_at.desc(), Address.id.desc())
    return [AddressRow(row.id, row.content) for row in db.session.scalars(query)]


def get_address(person_id: int, address_id: int) -> AddressRow:
    """One entry. Raises NotFound."""
    row = _own(person_id, address_id)
    return AddressRow(row.id, row.content)


def remember_address(person_id: int, content: dict[str, str]) -> None:
    """Keep an address as the last used one; the same one is kept once, and only the newest MOST_ADDRESSES."""
    rows = list(
        db.session.scalars(
            select(Address).where(Address.person_id == person_id).order_by(Address.used_at.desc(), Address.id.desc())
        )
    )
    for row in rows:
        if row.content == content:
            row.used_at = clock.now()
            return
    for row in rows[MOST_ADDRESSES - 1 :]:
        db.session.delete(row)
    db.session.add(Address(person_id=person_id, content=content, used_at=clock.now()))


def remove_address(person_id: int, address_id: int) -> None:
    """Forget an entry; orders keep their own copy. Raises NotFound."""
    db.session.delete(_own(person_id, address_id))


def _own(person_id: int, address_id: int) -> Address:
    row = db.session.get(Address, address_id)
    if row is None or row.person_id != person_id:
        raise NotFound
    return row
