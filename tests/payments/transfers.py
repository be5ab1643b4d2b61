"""Two people of finance who write bank lines down and count them, in one line each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.adoptions.pay import start_payment
from cofu_adopt.core import clock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.ledger.queries import balance
from cofu_adopt.notify.tell import list_messages
from cofu_adopt.payments import transfer_match, transfer_queries, transfer_record
from cofu_adopt.payments.transfer_match import Counted
from tests.people import Who, make_person
from tests.season import Season


@dataclass
class Finance:
    """What finance does. Each method is a unit of work."""

    season: Season
    maker: int = 0
    checker: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1000))

    def __post_init__(self) -> None:
        """Make the two."""
        self.maker, self.checker = make_person(Who.MAKER), make_person(Who.CHECKER)

    def begin(self, adoption: Adoption) -> str:
        """The adopter chooses to transfer; the reference."""
        self.season.review(adoption)
        self.pay_by(adoption, "transfer")
        return self.instructions(adoption).ref

    def pay_by(self, adoption: Adoption, provider: str | None) -> str:
        """Go to pay this way; the page's address."""
        return start_payment(
            adoption.code,
            adoption.person_id,
            title="%(rope)s",
            return_url=f"/orders/{adoption.code}",
            locale="zh_Hans",
            provider=provider,
        )

    def instructions(self, adoption: Adoption) -> transfer_queries.Instructions:
        """What the adopter reads."""
        with unit_of_work(writes=False):
            found = transfer_queries.find_instructions(adoption.id)
        assert found is not None
        return found

    def line(self, amount_fen: int, *, remark: str = "", bank_ref: str = "") -> int:
        """Write a line down; its id."""
        with unit_of_work():
            return transfer_record.record_line(
                self.maker,
                bank_ref=bank_ref or f"ICBC{next(self._numbers)}",
                amount_fen=amount_fen,
                paid_on=clock.today(),
                payer="王小海",
                remark=remark,
            ).id

    def match(self, line_id: int, ref: str, *, by: int | None = None) -> Counted:
        """Count it."""
        with unit_of_work():
            return transfer_match.match_line(line_id, ref, by or self.maker)

    def count(self, line_id: int, ref: str) -> str:
        """Count it; what it meant."""
        return self.match(line_id, ref).meaning.value

    def comes(self, ref: str, amount_fen: int) -> str:
        """A line comes and is counted; what it meant."""
        return self.count(self.line(amount_fen, remark=ref), ref)

    def undo(self, line_id: int, *, by: int | None = None) -> None:
        """Take the counting back."""
        with unit_of_work():
            row = transfer_queries.get_line(line_id)
            assert row.match is not None
            transfer_match.undo_match(row.match.id, by or self.checker, "看错了附言")

    def balance(self, code: str) -> int:
        """How an account stands."""
        with unit_of_work(writes=False):
            return balance(code)

    @property
    def suspense(self) -> int:
        """What nobody has explained yet."""
        return -self.balance("Suspense:BankCredit")

    def told(self, person_id: int | None = None) -> list[str]:
        """What the adopter was told, newest first."""
        with unit_of_work(writes=False):
            found = list_messages(person_id or self.season.person_id)
            return [f"{message.template} {message.params.get('reason', '')}".strip() for message in found]
