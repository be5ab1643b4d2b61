"""A person's choices about messages, for programs."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_babel import gettext as _

from cofu_adopt.core import access
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint, nothing, refuses
from cofu_adopt.core.errors import Invalid, TooMany
from cofu_adopt.identity.pages import is_email
from cofu_adopt.notify import push, schemas
from cofu_adopt.notify.confirm_email import ask_to_confirm, forget_email
from cofu_adopt.notify.preferences import change_preferences, preferences_of
from cofu_adopt.notify.rules import Cadence, Channel, Kind, minutes_of_words, words_of_minutes

bp = ApiBlueprint(
    "api_preferences",
    __name__,
    tag="Message settings",
    zh=("消息设置", "多久说一次、发到哪儿、什么时候别吵。"),
    description="How often, where and when not to tell the person. Receipts and refunds are always sent.",
)


@bp.get("/me/preferences", zh="消息设置")
@bp.response(200, schemas.PreferencesSchema())
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, scope=Scope.ME)
def preferences() -> dict[str, Any]:
    """What the person chose, with the defaults filled in."""
    return _shown()


@bp.patch("/me/preferences", zh="改消息设置")
@refuses(Invalid, TooMany)
@bp.arguments(schemas.PreferencesInSchema())
@bp.response(200, schemas.PreferencesSchema())
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, scope=Scope.ME, writes=True)
def change(wanted: dict[str, Any]) -> dict[str, Any]:
    """Change what is given and leave the rest. A new e-mail counts once the link sent to it has been opened."""
    person_id, before = access.signed_in().person_id, _shown()
    change_preferences(
        person_id,
        cadence=Cadence(wanted["cadence"]) if "cadence" in wanted else None,
        channels={
            Kind(kind): [Channel(channel) for channel in channels]
            for kind, channels in wanted.get("channels", {}).items()
        },
        quiet=(_minutes(wanted, before, "quiet_from"), _minutes(wanted, before, "quiet_to")),
        locale=wanted.get("language"),
    )
    if wanted.get("email", "") is None:
        forget_email(person_id)
    elif "email" in wanted:
        if not is_email(wanted["email"]) or not wanted["email"].isascii():
            raise Invalid({"email": _("这不像邮箱地址，请再看一看。")})
        ask_to_confirm(person_id, wanted["email"])
    return _shown()


@bp.post("/me/push-subscriptions", zh="让一个浏览器提醒")
@refuses(Invalid)
@bp.arguments(schemas.PushSchema())
@bp.response(204)
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, scope=Scope.ME, writes=True)
def subscribe(given: dict[str, Any]) -> Response:
    """Let a browser ring. A push has no content; what is new is read in the messages."""
    push.subscribe(access.signed_in().person_id, given["endpoint"])
    return nothing()


@bp.delete("/me/push-subscriptions", zh="让一个浏览器不再提醒")
@refuses(Invalid)
@bp.arguments(schemas.PushSchema())
@bp.response(204)
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, scope=Scope.ME, writes=True)
def unsubscribe(given: dict[str, Any]) -> Response:
    """Let a browser ring no more; fine if it never did."""
    push.unsubscribe_browser(access.signed_in().person_id, given["endpoint"])
    return nothing()


def _minutes(wanted: dict[str, Any], before: dict[str, Any], name: str) -> int:
    return minutes_of_words(wanted.get(name, before[name])) or 0


def _shown() -> dict[str, Any]:
    chosen = preferences_of(access.signed_in().person_id)
    return {
        "cadence": chosen.cadence,
        "channels": {str(kind): sorted(channels) for kind, channels in chosen.channels.items()},
        "quiet_from": words_of_minutes(chosen.quiet_from),
        "quiet_to": words_of_minutes(chosen.quiet_to),
        "language": chosen.locale,
        "email_masked": chosen.email_masked or None,
        "email_waits_for_confirmation": chosen.pending_email is not None,
        "push_key": push.public_key(),
    }
