"""flask --app wsgi staff: for the one case that no page can help with."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.identity import staff, totp
from cofu_adopt.identity.end_sessions import end_sessions

staff_group = AppGroup("staff", help="The workshop's people.")


@staff_group.command("reset-totp")
@click.argument("username")
def reset_totp(username: str) -> None:
    """Forget the phone of USERNAME and end all sessions: for an administrator whom no other can help."""
    with unit_of_work():
        person_id = staff.find_staff_id(username)
        if person_id is None:
            raise click.ClickException(f"Nobody signs in as {username}.")
        totp.reset(person_id)
        end_sessions(person_id)
    click.echo(f"{username} signs in with the password and sets up a new phone at /staff/security.")
