"""What is promised, added up; and that waiting is counted, not working."""

from __future__ import annotations

from cofu_adopt.core import patience

PROMISED_SECONDS = 5


def test_whoever_asks_hears_within_five_seconds() -> None:
    last_wait = max(patience.POOL_SECONDS, patience.CONNECT_SECONDS, patience.LEAST_SECONDS)
    assert patience.ANSWER_SECONDS + last_wait < PROMISED_SECONDS


def test_each_wait_has_what_the_ones_before_have_left() -> None:
    with patience.limited(2.0):
        with patience.waiting() as first:
            pass
        with patience.waiting() as second:
            pass
    assert first == 2.0
    assert patience.LEAST_SECONDS < second < 2.0


def test_when_all_is_spent_there_is_time_to_roll_back() -> None:
    with patience.limited(0), patience.waiting() as left:
        assert left == patience.LEAST_SECONDS


def test_the_patient_and_those_whom_nobody_waits_for_may_wait_long() -> None:
    with patience.waiting() as nobody_waits:
        assert nobody_waits == patience.LONGEST_SECONDS
    with patience.limited(1.0):
        patience.be_patient()
        with patience.waiting() as patient:
            assert patient == patience.LONGEST_SECONDS


def test_a_migration_may_take_as_long_as_it_takes() -> None:
    with patience.without_end(), patience.waiting() as seconds:
        assert seconds == patience.WITHOUT_END


def test_an_answer_inside_an_answer_has_its_own_time() -> None:
    with patience.limited(2.0):
        with patience.limited(0.5), patience.waiting() as inner:
            assert inner == 0.5
        with patience.waiting() as outer:
            assert outer == 2.0
