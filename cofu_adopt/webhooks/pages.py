"""The desk's webhooks: where others are told, whether it arrived, and sending it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cofu_adopt.core import access, clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.errors import DomainError, Invalid
from cofu_adopt.webhooks import endpoints, queries, replay
from cofu_adopt.webhooks.endpoints import LONGEST_NAME, Registered
from cofu_adopt.webhooks.errors import TooManyWebhooks, WebhookIsOff
from cofu_adopt.webhooks.forget import KEEP
from cofu_adopt.webhooks.kinds import ALL_KINDS, KINDS
from cofu_adopt.webhooks.models import DeliveryState
from cofu_adopt.webhooks.words import OFF_WORDS, STATES, error_words

bp = Blueprint("desk_webhooks", __name__, template_folder="templates", url_prefix="/desk/webhooks")
READERS = (Role.OPERATOR, Role.AUDITOR)
ONCE = {"Cache-Control": "no-store"}
"""For answers that hold a secret."""
DAYS_BACK = 3


@bp.context_processor
def for_templates() -> dict[str, Any]:
    """What all pages here may say."""
    return {
        "kinds": ALL_KINDS,
        "offered": KINDS,
        "states": STATES,
        "off_words": OFF_WORDS,
        "longest": LONGEST_NAME,
        "error_words": error_words,
    }


@bp.get("")
@access.allow(*READERS)
def index() -> str:
    """All endpoints."""
    return _index({})


@bp.post("")
@access.allow(Role.OPERATOR, writes=True, fresh=True)
def create() -> Any:
    """Register an endpoint; its secret is shown this once."""
    try:
        made = endpoints.register_endpoint(**_typed())
    except Invalid as error:
        return _index(error.fields), error.status
    except TooManyWebhooks as error:
        return _index({"name": error.message}), error.status
    return _secret(made, is_new=True)


@bp.get("/<id:endpoint_id>")
@access.allow(*READERS)
def show(endpoint_id: int) -> str:
    """One endpoint with what was sent to it."""
    return _show(endpoint_id, {})


@bp.post("/<id:endpoint_id>")
@access.allow(Role.OPERATOR, writes=True, fresh=True)
def change(endpoint_id: int) -> Any:
    """Change name, address and events."""
    try:
        endpoints.change_endpoint(endpoint_id, _typed())
    except Invalid as error:
        return _show(endpoint_id, error.fields), error.status
    return _back(endpoint_id, _("改好了。"))


@bp.post("/<id:endpoint_id>/switch")
@access.allow(Role.OPERATOR, writes=True, fresh=True)
def switch(endpoint_id: int) -> Any:
    """Turn it on or off."""
    on = bool(request.form.get("on"))
    endpoints.switch_endpoint(endpoint_id, on=on)
    return _back(endpoint_id, _("开启了，从现在起有事就推。") if on else _("停下了。停着的时候发生的事不会补推。"))


@bp.post("/<id:endpoint_id>/secret")
@access.allow(Role.OPERATOR, writes=True, fresh=True)
def rotate(endpoint_id: int) -> Any:
    """Renew the secret, shown this once."""
    return _secret(endpoints.rotate_secret(endpoint_id), is_new=False)


@bp.post("/<id:endpoint_id>/test")
@access.allow(Role.OPERATOR, writes=True)
def test(endpoint_id: int) -> Any:
    """Send something harmless."""
    endpoints.try_endpoint(endpoint_id)
    return _back(endpoint_id, _("试推发出了。过几秒刷新，看送到没有。"))


@bp.post("/<id:endpoint_id>/delete")
@access.allow(Role.OPERATOR, writes=True, fresh=True)
def delete(endpoint_id: int) -> Any:
    """Delete it with its secret."""
    endpoints.delete_endpoint(endpoint_id)
    flash(_("删掉了，密钥也作废了。"))
    return redirect(url_for("desk_webhooks.index"))


@bp.get("/<id:endpoint_id>/deliveries/<id:delivery_id>")
@access.allow(*READERS)
def delivery(endpoint_id: int, delivery_id: int) -> str:
    """What became of one event there."""
    endpoint = queries.get_endpoint(endpoint_id)
    row = queries.get_delivery(endpoint_id, delivery_id)
    return render_template("webhooks/delivery.html", endpoint=endpoint, row=row)


@bp.post("/<id:endpoint_id>/deliveries/<id:delivery_id>/replay")
@access.allow(Role.OPERATOR, writes=True)
def replay_one(endpoint_id: int, delivery_id: int) -> Any:
    """Send it again."""
    try:
        replay.replay_delivery(endpoint_id, delivery_id)
    except WebhookIsOff as error:
        return _refused(endpoint_id, error)
    flash(_("放回去了，马上再送。过几秒刷新，看送到没有。"))
    return redirect(url_for("desk_webhooks.delivery", endpoint_id=endpoint_id, delivery_id=delivery_id))


@bp.post("/<id:endpoint_id>/replay")
@access.allow(Role.OPERATOR, writes=True)
def replay_all(endpoint_id: int) -> Any:
    """Send again all that failed since a day."""
    try:
        since = clock.read_day(request.form.get("since", ""))
    except ValueError:
        queries.get_endpoint(endpoint_id)
        return _show(endpoint_id, {"since": _("日期看不懂，请写成 2026-09-12。")}), 422
    try:
        count = replay.replay_failed(endpoint_id, since)
    except WebhookIsOff as error:
        return _refused(endpoint_id, error)
    return _back(
        endpoint_id,
        ngettext("%(num)s 条没送到的，马上重发。", "%(num)s 条没送到的，马上重发。", count)
        if count
        else _("那天以来没有没送到的。"),
    )


def _typed() -> dict[str, Any]:
    form = request.form
    return {"name": form.get("name", ""), "url": form.get("url", ""), "events": form.getlist("event")}


def _index(faults: Mapping[str, str]) -> str:
    rows = queries.list_endpoints()
    return render_template(
        "webhooks/index.html",
        rows=rows,
        counts=queries.count_states([row.id for row in rows]),
        faults=faults,
        typed=request.form,
        chosen=request.form.getlist("event") if faults else list(KINDS),
    )


def _show(endpoint_id: int, faults: Mapping[str, str]) -> str:
    row = queries.get_endpoint(endpoint_id)
    given, before = request.args.get("state", ""), request.args.get("before", "")
    state = DeliveryState(given) if given in list(DeliveryState) else None
    found = queries.list_deliveries(
        endpoint_id,
        state,
        before=int(before[:15]) if before.isascii() and before.isdecimal() else None,
        limit=queries.USUAL_ROWS + 1,
    )
    shown = found[: queries.USUAL_ROWS]
    is_typed = bool(faults.keys() & {"name", "url", "events"})
    return render_template(
        "webhooks/show.html",
        row=row,
        deliveries=shown,
        older=shown[-1].id if len(found) > len(shown) else None,
        state=state,
        counts=queries.count_states([endpoint_id])[endpoint_id],
        faults=faults,
        typed=request.form if is_typed else {"name": row.name, "url": row.url},
        chosen=request.form.getlist("event") if is_typed else row.events,
        since=request.form.get("since") or (clock.today() - timedelta(days=DAYS_BACK)).isoformat(),
        keep_days=KEEP.days,
    )


def _secret(made: Registered, *, is_new: bool) -> Any:
    row = queries.get_endpoint(made.id)
    return render_template("webhooks/secret.html", row=row, secret=made.secret, is_new=is_new), ONCE


def _back(endpoint_id: int, said: str) -> Any:
    flash(said)
    return redirect(url_for("desk_webhooks.show", endpoint_id=endpoint_id))


def _refused(endpoint_id: int, error: DomainError) -> Any:
    flash(error.message, "warn")
    return redirect(url_for("desk_webhooks.show", endpoint_id=endpoint_id))
