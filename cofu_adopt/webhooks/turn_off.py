"""An endpoint is called no more; when it was not an operator who said so, operators are told."""

from __future__ import annotations

from cofu_adopt.core import audit, clock
from cofu_adopt.core.access import Role
from cofu_adopt.identity import find_people
from cofu_adopt.identity.people import contact_of, email_of
from cofu_adopt.notify.tell import tell
from cofu_adopt.webhooks.models import OffReason, WebhookEndpoint


def turn_off(endpoint: WebhookEndpoint, reason: OffReason) -> None:
    """Turn an endpoint off that is locked; one that is off stays as it is."""
    if endpoint.off_at is not None:
        return
    endpoint.off_at, endpoint.off_reason = clock.now(), reason
    audit.record("webhook.off", "webhook_endpoint", endpoint.id, after={"off_reason": str(reason)})
    if reason == OffReason.BY_HAND:
        return
    params = {"id": endpoint.id, "name": endpoint.name, "reason": str(reason)}
    fact = f"webhook:{endpoint.id}:off:{int(endpoint.off_at.timestamp())}"
    for person_id in find_people.ids_of_role(Role.OPERATOR):
        locale = contact_of(person_id).locale
        tell(person_id, "webhook_off", params, fact=fact, email=email_of(person_id), locale=locale)
