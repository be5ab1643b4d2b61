"""A flow of a bank transfer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask.testing import FlaskClient
from sqlalchemy import select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.offers.models import AdoptionOffer
from cofu_adopt.payments.transfer_models import BankLine, LineMatch, TransferRequest
from tests.crash.forms import REVIEW
from tests.people import Who, browser

if TYPE_CHECKING:
    from tests.crash.flow import Flow


def transfer(flow: Flow) -> None:
    """Paid by bank transfer, after a line counted by mistake and another that went back to its sender."""
    flow.hold()
    flow.post(f"/orders/{flow.code}/review", **REVIEW, way="transfer")
    maker, checker = (Finance(flow, who) for who in (Who.MAKER, Who.CHECKER))
    why = "附言对不上"
    wrong = maker.record("A-0001")
    if not maker.matches(wrong):
        maker.match(wrong)
    checker.act(wrong, "undo", reason=why)
    maker.act(wrong, "void", reason=why)
    stray = maker.record("B-0001")
    for act in ("return", "return/drop", "return"):
        maker.act(stray, act, reason=why)
    checker.act(stray, "return/done", return_ref="B-0002")
    maker.match(maker.record("C-0001"))


@dataclass
class Finance:
    """A person of finance with a browser; what has been done before is refused."""

    flow: Flow
    who: Who
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        """Sign in as somebody new."""
        self.client = browser(self.flow.app, self.who)

    def record(self, bank_ref: str) -> int:
        """Write a line down, once; its id."""
        today = clock.today().isoformat()
        with unit_of_work(writes=False):
            known = db.session.scalar(select(BankLine.id).where(BankLine.bank_ref == bank_ref))
            price = db.session.scalars(select(AdoptionOffer.price_fen)).one()
        if known is not None:
            return known
        form = {"bank_ref": bank_ref, "amount": f"{price / 100:.2f}", "paid_on": today, "payer": "王小海"}
        answer = self.flow.answered(self.client.post("/desk/transfers/lines", data=form))
        return int(answer.headers["Location"].rpartition("/")[2])

    def matches(self, line_id: int) -> bool:
        """True when it has been counted once, whatever became of that."""
        with unit_of_work(writes=False):
            return db.session.scalar(select(LineMatch.id).where(LineMatch.line_id == line_id)) is not None

    def match(self, line_id: int) -> None:
        """Count it for the one transfer there is."""
        with unit_of_work(writes=False):
            ref = db.session.scalars(select(TransferRequest.ref)).one()
        self.act(line_id, "match", ref=ref, agreed="exact")

    def act(self, line_id: int, act: str, **form: str) -> None:
        """Press a button on the line's page."""
        self.flow.answered(self.client.post(f"/desk/transfers/lines/{line_id}/{act}", data=form))
