"""A person's choices about messages: how often, where, when not; and the browsers that ring."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.errors import Invalid, TooMany
from cofu_adopt.identity.pages import is_email
from cofu_adopt.identity.people import email_of
from cofu_adopt.notify import confirm_email, push
from cofu_adopt.notify.preferences import Preferences, change_preferences, preferences_of
from cofu_adopt.notify.rules import OFFERED, Cadence, Channel, Kind, minutes_of_words, words_of_minutes

bp = Blueprint("notify_settings", __name__, template_folder="templates")
CADENCE_WORDS = {
    Cadence.EACH: (_l("每次更新"), _l("养殖户记一笔，就告诉您一次。")),
    Cadence.WEEKLY: (_l("每周一封"), _l("星期天傍晚，一周的事合成一条。")),
    Cadence.MILESTONES: (_l("只要大事"), _l("第一张照片、长到够大、采收窗口开了。")),
    Cadence.NOTHING: (_l("都不用"), _l("想看的时候，自己来绳的页上看。")),
}
KIND_WORDS = {
    Kind.UPDATE: _l("每次更新"),
    Kind.DIGEST: _l("每周一封"),
    Kind.MILESTONE: _l("大事"),
    Kind.TALK: _l("留言和回答"),
    Kind.REMINDER: _l("工坊提醒发记录"),
}
CHANNEL_WORDS = {Channel.EMAIL: _l("邮件"), Channel.SMS: _l("短信"), Channel.PUSH: _l("推送")}
LANGUAGES = {"zh_Hans": "中文", "en": "English"}
STEP_MINUTES = 30


@bp.get("/me/messages/settings")
@access.allow(Role.ADOPTER, Role.HOUSEHOLD)
def settings() -> str:
    """What she chose."""
    return _page(preferences_of(access.signed_in().person_id))


@bp.post("/me/messages/settings")
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, writes=True)
def change() -> Any:
    """Keep what she chose."""
    person_id, form = access.signed_in().person_id, request.form
    quiet = minutes_of_words(form.get("quiet_from", "")), minutes_of_words(form.get("quiet_to", ""))
    locale = form.get("language", "")
    if None in quiet or form.get("cadence") not in set(Cadence) or locale not in LANGUAGES:
        raise Invalid
    change_preferences(
        person_id,
        cadence=Cadence(form["cadence"]),
        channels={kind: [channel for channel in OFFERED[kind] if form.get(f"{kind}-{channel}")] for kind in _kinds()},
        quiet=(quiet[0] or 0, quiet[1] or 0),
        locale=locale,
    )
    session["lang"] = locale
    flash(_("存好了。"))
    return redirect(url_for("notify_settings.settings"), 303)


@bp.post("/me/messages/email")
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, writes=True)
def change_email() -> Any:
    """Send a link to a new address, or forget the old one."""
    person_id, email = access.signed_in().person_id, request.form.get("email", "").strip()
    if request.form.get("forget"):
        confirm_email.forget_email(person_id)
        flash(_("不再往邮箱发消息了。收据和退款的邮件还会发。"))
        return redirect(url_for("notify_settings.settings"), 303)
    fault = "" if is_email(email) and email.isascii() else _("这不像邮箱地址，请再看一看。")
    try:
        if not fault:
            confirm_email.ask_to_confirm(person_id, email)
    except TooMany as error:
        fault = error.message
    if fault:
        return _page(preferences_of(person_id), typed_email=email, faults={"email": fault}), 422
    return redirect(url_for("notify_settings.settings") + "#email", 303)


@bp.post("/me/messages/push")
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, writes=True)
def add_push() -> tuple[str, int]:
    """Let this browser ring; sent by push.js after she allowed it."""
    push.subscribe(access.signed_in().person_id, request.form.get("endpoint", ""))
    return "", 204


@bp.post("/me/messages/push/remove")
@access.allow(Role.ADOPTER, Role.HOUSEHOLD, writes=True)
def remove_push() -> tuple[str, int]:
    """Let this browser ring no more."""
    push.unsubscribe_browser(access.signed_in().person_id, request.form.get("endpoint", ""))
    return "", 204


@bp.get("/sw.js")
@access.anonymous()
def service_worker() -> Response:
    """The service worker must lie at the root, as its scope is what lies below it."""
    response = current_app.send_static_file("js/push-worker.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _page(chosen: Preferences, *, typed_email: str = "", faults: dict[str, str] | None = None) -> str:
    return render_template(
        "notify/settings.html",
        chosen=chosen,
        typed_email=typed_email or email_of(access.signed_in().person_id) or "",
        faults=faults or {},
        cadences=CADENCE_WORDS,
        kinds=_kinds(),
        channels=CHANNEL_WORDS,
        offered=OFFERED,
        languages=LANGUAGES,
        times=[words_of_minutes(minutes) for minutes in range(0, 24 * 60, STEP_MINUTES)],
        time_words=words_of_minutes,
        push_key=push.public_key(),
    )


def _kinds() -> dict[Kind, Any]:
    # Only households are reminded.
    is_household = access.signed_in().has(Role.HOUSEHOLD)
    return {kind: words for kind, words in KIND_WORDS.items() if is_household or kind is not Kind.REMINDER}
