"""What a bank is told of the diary: the posts since the payment, and only what everybody may see."""

from __future__ import annotations

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.registry import EvidenceText
from cofu_adopt.farm.tell_story import tell_story
from cofu_adopt.growth.evidence import MOST_POSTS, tell_diary
from cofu_adopt.growth.models import Work
from cofu_adopt.growth.withdraw_update import withdraw_update
from tests.growth.diary import Diary, sample


def told(order_id: int) -> list[EvidenceText]:
    with unit_of_work(writes=False):
        return list(tell_diary(order_id))


def test_posts_since_the_payment_are_told(diary: Diary) -> None:
    diary.post(note="付款以前的")
    diary.season.clock.advance(hours=1)
    order = diary.season.paid(plot="A1-01")
    assert told(order.id) == []
    diary.season.clock.advance(days=1)
    uuid, _photo = diary.photo()
    people, _photo = diary.photo()
    diary.post(
        note="今天清了附着物", photo_uuids=(uuid, people), people_uuids=frozenset({people}), work=(Work.CLEANING,)
    )
    diary.post("A1-02", note="别的桁的")
    gone = diary.post(note="撤下的")
    with unit_of_work():
        withdraw_update(gone, [diary.ours.id], diary.ours.person_id)
    diary.season.clock.advance(hours=1)
    diary.post(readings=(("A1-01", sample(45.2)),))
    (text,) = told(order.id)
    newest, oldest = text.text.splitlines()[1:]
    assert "壳长 45.2 毫米" in newest
    assert "今天清了附着物" in oldest
    assert "清附着物" in oldest
    assert oldest.count("/media/") == 1, "nobody agreed to be seen on the other photo"
    for hidden in ("付款以前的", "别的桁的", "撤下的", "张"):
        assert hidden not in text.text


def test_a_household_is_named_when_it_agrees_and_the_list_has_an_end(diary: Diary) -> None:
    order = diary.season.paid(plot="A1-01")
    with unit_of_work():
        tell_story(diary.ours.id, public_name="张信良", story="", story_en="", consents=True)
    for _n in range(MOST_POSTS + 2):
        diary.season.clock.advance(hours=5)
        diary.post(note="水清")
    (text,) = told(order.id)
    assert text.text.count("水清") == MOST_POSTS
    assert f"只列最近的 {MOST_POSTS} 条" in text.text
    assert "张信良家" in text.text
