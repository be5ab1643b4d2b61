"""flask import DIR."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import DomainError
from cofu_adopt.farm.import_season import ImportPreview, commit_import, preview_import

MOST_LINES = 40
KINDS = {"households": "养殖户 households", "plots": "桁 plots", "measurements": "测量 measurements"}


@click.command("import")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask; write if nothing blocks.")
@click.option("--dry-run", is_flag=True, help="Only show what would happen.")
@click.option("--all", "show_all", is_flag=True, help="Show every change and remark, however many.")
@click.option("--shift-days", default=0, help="Move all dates by so many days; for a demo season only.")
@with_appcontext
def import_command(directory: Path, *, yes: bool, dry_run: bool, show_all: bool, shift_days: int) -> None:
    """Import households.xlsx, plots.xlsx and measurements.csv from DIRECTORY: preview, then all or nothing."""
    with force_locale("zh_Hans"):
        with unit_of_work(writes=False):
            preview = preview_import(directory, shift_days=shift_days)
        show(preview, most=None if show_all else MOST_LINES)
        if preview.blocked:
            click.echo("有要改的地方，什么都没有写入。改好文件再来。 · Nothing was written; mend the files first.")
            raise SystemExit(1)
        if dry_run:
            click.echo("只是预览，什么都没有写入。 · A preview only; nothing was written.")
            return
        if not yes:
            click.confirm("写入？ · Write it?", abort=True)
        try:
            with unit_of_work("import"):
                commit_import(preview)
        except DomainError as error:
            raise click.ClickException(error.message) from error
        click.echo("已写入。 · Written.")


def show(preview: ImportPreview, *, most: int | None) -> None:
    """Print the preview: the tallies, the changes, then the remarks, those that block first."""
    for kind, tally in preview.tallies.items():
        click.echo(f"{KINDS[kind]}：新 new {tally.new}，改 changed {tally.changed}，同 same {tally.same}")
    lines = [
        f"{change.code}: " + "；".join(f"{name} {before} → {after}" for name, (before, after) in change.fields.items())
        for change in preview.changes
    ]
    _list(lines, most)
    _list([finding.sentence() for finding in sorted(preview.findings, key=lambda finding: not finding.blocks)], most)


def _list(lines: list[str], most: int | None) -> None:
    for line in lines[:most]:
        click.echo(f"  {line}")
    if most is not None and len(lines) > most:
        click.echo(f"  … 还有 {len(lines) - most} 条，加 --all 看全部 · {len(lines) - most} more with --all")
