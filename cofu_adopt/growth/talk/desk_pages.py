"""The workshop's talk: what was reported and what is new, answered, taken off or let stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.errors import DomainError, Invalid
from cofu_adopt.core.paging import USUAL_LIMIT
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth import queries as diary
from cofu_adopt.growth.talk import answer as answering
from cofu_adopt.growth.talk import moderate, moderation, words
from cofu_adopt.growth.talk.errors import Muted, TooMuchTalk
from cofu_adopt.growth.talk.moderation import Pile
from cofu_adopt.growth.talk.speak import find_mute
from cofu_adopt.identity import find_people

bp = Blueprint("desk_talk", __name__, template_folder="../templates", url_prefix="/desk/talk")
bp.context_processor(words.for_templates)
READERS = (Role.OPERATOR, Role.AUDITOR)
LONGEST_NUMBER = 15


@bp.get("")
@access.allow(*READERS)
def index() -> str:
    """A pile of comments, newest first; without a choice those that were reported, or else the new ones."""
    counts = {pile: moderation.count_comments(pile) for pile in (Pile.REPORTED, Pile.NEW)}
    asked = request.args.get("pile", "")
    usual = Pile.REPORTED if counts[Pile.REPORTED] else Pile.NEW
    pile = Pile(asked) if asked in set(Pile) else usual
    rows = moderation.list_comments(pile, before=_number(request.args.get("before", "")), limit=USUAL_LIMIT + 1)
    shown = rows[:USUAL_LIMIT]
    return render_template(
        "growth/desk_talk.html",
        pile=pile,
        counts=counts,
        rows=shown,
        older=shown[-1].id if len(rows) > USUAL_LIMIT else None,
        people=find_people.faces({row.person_id for row in shown}),
    )


@bp.get("/<id:comment_id>")
@access.allow(*READERS)
def show(comment_id: int) -> str:
    """A comment in its thread, who reported it, and what can be done."""
    return _show(comment_id)


@bp.post("/<id:comment_id>/hide")
@access.allow(Role.OPERATOR, writes=True)
def hide(comment_id: int) -> Any:
    """Take the comment off, for a reason."""
    return _act(comment_id, "hide", lambda: moderate.hide_comment(comment_id, _reason()), _("收起了，别人看不到了。"))


@bp.post("/<id:comment_id>/restore")
@access.allow(Role.OPERATOR, writes=True)
def restore(comment_id: int) -> Any:
    """Show the comment again, for a reason."""
    return _act(comment_id, "hide", lambda: moderate.restore_comment(comment_id, _reason()), _("又放出来了。"))


@bp.post("/<id:comment_id>/keep")
@access.allow(Role.OPERATOR, writes=True)
def keep(comment_id: int) -> Any:
    """It may stand."""
    moderate.keep_comment(comment_id)
    flash(_("记下了，留着。"))
    return redirect(url_for("desk_talk.index"))


@bp.post("/<id:comment_id>/look-again")
@access.allow(Role.OPERATOR, writes=True)
def look_again(comment_id: int) -> Any:
    """Back on the list."""
    moderate.look_again(comment_id)
    flash(_("又在要看的里面了。"))
    return redirect(url_for("desk_talk.show", comment_id=comment_id))


@bp.post("/<id:comment_id>/mute")
@access.allow(Role.OPERATOR, writes=True)
def mute(comment_id: int) -> Any:
    """Whoever wrote it says nothing for some days."""
    days = _number(request.form.get("days", "").strip())
    return _act(comment_id, "mute", lambda: moderate.mute_person(comment_id, days, _reason()), _("记下了，马上算数。"))


@bp.post("/<id:comment_id>/unmute")
@access.allow(Role.OPERATOR, writes=True)
def unmute(comment_id: int) -> Any:
    """Whoever wrote it may speak again."""
    return _act(comment_id, "mute", lambda: moderate.unmute_person(comment_id, _reason()), _("记下了，马上算数。"))


@bp.post("/<id:comment_id>/answer")
@access.allow(Role.OPERATOR, writes=True)
def answer(comment_id: int) -> Any:
    """Answer a question in the workshop's name."""
    typed = request.form.get("words", "")
    key = words.form_key(request.form.get("client_uuid", ""), comment_id, typed)
    person_id = access.signed_in().person_id
    said = _("回好了，问的人会收到消息。")
    return _act(comment_id, "answer", lambda: answering.answer_as_workshop(comment_id, person_id, typed, key), said)


def _act(comment_id: int, form: str, act: Callable[[], object], said: str) -> Any:
    try:
        act()
    except (Invalid, Muted, TooMuchTalk) as error:
        return _show(comment_id, form, error), error.status
    flash(said)
    return redirect(url_for("desk_talk.show", comment_id=comment_id))


def _reason() -> str:
    return request.form.get("reason", "")


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER else None


def _show(comment_id: int, form: str = "", error: DomainError | None = None) -> str:
    row = moderation.get_comment(comment_id)
    thread = moderation.list_thread(comment_id)
    people = {one.person_id for one in thread} | {one.person_id for one in row.reports}
    own = diary.get_update(row.update_id)
    faults = error.fields if isinstance(error, Invalid) else {}
    return render_template(
        "growth/desk_comment.html",
        row=row,
        thread=thread,
        people=find_people.faces(people),
        own=own,
        story=farm.get_story(own.row.household_id),
        muted_until=find_mute(row.person_id),
        failed=form,
        faults=faults,
        refusal=error.message if error is not None and not faults else "",
        typed=request.form,
        client_uuid=request.form.get("client_uuid") or str(uuid4()),
    )
