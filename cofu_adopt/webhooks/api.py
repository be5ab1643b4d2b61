"""Outgoing webhooks for programs of the workshop: endpoints, what was sent to them, and sending it again."""

from __future__ import annotations

from typing import Any

from flask import Response

from cofu_adopt.core import access, etag, paging
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint, nothing, refuses
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.webhooks import endpoints, queries, replay, schemas
from cofu_adopt.webhooks.endpoints import Registered
from cofu_adopt.webhooks.errors import TooManyWebhooks, WebhookIsOff
from cofu_adopt.webhooks.models import DeliveryState
from cofu_adopt.webhooks.queries import DeliveryRow, EndpointRow

bp = ApiBlueprint(
    "api_desk_webhooks",
    __name__,
    tag="Desk: webhooks",
    zh=("工坊：推送", "有事就推给别的程序：推到哪里、送到没有、重发。"),
    description="Where others are told what happens, whether it arrived, and sending it again.",
)
READERS = (Role.OPERATOR, Role.AUDITOR)
WEBHOOK = schemas.WebhookSchema()
ONE = "/desk/webhooks/<id:endpoint_id>"


@bp.get("/desk/webhooks", zh="推送到哪里")
@bp.response(200, schemas.WebhooksSchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def list_webhooks() -> dict[str, Any]:
    """All endpoints."""
    return {"items": queries.list_endpoints()}


@bp.post("/desk/webhooks", zh="登记一个推送地址")
@refuses(Invalid, TooManyWebhooks)
@bp.arguments(schemas.EndpointInSchema())
@idempotent
@bp.response(201, schemas.NewWebhookSchema())
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def create(wanted: dict[str, Any]) -> dict[str, Any]:
    """Register an endpoint. Its secret is shown this once."""
    return _with_secret(endpoints.register_endpoint(**wanted))


@bp.get(ONE, zh="一个推送地址")
@bp.response(200, WEBHOOK)
@access.allow(*READERS, scope=Scope.DESK_READ)
def show(endpoint_id: int) -> EndpointRow:
    """One endpoint."""
    return queries.get_endpoint(endpoint_id)


@bp.put(ONE, zh="改名称、网址、要哪些事，开启或停下")
@refuses(Invalid, needs_match=True)
@bp.arguments(schemas.EndpointChangeSchema())
@bp.response(200, WEBHOOK)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def change(wanted: dict[str, Any], endpoint_id: int) -> EndpointRow:
    """Change an endpoint, or turn it on or off."""
    etag.require_match(WEBHOOK, queries.get_endpoint(endpoint_id))
    is_on = wanted.pop("is_on")
    endpoints.change_endpoint(endpoint_id, wanted)
    endpoints.switch_endpoint(endpoint_id, on=is_on)
    return queries.get_endpoint(endpoint_id)


@bp.delete(ONE, zh="删掉一个推送地址")
@bp.response(204)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def delete(endpoint_id: int) -> Response:
    """Delete an endpoint with its secret; what waits for it is sent no more."""
    endpoints.delete_endpoint(endpoint_id)
    return nothing()


@bp.post(f"{ONE}/secret", zh="换密钥，旧的再签 24 小时")
@idempotent
@bp.response(201, schemas.NewWebhookSchema())
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def rotate(endpoint_id: int) -> dict[str, Any]:
    """Renew the secret, shown this once. For 24 hours the old one signs, too."""
    return _with_secret(endpoints.rotate_secret(endpoint_id))


@bp.post(f"{ONE}/tests", zh="试推一次")
@idempotent
@bp.response(202, schemas.WebhookDeliverySchema())
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def test(endpoint_id: int) -> DeliveryRow:
    """Send `endpoint.test`, once, also to one that is off."""
    return queries.get_delivery(endpoint_id, endpoints.try_endpoint(endpoint_id))


@bp.get(f"{ONE}/deliveries", zh="推送过的")
@bp.arguments(schemas.DeliveryArgs(), location="query")
@bp.response(200, paging.page_schema(schemas.WebhookDeliverySchema()))
@access.allow(*READERS, scope=Scope.DESK_READ)
def list_deliveries(args: dict[str, Any], endpoint_id: int) -> dict[str, Any]:
    """What was kept for an endpoint in the last 30 days, newest first."""
    queries.get_endpoint(endpoint_id)
    state = DeliveryState(args["state"]) if "state" in args else None
    before = paging.read_cursor("webhooks", args)
    rows = queries.list_deliveries(endpoint_id, state, before=before, limit=args["limit"] + 1)
    return paging.page("webhooks", args, rows, lambda row: row.id)


@bp.get(f"{ONE}/deliveries/<id:delivery_id>", zh="推送过的一条")
@bp.response(200, schemas.WebhookDeliverySchema())
@access.allow(*READERS, scope=Scope.DESK_READ)
def show_delivery(endpoint_id: int, delivery_id: int) -> DeliveryRow:
    """What became of one event at an endpoint."""
    queries.get_endpoint(endpoint_id)
    return queries.get_delivery(endpoint_id, delivery_id)


@bp.post(f"{ONE}/deliveries/<id:delivery_id>/replay", zh="重发一条")
@refuses(WebhookIsOff)
@idempotent
@bp.response(202, schemas.WebhookDeliverySchema())
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def replay_one(endpoint_id: int, delivery_id: int) -> DeliveryRow:
    """Send a delivery again, under the webhook-id that it had."""
    replay.replay_delivery(endpoint_id, delivery_id)
    return queries.get_delivery(endpoint_id, delivery_id)


@bp.post(f"{ONE}/replay", zh="重发某天以来没送到的")
@refuses(WebhookIsOff)
@bp.arguments(schemas.ReplaySchema())
@idempotent
@bp.response(202, schemas.ReplayedSchema())
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def replay_all(wanted: dict[str, Any], endpoint_id: int) -> dict[str, int]:
    """Send again all that failed since a day, each under the webhook-id that it had."""
    return {"count": replay.replay_failed(endpoint_id, wanted["since"])}


def _with_secret(made: Registered) -> dict[str, Any]:
    return {"secret": made.secret, "about": queries.get_endpoint(made.id)}
