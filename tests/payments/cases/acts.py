"""What the cases do and look at, in one line each."""

from __future__ import annotations

from sqlalchemy import select

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.ledger.models import JournalEntry
from cofu_adopt.ledger.queries import balance
from cofu_adopt.notify.tell import list_messages
from cofu_adopt.payments.dispute_models import Dispute
from cofu_adopt.payments.models import GatewayEvent
from tests.season import HOLD_SECONDS
from tests.stripe_fake import StripeSeason
from tests.stripe_fake.book import Object

SESSIONS, REFUNDS = "/v1/checkout/sessions", "/v1/refunds"


def page_of(season: StripeSeason, **chosen: int | str) -> tuple[Adoption, str]:
    """An order whose page is open, and the session's id."""
    adoption = season.hold(**chosen)  # type: ignore[arg-type] # a plot and a rope
    season.review(adoption)
    return adoption, season.open_page(adoption)


def late_page(season: StripeSeason) -> tuple[Adoption, str]:
    """An order of rope 1 whose hold is over and whose page is closed."""
    adoption, ref = page_of(season, plot="A1-01", rope=1)
    season.tick(seconds=HOLD_SECONDS)
    season.deliver()
    assert season.state(adoption) == "expired"
    return adoption, ref


def pay_anyway(season: StripeSeason, ref: str, wallet: str = "wechat_pay") -> None:
    """The gateway takes money on a page that it had closed; nobody is told yet."""
    session = season.fake.get(ref, "checkout.session")
    session.update(status="open", expires_at=season.fake.seconds() + 60)
    season.fake.pay(ref, wallet)


def about(season: StripeSeason, event_type: str) -> Object:
    """The newest event of a type."""
    return next(event for event in reversed(season.fake.events) if event["type"] == event_type)


def stands(season: StripeSeason, adoption: Adoption) -> tuple[str, ...]:
    """The order's state, then those of its payments, oldest first."""
    return (season.state(adoption), *(str(one.state) for one in season.payments(adoption)))


def refunds_of(season: StripeSeason, adoption: Adoption) -> list[tuple[str, str, int]]:
    """Reason, state and amount of the order's refunds, oldest first."""
    return [(str(one.reason), str(one.state), one.amount_fen) for one in season.refunds(adoption)]


def captures() -> list[str]:
    """The entries of money that came in."""
    with unit_of_work(writes=False):
        query = select(JournalEntry.source).where(JournalEntry.source.endswith(":captured"))
        return list(db.session.scalars(query.order_by(JournalEntry.id)))


def outcomes() -> list[str | None]:
    """What became of each event in the inbox, oldest first; None: not done."""
    with unit_of_work(writes=False):
        return list(db.session.scalars(select(GatewayEvent.outcome).order_by(GatewayEvent.id)))


def disputes() -> list[str]:
    """The states of all disputes."""
    with unit_of_work(writes=False):
        return [str(state) for state in db.session.scalars(select(Dispute.state).order_by(Dispute.id))]


def messages(season: StripeSeason) -> list[str]:
    """What the adopter was told, oldest first."""
    with unit_of_work(writes=False):
        return [one.template for one in reversed(list_messages(season.person_id))]


def page_says(season: StripeSeason, adoption: Adoption, words: str, *, page: str = "") -> bool:
    """True when the adopter reads these words on a page of her order."""
    return words in season.signed_in().get(f"/orders/{adoption.code}{page}").text


def books_agree(season: StripeSeason) -> bool:
    """True when `flask verify` finds nothing and the gateway's own book is what our books say; else it says why."""
    with unit_of_work(writes=False):
        ours = balance("Gateway:stripe")
    assert season.violations() == {}
    assert ours == season.fake.balance(), "the gateway's book and ours"
    return True
