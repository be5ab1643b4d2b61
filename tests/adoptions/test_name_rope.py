"""Naming a rope: a name can only be text."""

from __future__ import annotations

import pytest

from cofu_adopt.adoptions.name_rope import name_rope
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import Invalid, NotFound
from tests.season import Season


def give(season: Season, code: str, name: str, person_id: int | None = None) -> None:
    with unit_of_work():
        name_rope(code, person_id or season.person_id, name)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("小海", "小海"),
        ("  小   海\n的\t绳 ", "小 海 的 绳"),
        ("Zoe\N{COMBINING DIAERESIS}", "Zoë"),
        ("一二三四五六七八九十百千", "一二三四五六七八九十百千"),
        ("🦪🌊❤️", "🦪🌊❤️"),
        ("👩\N{ZERO WIDTH JOINER}🌾", "👩\N{ZERO WIDTH JOINER}🌾"),
        ("𠮷㛃", "𠮷㛃"),
        ("\U0002ebf0", "\U0002ebf0"),
        ("<b>&\"'", "<b>&\"'"),
        ("=1+1", "=1+1"),
        ("", None),
        (" \N{IDEOGRAPHIC SPACE} ", None),
    ],
)
def test_a_name_is_kept_as_text(season: Season, typed: str, kept: str | None) -> None:
    adoption = season.paid()
    give(season, adoption.code, "before")
    give(season, adoption.code, typed)
    assert season.read(adoption).rope_name == kept


@pytest.mark.parametrize(
    "typed",
    [
        "一二三四五六七八九十百千万",
        "a" * 10_000,
        "a\N{NULL}b",
        "a\N{ESCAPE}[31m",
        "abc\N{RIGHT-TO-LEFT OVERRIDE}def",
        "a\N{ZERO WIDTH SPACE}b",
        "\ud800",
        "\ue000",
        "\uffff",
        "\N{LATIN SMALL LETTER A}" + "\N{COMBINING ACUTE ACCENT}" * 13,
    ],
)
def test_what_is_too_long_or_cannot_be_shown_is_refused(season: Season, typed: str) -> None:
    adoption = season.paid()
    give(season, adoption.code, "before")
    with pytest.raises(Invalid) as refused:
        give(season, adoption.code, typed)
    assert "name" in refused.value.fields
    assert season.read(adoption).rope_name == "before"


def test_only_a_paid_rope_is_named_and_only_by_its_adopter(season: Season) -> None:
    held, paid = season.hold(), season.paid()
    with pytest.raises(Invalid):
        give(season, held.code, "小海")
    with pytest.raises(NotFound):
        give(season, paid.code, "小海", season.person())


def test_a_name_is_shown_escaped(season: Season) -> None:
    adoption = season.paid()
    client = season.signed_in()
    assert client.post(f"/orders/{adoption.code}/name", data={"name": "<i>a</i>"}).status_code == 302
    page = client.get(f"/orders/{adoption.code}").text
    assert "&lt;i&gt;a&lt;/i&gt;" in page
    assert "<i>a</i>" not in page
