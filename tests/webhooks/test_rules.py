"""How a call is signed, and when it is tried again."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest

from cofu_adopt.webhooks import rules

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


def test_the_signature_is_that_of_the_convention() -> None:
    """The example by which its libraries check themselves."""
    signed = rules.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_each_secret_signs() -> None:
    old, new = rules.new_secret(), rules.new_secret()
    made = rules.headers((new, old), "evt_1", 7, b"{}")
    assert made["webhook-signature"].split() == [rules.sign(secret, "evt_1", 7, b"{}") for secret in (new, old)]
    assert (made["webhook-id"], made["webhook-timestamp"]) == ("evt_1", "7")


def test_a_secret_is_long_and_new() -> None:
    secrets = {rules.new_secret() for _number in range(5)}
    assert len(secrets) == 5
    assert all(len(b64decode(secret.removeprefix("whsec_"))) == 32 for secret in secrets)


def test_it_is_tried_for_three_days() -> None:
    pauses = [rules.pause_after(tries, 0) for tries in range(1, rules.MOST_TRIES + 1)]
    assert pauses.pop() is None
    kept = [pause for pause in pauses if pause is not None]
    assert kept == sorted(kept)
    assert sum(kept, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    assert rules.pause_after(1, 1) == timedelta(seconds=6), "a fifth longer at most"


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        (None, None, 0),
        (500, "99", 0),
        (503, None, 60),
        (503, "7", 60),
        (429, "600", 600),
        (429, "9999999999999999999999", 3600),
        (429, "9" * 5000, 3600),
        (429, "-5", 60),
        (429, "Wed, 21 Oct 2026 07:28:00 GMT", 60),
    ],
)
def test_how_long_it_asks_to_be_left_alone(status: int | None, retry_after: str | None, seconds: int) -> None:
    assert rules.asked_rest(status, retry_after) == timedelta(seconds=seconds)


def test_it_is_given_up_after_three_days() -> None:
    assert not rules.is_given_up(None, rules.MOST_TRIES, NOW)
    assert not rules.is_given_up(NOW - timedelta(hours=71, minutes=59), rules.MOST_TRIES, NOW)
    assert rules.is_given_up(NOW - timedelta(hours=72), rules.MOST_TRIES, NOW)
    assert not rules.is_given_up(NOW - timedelta(hours=72), rules.MOST_TRIES - 1, NOW)
