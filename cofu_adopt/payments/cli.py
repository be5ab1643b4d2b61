"""flask payments: what a person must look at."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.payments.end_review import end_review
from cofu_adopt.payments.queries import list_reviews

payments_group = AppGroup("payments", help="Payments that a person must look at.")


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
