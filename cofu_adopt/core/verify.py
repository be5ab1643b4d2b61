"""flask verify: every invariant that slices have registered; exit code 1 on a violation."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.registry import checks


def run_checks() -> dict[str, list[str]]:
    """The violations of each registered check, in one reading transaction."""
    with unit_of_work(writes=False):
        return {name: list(check()) for name, check in checks().items()}


@click.command("verify")
@with_appcontext
def verify_command() -> None:
    """Check every invariant."""
    results = run_checks()
    for name, violations in results.items():
        click.echo(f"{'ok  ' if not violations else 'FAIL'} {name}")
        for violation in violations:
            click.echo(f"       {violation}")
    bad = sum(bool(violations) for violations in results.values())
    click.echo(f"{len(results)} checks, {bad} violated")
    if bad:
        raise SystemExit(1)
