"""A rope that is shown by a link: off, on, the same link, taken back."""

from __future__ import annotations

import pytest

from cofu_adopt.adoptions import share
from cofu_adopt.adoptions.errors import NothingToShow
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.adoptions.name_rope import name_rope
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import NotFound
from tests.season import Season


def turn_on(adoption: Adoption, *, shows_name: bool = False) -> str:
    with unit_of_work():
        return share.share_rope(adoption.code, adoption.person_id, shows_name=shows_name).token


def name_shown(token: str) -> str | None:
    with unit_of_work(writes=False):
        return share.get_shared(token).rope_name


def is_gone(token: str) -> bool:
    try:
        name_shown(token)
    except NotFound:
        return True
    return False


def test_it_is_off_until_she_turns_it_on_and_the_link_stays(season: Season) -> None:
    adoption = season.paid()
    with unit_of_work():
        name_rope(adoption.code, adoption.person_id, "小满号")
        assert share.find_share(adoption.id) is None
    token = turn_on(adoption)
    assert len(token) >= 20
    assert name_shown(token) is None
    assert turn_on(adoption, shows_name=True) == token
    assert name_shown(token) == "小满号"
    assert turn_on(adoption) == token
    assert name_shown(token) is None


def test_a_link_that_was_taken_back_is_dead_for_good(season: Season) -> None:
    adoption = season.paid()
    token = turn_on(adoption)
    with unit_of_work():
        share.stop_sharing(adoption.code, adoption.person_id)
        share.stop_sharing(adoption.code, adoption.person_id)
    assert is_gone(token)
    another = turn_on(adoption)
    assert another != token
    assert is_gone(token)
    assert not is_gone(another)


def test_only_her_own_paid_rope_can_be_shown(season: Season) -> None:
    adoption = season.paid()
    other = season.person()
    for act in (lambda: share.share_rope(adoption.code, other, shows_name=True),
                lambda: share.stop_sharing(adoption.code, other)):  # fmt: skip
        with pytest.raises(NotFound), unit_of_work():
            act()
    held = season.hold()
    with pytest.raises(NothingToShow):
        turn_on(held)


def test_a_rope_that_was_given_back_is_shown_no_more(season: Season) -> None:
    adoption = season.paid()
    token = turn_on(adoption)
    season.cancel(adoption)
    assert is_gone(token)
