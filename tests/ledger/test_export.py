"""The export: deterministic, read by an independent program, refused after one wrong fen."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
from beancount import loader
from flask import Flask

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.ledger.export import FORMATS, export_lines
from cofu_adopt.ledger.post import post_entry, reverse_entry
from tests.ledger.books import capture

BEAN_CHECK = Path(sysconfig.get_path("scripts")) / "bean-check"
NASTY = '(a "b" \\ ; | \n 已付 é  * !'
POSTING = re.compile(r"  (\S+)  (-?\d+) (\S+)")


@pytest.fixture
def books(app: Flask) -> Flask:
    """Three entries, one of them a reversal, one in dollars."""
    capture(1, memo=NASTY)
    with unit_of_work():
        post_entry("payment:2:captured", [("Gateway:stripe_us", 500), ("Prepaid:2", -500)], memo="", currency="usd")
        reverse_entry("payment:1:undone", of_source="payment:1:captured", memo="undone")
    return app


def export(file_format: str) -> str:
    with unit_of_work(writes=False):
        return "".join(line + "\n" for line in export_lines(file_format))


def one_fen_more(book: str) -> str:
    return book.replace(" 19800 ", " 19801 ", 1)


def bean_check(path: Path) -> int:
    return subprocess.run([BEAN_CHECK, path], check=False, capture_output=True).returncode


def test_beancount_accepts_it_and_refuses_one_wrong_fen(books: Flask) -> None:
    book = export("beancount")
    entries, errors, _options = loader.load_string(book)
    assert errors == []
    assert sum(type(entry).__name__ == "Transaction" for entry in entries) == 3
    assert loader.load_string(one_fen_more(book))[1] != []


def test_the_command_writes_what_bean_check_accepts(books: Flask, tmp_path: Path) -> None:
    path = tmp_path / "books.beancount"
    result = books.test_cli_runner().invoke(args=["ledger", "export", "--format", "beancount", "--output", str(path)])
    assert (result.exit_code, result.output) == (0, "")
    assert path.read_text(encoding="utf-8") == export("beancount")
    assert bean_check(path) == 0
    path.write_text(one_fen_more(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert bean_check(path) == 1


def test_the_command_prints_and_refuses_other_formats(books: Flask) -> None:
    runner = books.test_cli_runner()
    assert runner.invoke(args=["ledger", "export", "--format", "hledger"]).output == export("hledger")
    assert runner.invoke(args=["ledger", "export", "--format", "xml"]).exit_code == 2
    assert runner.invoke(args=["ledger", "export"]).exit_code == 2


def test_hledgers_rules_are_kept(books: Flask) -> None:
    """What `hledger check --strict ordereddates` demands: https://hledger.org/hledger.html, journal format."""
    book = export("hledger")
    # A commodity's sample must show a decimal mark; a symbol with anything but letters in it stands in quotes.
    assert re.findall(r"^commodity (.*)$", book, re.MULTILINE) == ["1. FEN", '1. "USD.CENT"']
    declared = set(re.findall(r"^account (\S+)$", book, re.MULTILINE))
    dates, used, sums = [], set(), []
    for entry in book.split("\n\n")[1:]:
        head, *lines = entry.rstrip("\n").split("\n")
        date, words = re.fullmatch(r"(\d{4}-\d\d-\d\d) \* \(\) ([^;|]*  ; source: \S+)", head).groups()  # type: ignore[union-attr]
        assert "\\" not in words
        dates.append(date)
        legs = [POSTING.fullmatch(line) for line in lines]
        assert all(legs)
        used |= {leg[1] for leg in legs if leg}
        sums.append(sum(int(leg[2]) for leg in legs if leg))
    assert used <= declared
    assert dates == sorted(dates)
    assert sums == [0, 0, 0]


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_books_give_the_same_bytes(books: Flask, file_format: str) -> None:
    assert export(file_format) == export(file_format)


def test_empty_books_are_a_sound_export(app: Flask) -> None:
    book = export("beancount")
    assert loader.load_string(book)[1] == []
    assert [export(file_format).count("\n") for file_format in FORMATS] == [1, 0]
    assert app.test_cli_runner().invoke(args=["ledger", "export", "--format", "hledger"]).exit_code == 0
