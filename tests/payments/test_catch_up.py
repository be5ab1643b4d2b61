"""What was lost on its way is found: notifications, answers, due rows; twice or by many at once, it is one effect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select

from cofu_adopt import schedule
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import DueRow
from cofu_adopt.payments import catch_up, gauges, inbox, refund
from cofu_adopt.payments.catch_up import FIRST, OVERLAP, SILENCE, UNANSWERED, Found
from cofu_adopt.payments.errors import GatewayTrouble
from cofu_adopt.payments.gateway import Notification, Retryable, UnknownOutcome
from cofu_adopt.payments.models import CatchUp, SandboxSetting
from cofu_adopt.payments.sandbox_gateway import SandboxGateway
from tests.payments.test_trouble import failing
from tests.season import HOLD_SECONDS, Season

NOTHING = Found(events=0, silent=(), payments=0, refunds=0, inbox=0)


def lose_due_rows(kind: str) -> None:
    with unit_of_work():
        db.session.execute(delete(DueRow).where(DueRow.kind == kind))


def work() -> Found:
    """Catch up and do what is due now."""
    found = catch_up.catch_up()
    schedule.do_due_work()
    return found


def test_a_lost_webhook_is_found_within_minutes(season: Season) -> None:
    """Cases 5 and 6: the payer never returns, and the notification is lost."""
    adoption = season.hold()
    season.pay(adoption, "lost")
    assert work() == Found(events=1, silent=(), payments=0, refunds=0, inbox=0)
    assert season.state(adoption) == "paid"
    assert work() == NOTHING
    assert season.violations() == {}


def test_the_webhook_alone_fulfils(season: Season) -> None:
    """Case 5; and what was heard is not heard again."""
    adoption = season.hold()
    season.pay(adoption, "no_return")
    assert season.state(adoption) == "paid"
    assert work() == NOTHING


def test_many_at_once_store_each_event_once(season: Season) -> None:
    adoptions = [season.hold() for _ in range(3)]
    for adoption in adoptions:
        season.pay(adoption, "lost")
    found = season.at_once([catch_up.catch_up] * 4, threads=4)
    assert sum(one.events for one in found if isinstance(one, Found)) == 3, found
    schedule.do_due_work()
    assert [season.state(one) for one in adoptions] == ["paid"] * 3
    assert season.violations() == {}


def test_it_hears_in_pieces_and_moves_on_only_when_all_is_stored(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[datetime] = []
    told = [Notification(f"evt_{number}", "x", "other", "x", livemode=False, payload={}) for number in range(250)]
    broken = True

    def events_since(_self: SandboxGateway, at: datetime) -> Iterator[Notification]:
        asked.append(at)
        yield from told[:150]
        if broken:
            raise Retryable
        yield from told[150:]

    monkeypatch.setattr(SandboxGateway, "events_since", events_since)
    assert catch_up.catch_up() == Found(events=100, silent=("sandbox",), payments=0, refunds=0, inbox=0)
    with unit_of_work(writes=False):
        assert (catch_up.heard_until(), gauges.catch_up_age_seconds()) == ([], float("inf"))
    broken = False
    assert catch_up.catch_up().events == 150
    first = season.clock.at
    season.tick(minutes=5)
    with unit_of_work(writes=False):
        assert gauges.catch_up_age_seconds() == 300
    assert catch_up.catch_up() == NOTHING
    assert asked == [first - FIRST, first - FIRST, first - OVERLAP]


def test_a_clock_that_ran_ahead_leaves_no_gap(season: Season) -> None:
    with unit_of_work():
        db.session.add(CatchUp(provider="sandbox", heard_until=clock.now() + timedelta(days=1)))
    season.tick(hours=-2)
    adoption = season.hold()
    season.pay(adoption, "lost")
    season.tick(hours=2)
    assert catch_up.catch_up().events == 1


def test_a_payment_long_without_a_word_is_asked_about(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SandboxGateway, "events_since", lambda *_: iter(()))
    paid, open_still = season.hold(), season.hold()
    season.pay(paid, "lost")
    season.review(open_still)
    season.open_page(open_still)
    season.clock.advance(seconds=SILENCE.total_seconds() - 1)
    assert work() == NOTHING
    season.clock.advance(seconds=1)
    assert work().payments == 2
    assert (season.state(paid), season.state(open_still)) == ("paid", "held")


def test_a_payment_past_its_time_is_asked_about(season: Season) -> None:
    adoption = season.hold()
    season.review(adoption)
    season.open_page(adoption)
    lose_due_rows("end_hold")
    season.clock.advance(seconds=HOLD_SECONDS)
    assert work().payments == 1
    assert [one.state for one in season.payments(adoption)] == ["closed"]


def test_a_pending_payment_nobody_follows_is_followed_again(season: Season) -> None:
    adoption = season.hold()
    season.pay(adoption, "later")
    with unit_of_work():
        db.session.execute(delete(DueRow))
    assert work().payments == 1
    assert work() == NOTHING


@pytest.mark.parametrize("after", [True, False])
def test_an_intention_without_an_answer_is_resolved_under_its_key(
    season: Season, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    adoption = season.hold()
    season.review(adoption)
    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "create_checkout", failing(UnknownOutcome, after=after))
        with pytest.raises(GatewayTrouble):
            season.open_page(adoption)
        season.clock.advance(seconds=UNANSWERED.total_seconds())
        assert work().payments == 1
        assert [one.state for one in season.payments(adoption)] == ["opening"]
    season.tick(minutes=1)
    [payment] = season.payments(adoption)
    assert payment.state == "open"
    season.choose(season.open_page(adoption), "pay")
    assert season.state(adoption) == "paid"


def test_due_rows_that_are_lost_are_declared_again(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    with unit_of_work():
        db.session.add(SandboxSetting(name="refund_outcome", value="pending"))
    given_up, paid = season.paid(), season.hold()
    season.cancel(given_up)
    season.tick(seconds=1)
    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "fetch", failing(UnknownOutcome))
        season.pay(paid)
    with unit_of_work():
        db.session.execute(delete(DueRow))
    assert catch_up.catch_up() == Found(events=0, silent=(), payments=0, refunds=1, inbox=1)
    with unit_of_work(writes=False):
        kinds = sorted(db.session.scalars(select(DueRow.kind)))
    assert kinds == [inbox.APPLY_EVENT, refund.SEND_REFUND]
    assert catch_up.catch_up() == NOTHING
    schedule.do_due_work()
    assert (season.state(given_up), season.state(paid)) == ("cancelled", "paid")
    assert season.violations() == {}


def test_on_the_command_line(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    adoption = season.hold()
    season.pay(adoption, "lost")
    season.clock.advance(days=4)
    run = season.app.test_cli_runner()
    assert "\n1 payments to ask about\n" in run.invoke(args=["payments", "catch-up"]).stdout
    done = run.invoke(args=["payments", "catch-up", "--since", "2026-11-24"])
    assert done.exit_code == 0
    assert "\n1 events that nobody had heard\n0 payments to ask about\n" in f"\n{done.stdout}"
    assert [one.state for one in season.payments(adoption)] == ["succeeded"]
    monkeypatch.setattr(SandboxGateway, "events_since", failing(Retryable))
    failed = run.invoke(args=["payments", "catch-up"])
    assert failed.exit_code == 1
    assert "No answer from sandbox" in failed.output
