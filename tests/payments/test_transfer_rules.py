"""References that survive being copied by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cofu_adopt.payments.transfer_rules import ALPHABET, LONG, make_ref, read_fen, read_refs

NUMBERS = st.integers(0, len(ALPHABET) ** LONG - 1)


@given(NUMBERS, NUMBERS)
def test_each_number_has_its_own_reference_that_is_read_as_typed(one: int, other: int) -> None:
    ref = make_ref(one)
    assert (ref == make_ref(other)) is (one == other)
    full_width = ref.replace("-", "－")
    for typed in (ref, ref.lower(), ref.replace("-", ""), ref.replace("-", " "), f"转账{ref}谢谢", full_width):
        assert read_refs(typed) == [ref]


@given(NUMBERS, st.integers(0, LONG), st.sampled_from(ALPHABET))
def test_a_wrong_character_is_found(number: int, place: int, wrong: str) -> None:
    ref = make_ref(number)
    at = place + 3 if place < LONG else -1
    characters = list(ref)
    right, characters[at] = characters[at], wrong
    assert read_refs("".join(characters)) == ([ref] if wrong == right else [])


@given(NUMBERS, st.integers(3, 5))
def test_two_exchanged_characters_are_found(number: int, at: int) -> None:
    ref = make_ref(number)
    turned = ref[:at] + ref[at + 1] + ref[at] + ref[at + 2 :]
    assert read_refs(turned) == ([ref] if turned == ref else [])


def test_several_references_and_none() -> None:
    one, two = make_ref(1), make_ref(2)
    assert read_refs(f"{one} 和 {two}, {one}") == [one, two]
    assert read_refs("贻贝 GZ 198.00 元 20261124") == []


def test_amounts() -> None:
    assert [read_fen(typed) for typed in ("198", "198.0", "¥ 1,234.56", "１９８．００")] == [
        19800,
        19800,
        123456,
        19800,
    ]
    assert [read_fen(typed) for typed in ("", "x", "0", "0.00", "1.234", "1e2", "٣")] == [None] * 7
