"""flask ledger ..."""

from __future__ import annotations

from typing import TextIO

import click
from flask.cli import AppGroup

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.ledger.export import FORMATS, export_lines

ledger_group = AppGroup("ledger", help="The books.")


@ledger_group.command("export")
@click.option("--format", "file_format", type=click.Choice(FORMATS), required=True)
@click.option(
    "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="A file; default: print."
)
def export_command(file_format: str, output: TextIO) -> None:
    """Write all entries for bean-check or hledger, in integer FEN."""
    with unit_of_work(writes=False):
        output.writelines(line + "\n" for line in export_lines(file_format))
