"""The export, read by an independent program."""

from __future__ import annotations

from beancount import loader
from flask import Flask

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.ledger.export import export_lines
from cofu_adopt.ledger.post import post_entry, reverse_entry


def test_beancount_accepts_it_and_refuses_one_wrong_fen(app: Flask) -> None:
    with unit_of_work():
        post_entry(
            "payment:1:captured",
            [("Gateway:sandbox", 19800), ("Prepaid:1", -19800)],
            memo='已付 "一" é',
            currency="cny",
        )
        reverse_entry("payment:1:undone", of_source="payment:1:captured", memo="undone")
    with unit_of_work(writes=False):
        book = "\n".join(export_lines("beancount")) + "\n"
        assert book == "\n".join(export_lines("beancount")) + "\n"
    assert loader.load_string(book)[1] == []
    assert loader.load_string(book.replace(" 19800 ", " 19801 ", 1))[1] != []
