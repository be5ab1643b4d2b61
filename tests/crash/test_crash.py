"""A process dies at a point, is started again, and the flow comes to the same end: nothing doubled, nothing lost."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from cofu_adopt import schedule
from tests.crash.conftest import Fresh
from tests.crash.flow import FLOWS
from tests.crash.named_points import named_points
from tests.crash.run import Told, run_flow

TELLING = (
    ("pay", "adoptions.adopt.after_commit"),
    ("pay", "gateway.create_checkout.after"),
    ("pay", "webhook.apply.before_commit"),
    ("pay", "outbox.email.after"),
    ("pay_later", "due.claim.after_commit"),
    ("pay_and_be_caught_up", "catch_up.store.after_commit"),
    ("cancel_paid", "gateway.refund.after"),
    ("refund_by_two", "refund.line.after_commit"),
    ("expire_while_paying", "gateway.close.after"),
    ("transfer", "transfer.match.after_commit"),
    ("dispute_answered_and_won", "gateway.send_evidence.after"),
    ("send_photo", "media_store.put.after"),
    ("tell_an_update", "due.tell_piece.before_commit"),
    ("tell_an_update", "outbox.push.after"),
    ("tell_a_program", "webhook.call.after"),
    ("tell_a_program", "webhook.answered.before_commit"),
    ("import_season", "import.before_commit"),
)
"""The points at which the most can go wrong; `make test-full` dies at all of them."""
SIDES = ("before", "after")
Undisturbed = Callable[[str], Told]


def die_and_try_again(flow: str, point: str, fresh: Fresh, whole: Told) -> None:
    url = fresh()
    assert run_flow(flow, url, crash_at=point) is None, f"{flow} did not come by {point}"
    again = run_flow(flow, url)
    assert again is not None
    assert again.faults == [], f"{flow} after {point}"
    assert again.portrait == whole.portrait, f"{flow} after {point}"


@pytest.mark.parametrize(("flow", "point"), TELLING)
def test_dies_at_a_telling_point(flow: str, point: str, fresh: Fresh, undisturbed: Undisturbed) -> None:
    die_and_try_again(flow, point, fresh, undisturbed(flow))


@pytest.mark.skipif(not os.environ.get("COFU_TEST_FULL"), reason="make test-full")
@pytest.mark.parametrize("flow", FLOWS)
def test_dies_at_every_point(flow: str, fresh: Fresh, undisturbed: Undisturbed) -> None:
    whole = undisturbed(flow)
    for point in dict.fromkeys(whole.points):
        die_and_try_again(flow, point, fresh, whole)


def test_every_named_point_is_passed_by_a_flow(undisturbed: Undisturbed) -> None:
    passed: set[str] = set()
    for flow in FLOWS:
        passed.update(undisturbed(flow).points)
        assert undisturbed(flow).faults == [], flow
    # One of the two ways to end a due row, by its kind.
    kinds = {f"due.{kind}": handler.own_transactions for kind, handler in schedule.HANDLERS.items()}
    other_way = {f"{kind}{'' if own else '.finish'}.{side}_commit" for kind, own in kinds.items() for side in SIDES}
    assert named_points() - other_way - passed == set()
