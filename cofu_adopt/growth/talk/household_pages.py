"""What was asked under a household's posts, and its answers. Big targets, and nothing needs a script."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.errors import DomainError, Invalid, NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.queries import public_updates
from cofu_adopt.growth.talk import answer as answering
from cofu_adopt.growth.talk import delete_comment, queries, report, words
from cofu_adopt.growth.talk.audience import comment_of_households
from cofu_adopt.growth.talk.errors import Muted, TooMuchTalk

bp = Blueprint("talk", __name__, template_folder="../templates", url_prefix="/household/questions")
bp.context_processor(words.for_templates)
MOST_OPEN, MOST_ANSWERED = 50, 10


@bp.get("")
@access.allow(Role.HOUSEHOLD)
def index() -> str:
    """Questions without an answer, oldest first, then those that were answered last."""
    return _index()


@bp.post("/<id:comment_id>")
@access.allow(Role.HOUSEHOLD, writes=True)
def answer(comment_id: int) -> Any:
    """Answer a question under one's own post; a fault comes back with all that was typed."""
    typed = request.form.get("words", "")
    key = words.form_key(request.form.get("client_uuid", ""), comment_id, typed)
    try:
        answering.answer_as_household(_mine(), comment_id, access.signed_in().person_id, typed, key)
    except (Invalid, Muted, TooMuchTalk) as error:
        return _index(comment_id, error), error.status
    flash(_("回好了，问的人会收到消息。"))
    return redirect(url_for("talk.index", _anchor=f"c-{comment_id}"))


@bp.post("/<id:comment_id>/delete")
@access.allow(Role.HOUSEHOLD, writes=True)
def delete(comment_id: int) -> Any:
    """Delete an answer of one's own."""
    delete_comment.delete_comment(access.signed_in().person_id, comment_id)
    flash(_("删掉了。"))
    return redirect(url_for("talk.index"))


@bp.get("/<id:comment_id>/report")
@access.allow(Role.HOUSEHOLD)
def ask_report(comment_id: int) -> str:
    """Ask why it should not stand there."""
    return _report_form(comment_id)


@bp.post("/<id:comment_id>/report")
@access.allow(Role.HOUSEHOLD, writes=True)
def send_report(comment_id: int) -> Any:
    """Report a comment to the workshop."""
    comment = comment_of_households(_mine(), comment_id)
    me, reason = access.signed_in().person_id, request.form.get("reason", "")
    try:
        report.report(comment, me, reason, request.form.get("note", ""))
    except (Invalid, TooMuchTalk) as error:
        return _report_form(comment_id, error), error.status
    flash(_("工坊会看。写的人不知道是谁举报的。"))
    return redirect(url_for("talk.index"))


def _mine() -> list[int]:
    return [row[0] for row in farm.households_of_person(access.signed_in().person_id)]


def _index(faulty_id: int | None = None, error: DomainError | None = None) -> str:
    ids, me = _mine(), access.signed_in().person_id
    waiting = queries.list_open(ids, me, limit=MOST_OPEN)
    answered = queries.list_answered(ids, me, limit=MOST_ANSWERED)
    return render_template(
        "growth/questions.html",
        waiting=waiting,
        waiting_count=queries.count_open(ids),
        answered=answered,
        posts=public_updates({row.update_id for row in (*waiting, *answered)}),
        faulty_id=faulty_id,
        fault=_words_of(error, "words"),
        typed=request.form.get("words", ""),
        client_uuid=request.form.get("client_uuid") or str(uuid4()),
    )


def _report_form(comment_id: int, error: DomainError | None = None) -> str:
    comment = comment_of_households(_mine(), comment_id)
    if comment.person_id == access.signed_in().person_id:
        raise NotFound
    return render_template(
        "growth/report.html",
        comment=comment,
        fault=_words_of(error, "reason"),
        note_fault=error.fields.get("note") if isinstance(error, Invalid) else None,
        typed=request.form,
    )


def _words_of(error: DomainError | None, field: str) -> str | None:
    if isinstance(error, Invalid):
        return error.fields.get(field)
    return None if error is None else error.message
