"""flask payments: what a person must look at, and what was lost on its way."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import AppGroup
from sqlalchemy import select

from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.due import run_due
from cofu_adopt.core.errors import NotFound
from cofu_adopt.payments import catch_up, inbox
from cofu_adopt.payments.end_review import end_review
from cofu_adopt.payments.models import GatewayEvent
from cofu_adopt.payments.queries import list_reviews

payments_group = AppGroup("payments", help="Payments: what a person must look at, and what was lost on its way.")


@payments_group.command("reviews")
def reviews() -> None:
    """List the payments whose amount or currency is not what was asked for."""
    with unit_of_work(writes=False):
        rows = list_reviews()
    for row in rows:
        click.echo(f"{row.id}\torder {row.order_id}\t{row.provider} {row.gateway_ref}\t{row.review_reason}")
    click.echo(f"{len(rows)} in review")


@payments_group.command("end-review")
@click.argument("payment_id", type=int)
@click.option("--note", required=True, help="How and when its money was given back on the gateway's own desk.")
def end_review_command(payment_id: int, note: str) -> None:
    """Close a payment in review after its money was given back on the gateway's own desk."""
    try:
        with unit_of_work():
            end_review(payment_id, note)
    except NotFound as error:
        raise click.ClickException(f"Payment {payment_id} is not in review.") from error
    click.echo(f"Payment {payment_id} is closed.")


@payments_group.command("catch-up")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="Ask for the gateways' events since then, in the island's time; otherwise since the last time.",
)
def catch_up_command(since: datetime | None) -> None:
    """Look for lost notifications, answers and due work, and do what was found. Safe at any time."""
    found = catch_up.catch_up(since.replace(tzinfo=clock.SHANGHAI) if since else None)
    click.echo(f"{found.events} events that nobody had heard")
    click.echo(f"{found.payments} payments to ask about")
    click.echo(f"{found.refunds} refunds that nobody followed")
    click.echo(f"{found.inbox} stored events that nobody did")
    while run_due(catch_up.HANDLERS):
        pass
    if found.silent:
        raise click.ClickException(f"No answer from {', '.join(found.silent)}; try again later.")


@payments_group.command("replay")
@click.argument("event_id")
def replay_command(event_id: str) -> None:
    """Do a stored event once more, by the id that the gateway gave it. Harmless where it was done."""
    with unit_of_work():
        row_id = db.session.scalar(select(GatewayEvent.id).where(GatewayEvent.event_id == event_id))
        if row_id is None:
            raise click.ClickException(f"No event {event_id} is stored.")
        inbox.replay_event(row_id)
    try:
        inbox.apply_event(row_id)
    except Exception as error:
        raise click.ClickException(f"It failed, and is tried again by the clock: {error!r}") from error
    with unit_of_work(writes=False):
        click.echo(db.session.get_one(GatewayEvent, row_id).outcome)
