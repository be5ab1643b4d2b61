"""The water's temperature of a plot's day is what the posts tell that have measured there."""

from __future__ import annotations

from decimal import Decimal

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.growth.correct_update import correct_update
from cofu_adopt.growth.send_reading import send_reading
from cofu_adopt.growth.withdraw_update import withdraw_update
from tests.growth.diary import Diary, sample

COLD, WARM, WARMER = Decimal("17.5"), Decimal("18.5"), Decimal("19.5")
MEASURED = (("A1-01", sample(45)),)


def water(diary: Diary) -> float | None:
    (row,) = diary.measurements()
    return row.water_temperature_c


def withdraw(diary: Diary, update_id: int) -> None:
    with unit_of_work():
        withdraw_update(update_id, [diary.ours.id], diary.ours.person_id)


def tell(diary: Diary, update_id: int, warmth: Decimal | None) -> float | None:
    diary.edit(update_id, content={"water_temperature_c": warmth})
    return water(diary)


def test_set_right_it_reaches_the_measurement(diary: Diary) -> None:
    update_id = diary.post(readings=MEASURED, water_temperature_c=WARM)
    assert [tell(diary, update_id, warmth) for warmth in (COLD, None, WARMER)] == [17.5, None, 19.5]
    assert diary.lengths() == [45.0]


def test_told_no_more_it_gives_way_to_what_another_post_tells(diary: Diary) -> None:
    first = diary.post(readings=MEASURED, water_temperature_c=COLD)
    second = diary.post(readings=MEASURED, water_temperature_c=WARM)
    assert tell(diary, first, WARMER) == 18.5, "the second was there later"
    assert tell(diary, second, None) == 19.5
    assert tell(diary, second, WARM) == 18.5
    withdraw(diary, second)
    assert water(diary) == 19.5


def test_withdrawn_it_leaves_no_temperature_behind(diary: Diary) -> None:
    diary.post(readings=MEASURED)
    withdraw(diary, diary.post(readings=MEASURED, water_temperature_c=WARM))
    assert water(diary) is None


def test_a_sensors_temperature_stays(diary: Diary) -> None:
    update_id = diary.post(readings=MEASURED, water_temperature_c=WARM)
    with unit_of_work():
        send_reading(diary.ours.id, "A1-01", None, sample(45), water_temperature_c=COLD)
    assert tell(diary, update_id, None) == 17.5
    withdraw(diary, update_id)
    assert water(diary) == 17.5


def test_with_a_withdrawn_correction_comes_back_what_the_first_told(diary: Diary) -> None:
    first = diary.post(readings=MEASURED, water_temperature_c=COLD)
    diary.season.clock.advance(days=2)
    with unit_of_work():
        draft = diary.draft(readings=MEASURED, water_temperature_c=WARM)
        later = correct_update(first, [diary.ours.id], diary.ours.person_id, draft).id
    assert water(diary) == 18.5
    withdraw(diary, later)
    assert water(diary) == 17.5
