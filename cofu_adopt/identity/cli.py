"""flask token, flask staff: what no page can help with."""

from __future__ import annotations

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from cofu_adopt.core.access import Scope
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import DomainError
from cofu_adopt.identity import staff, tokens, totp
from cofu_adopt.identity.end_sessions import end_sessions
from cofu_adopt.identity.models import Person

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


@click.command("token")
@click.argument("username")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([str(scope) for scope in Scope]),
    multiple=True,
    required=True,
    help="Repeat it.",
)
@click.option("--days", type=click.IntRange(1, tokens.MOST_DAYS), default=90, show_default=True)
@with_appcontext
def token_command(username: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Make an API token for a member of staff and print it, this once."""
    try:
        with unit_of_work():
            person_id = db.session.scalar(select(Person.id).where(Person.username == username))
            if person_id is None:
                raise click.ClickException(f"There is no {username}.")
            made = tokens.make_token(person_id, name=name, scopes=[Scope(scope) for scope in scopes], days=days)
    except DomainError as error:
        raise click.ClickException("; ".join([error.message, *getattr(error, "fields", {}).values()])) from error
    click.echo(made.secret)
