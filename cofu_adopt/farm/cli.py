"""flask import DIR."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import DomainError
from cofu_adopt.farm.compare_season import COLUMN_OF
from cofu_adopt.farm.faults import Level
from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.import_season import ImportPreview, check_acceptable, commit_import, preview_import
from cofu_adopt.farm.read_season import FILE_NAMES, files_in

MOST_LINES = 40
KINDS = {"households": "养殖户 households", "plots": "桁 plots", "measurements": "测量 measurements"}


@click.command("import")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask; write if nothing blocks and every warning is accepted.")
@click.option("--dry-run", is_flag=True, help="Only show what would happen.")
@click.option("--accept", "accepted", multiple=True, metavar="ID", help="Accept one warning by its id; repeatable.")
@click.option("--accept-all", is_flag=True, help="Accept every warning.")
@click.option("--all", "show_all", is_flag=True, help="Show every change and remark, however many.")
@click.option(
    "--language", type=click.Choice(["zh_Hans", "en"]), default="zh_Hans", help="What the remarks are told in."
)
@click.option("--shift-days", default=0, help="Move all dates by so many days; for a demo season only.")
@with_appcontext
def import_command(
    directory: Path, *, yes: bool, dry_run: bool, accepted: tuple[str, ...], accept_all: bool, show_all: bool,
    language: str, shift_days: int,
) -> None:  # fmt: skip
    """Import households.xlsx, plots.xlsx and measurements.csv from DIRECTORY: preview, then all or nothing."""
    with force_locale(language):
        files = files_in(directory)
        if not files:
            names = "、".join(FILE_NAMES.values())
            raise click.ClickException(f"{directory} 里没有 {names}，名字要一模一样。 · None of them is there.")
        with unit_of_work(writes=False):
            preview = preview_import(files, shift_days=shift_days)
        ids = preview.warning_ids if accept_all else frozenset(accepted)
        show(preview, ids, most=None if show_all else MOST_LINES)
        try:
            _write(preview, ids, yes=yes, dry_run=dry_run)
        except DomainError as error:
            raise click.ClickException(error.message) from error


def _write(preview: ImportPreview, accepted: frozenset[str], *, yes: bool, dry_run: bool) -> None:
    if preview.blocked:
        click.echo("有要改的地方，什么都没有写入。改好文件再来。 · Nothing was written; mend the files first.")
        raise SystemExit(1)
    check_acceptable(preview, accepted)
    if dry_run:
        click.echo("只是预览，什么都没有写入。 · A preview only; nothing was written.")
        return
    waiting = preview.warning_ids - accepted
    if waiting:
        click.echo(
            f"还有 {len(waiting)} 条要确认，什么都没有写入。看过以后加 --accept 编号 或 --accept-all。"
            f" · {len(waiting)} warnings wait: --accept ID or --accept-all."
        )
        raise SystemExit(1)
    if preview.changes_nothing:
        click.echo("和库里一样，没有要写的。 · Nothing to write: all of it is stored already.")
        return
    if not yes:
        click.confirm("写入？ · Write it?", abort=True)
    with unit_of_work("import"):
        commit_import(preview, accepted)
    click.echo("已写入。 · Written.")


def show(preview: ImportPreview, accepted: frozenset[str], *, most: int | None) -> None:
    """Print the preview: the tallies, the differences, then the remarks, those that block first."""
    for kind, tally in preview.tallies.items():
        click.echo(
            f"{KINDS[kind]}：新 new {tally.new}，改 changed {tally.changed}，同 same {tally.same}，"
            f"没列出 not listed {tally.absent}"
        )
    _list(
        [
            f"{change.code}: "
            + "；".join(f"{COLUMN_OF[name]} {before} → {after}" for name, (before, after) in change.fields.items())
            for change in preview.changes
        ],
        most,
    )
    for level in Level:
        found = [finding for finding in preview.findings if finding.level is level]
        _list([_line(finding, accepted) for finding in found], most)


def _line(finding: Finding, accepted: frozenset[str]) -> str:
    if not finding.needs_acceptance:
        return finding.sentence()
    mark = "已接受 accepted" if finding.id in accepted else "--accept"
    return f"{finding.sentence()} ({mark} {finding.id})"


def _list(lines: list[str], most: int | None) -> None:
    for line in lines[:most]:
        click.echo(f"  {line}")
    if most is not None and len(lines) > most:
        click.echo(f"  … 还有 {len(lines) - most} 条，加 --all 看全部 · {len(lines) - most} more with --all")
