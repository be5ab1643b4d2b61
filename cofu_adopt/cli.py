"""flask commands."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from cofu_adopt import schedule
from cofu_adopt.adoptions.load_demo import load_demo_orders
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.verify import verify_command
from cofu_adopt.farm.cli import import_command
from cofu_adopt.farm.load_demo import demo_plots_on_sale, load_demo_season
from cofu_adopt.growth.cli import growth_group
from cofu_adopt.growth.load_demo import load_demo_diary
from cofu_adopt.identity.cli import staff_group, token_command
from cofu_adopt.identity.load_demo import load_demo_people
from cofu_adopt.ledger.cli import ledger_group
from cofu_adopt.offers.load_demo import load_demo_offers
from cofu_adopt.payments.cli import payments_group


def register(app: Flask) -> None:
    """Add the commands to `flask --app wsgi`."""
    for command in (
        import_command,
        verify_command,
        ledger_group,
        payments_group,
        growth_group,
        staff_group,
        token_command,
        jobs_command,
        demo_command,
    ):
        app.cli.add_command(command)


@click.command("jobs")
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@with_appcontext
def jobs_command(*, once: bool) -> None:
    """Run the clock: due work and waiting messages. Any number may run at once."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
    if once:
        with app.test_request_context():
            done = schedule.do_due_work() + schedule.call_strangers()
            sent = schedule.deliver_codes() + schedule.deliver_letters() + schedule.deliver_notes()
            click.echo(f"{done} due, {sent} messages")
        return
    schedule.run_clock(app)


@click.command("demo")
@with_appcontext
def demo_command() -> None:
    """Migrate, load the demo season if the sea is empty, and print the people to sign in as."""
    if not current_app.extensions["settings"].is_safe_environment:
        raise click.ClickException("The demo season is for development only.")
    click.echo("正在准备演示季，第一次要十几秒 · Preparing the demo season; the first time takes some seconds.")
    upgrade()
    with unit_of_work():
        load_demo_season(keep_in=Path(current_app.instance_path) / "demo_season")
    with unit_of_work():
        on_sale = demo_plots_on_sale()
        offer_id = load_demo_offers(list(on_sale.values()), currency=current_app.extensions["settings"].currency)
        people = load_demo_people()
    load_demo_orders(on_sale, offer_id)
    load_demo_diary()
    click.echo("演示季已就绪。可以这样登录 · The demo season is ready. Sign in as:")
    for line in people:
        click.echo(f"  {line}")
