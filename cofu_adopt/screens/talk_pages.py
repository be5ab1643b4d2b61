"""What an adopter says under the posts of her rope: cheer, ask, delete, report. All of it works without a script."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.adoptions import queries as adoptions
from cofu_adopt.adoptions.queries import AdoptionRow
from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.errors import DomainError, Invalid, NotFound
from cofu_adopt.core.media.photos import find_photos
from cofu_adopt.core.paging import USUAL_LIMIT
from cofu_adopt.growth.queries import find_public_update
from cofu_adopt.growth.talk import ask as asking
from cofu_adopt.growth.talk import cheer as cheering
from cofu_adopt.growth.talk import delete_comment, queries, report, words
from cofu_adopt.growth.talk.audience import comment_of_rope, may_speak, post_of_rope
from cofu_adopt.growth.talk.errors import Muted, TooMuchTalk
from cofu_adopt.growth.words import WEATHERS, WORKS
from cofu_adopt.screens.rope_diary import MARK

bp = Blueprint("rope_talk", __name__, template_folder="templates", url_prefix="/my/ropes/<code>")
bp.context_processor(words.for_templates)


@bp.get("/updates/<id:update_id>")
@access.allow(Role.ADOPTER)
def show(code: str, update_id: int) -> str:
    """One post with everything that was asked and answered under it."""
    return _show(_own(code), update_id)


@bp.post("/updates/<id:update_id>/cheer")
@access.allow(Role.ADOPTER, writes=True)
def cheer(code: str, update_id: int) -> Any:
    """Cheer, or take it back: the button says which, so that a second tap in haste changes nothing."""
    try:
        if request.form.get("back"):
            cheering.take_back(_own(code), update_id)
        else:
            cheering.cheer(_own(code), update_id)
    except TooMuchTalk as error:
        return _show(_own(code), update_id, error), error.status
    return _back(code, update_id)


@bp.post("/updates/<id:update_id>/ask")
@access.allow(Role.ADOPTER, writes=True)
def ask(code: str, update_id: int) -> Any:
    """Ask; a fault comes back with all that was typed."""
    typed = request.form.get("words", "")
    key = words.form_key(request.form.get("client_uuid", ""), update_id, typed)
    try:
        asking.ask(_own(code), update_id, typed, key)
    except (Invalid, Muted, TooMuchTalk) as error:
        return _show(_own(code), update_id, error), error.status
    flash(_("问出去了，有人回就告诉您。"))
    return _back(code, update_id)


@bp.post("/comments/<id:comment_id>/delete")
@access.allow(Role.ADOPTER, writes=True)
def delete(code: str, comment_id: int) -> Any:
    """Delete a comment of one's own."""
    rope = _own(code)
    update_id = delete_comment.delete_comment(rope.person_id, comment_id)
    flash(_("删掉了。"))
    return _back(code, update_id)


@bp.get("/comments/<id:comment_id>/report")
@access.allow(Role.ADOPTER)
def ask_report(code: str, comment_id: int) -> str:
    """Ask why it should not stand there."""
    return _report_form(code, comment_id)


@bp.post("/comments/<id:comment_id>/report")
@access.allow(Role.ADOPTER, writes=True)
def send_report(code: str, comment_id: int) -> Any:
    """Report a comment to the workshop."""
    rope = _own(code)
    comment = comment_of_rope(rope, comment_id)
    try:
        report.report(comment, rope.person_id, request.form.get("reason", ""), request.form.get("note", ""))
    except (Invalid, TooMuchTalk) as error:
        return _report_form(code, comment_id, error), error.status
    flash(_("工坊会看。写的人不知道是谁举报的。"))
    return _back(code, comment.update_id)


def _own(code: str) -> AdoptionRow:
    return adoptions.get_own_row(code, access.signed_in().person_id)


def _back(code: str, update_id: int) -> Any:
    """To the post on the page from which it came: the rope's, which page of it, or the post's own."""
    if request.form.get("from") == "post":
        return redirect(url_for("rope_talk.show", code=code, update_id=update_id, _anchor="talk"))
    before = request.form.get("before", "")
    return redirect(
        url_for("rope.show", code=code, before=before if MARK.fullmatch(before) else None, _anchor=f"post-{update_id}")
    )


def _show(rope: AdoptionRow, update_id: int, error: DomainError | None = None) -> str:
    post_of_rope(rope, update_id)
    post = find_public_update(update_id)
    if post is None:
        raise NotFound
    before = request.args.get("before", "")
    start = int(before) if before.isdecimal() and before.isascii() and len(before) <= 15 else None  # noqa: PLR2004
    rows = queries.list_questions(update_id, rope.person_id, before=start, limit=USUAL_LIMIT + 1)
    return render_template(
        "screens/post_talk.html",
        adoption=rope,
        post=post,
        photos=find_photos({photo for row in (post, *post.corrections) for photo in row.photos}),
        talk=queries.talk_under([update_id], rope.person_id)[update_id],
        questions=rows[:USUAL_LIMIT],
        older=rows[USUAL_LIMIT - 1].id if len(rows) > USUAL_LIMIT else None,
        may_speak=may_speak(rope),
        fault=_words_of(error, "words"),
        typed=request.form.get("words", ""),
        client_uuid=request.form.get("client_uuid") or str(uuid4()),
        weathers=WEATHERS,
        works=WORKS,
    )


def _report_form(code: str, comment_id: int, error: DomainError | None = None) -> str:
    rope = _own(code)
    comment = comment_of_rope(rope, comment_id)
    if comment.person_id == rope.person_id:
        raise NotFound
    return render_template(
        "screens/report.html",
        adoption=rope,
        comment=comment,
        fault=_words_of(error, "reason"),
        note_fault=error.fields.get("note") if isinstance(error, Invalid) else None,
        typed=request.form,
    )


def _words_of(error: DomainError | None, field: str) -> str | None:
    if isinstance(error, Invalid):
        return error.fields.get(field)
    return None if error is None else error.message
