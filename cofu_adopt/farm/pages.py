"""The operator's desk: import the workshop's files."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import DomainError
from cofu_adopt.farm import keep_upload
from cofu_adopt.farm.compare_season import COLUMN_OF
from cofu_adopt.farm.errors import UploadGone
from cofu_adopt.farm.faults import Level
from cofu_adopt.farm.group_findings import choose_group, group_findings
from cofu_adopt.farm.open_file import MOST_BYTES
from cofu_adopt.farm.read_season import COLUMNS, KINDS
from cofu_adopt.farm.review_upload import accept_findings, preview_upload, write_upload
from cofu_adopt.farm.take_files import NO_FILES, take_files

bp = Blueprint("farm", __name__, template_folder="templates", url_prefix="/desk/import")
PER_PAGE = 50
MOST_LISTED = 100
"""Differences beyond this number are counted, not listed."""


@bp.get("")
@access.allow(Role.OPERATOR)
def start() -> str:
    """Hand in the files, or go on with some that wait."""
    return _start("")


@bp.post("")
@access.allow(Role.OPERATOR, writes=True)
def hand_in() -> Any:
    """Keep the files and show what they would do."""
    files = take_files(request.files)
    if not files:
        return _start(str(NO_FILES)), 422
    return redirect(url_for("farm.show", token=keep_upload.keep_upload(files, _me())))


@bp.get("/<token>")
@access.allow(Role.OPERATOR)
def show(token: str) -> str:
    """What the files would do; after the import, what it did."""
    return _show(token, "")


@bp.post("/<token>/accept")
@access.allow(Role.OPERATOR, own_transactions=True)
def accept(token: str) -> Any:
    """Remember which warnings are accepted: those that are ticked, or a whole group."""
    ticked, shown = set(request.form.getlist("accept")), set(request.form.getlist("shown"))
    name = request.form.get("group", "")
    # With a whole group nothing is taken back: its boxes need not be ticked.
    if "all" in request.form:
        accept_findings(token, _me(), ids=ticked, groups=[name], take_back=())
    else:
        accept_findings(token, _me(), ids=ticked, groups=(), take_back=shown - ticked)
    flash(_("记下了。"))
    return redirect(url_for("farm.show", token=token, group=None if "all" in request.form else name))


@bp.post("/<token>/import")
@access.allow(Role.OPERATOR, own_transactions=True, fresh=True)
def write(token: str) -> Any:
    """Write what was previewed, if it is still what was shown."""
    try:
        write_upload(token, _me(), request.form.get("fingerprint", ""))
    except UploadGone:
        raise
    except DomainError as error:
        with unit_of_work(writes=False):
            return _show(token, error.message), error.status
    return redirect(url_for("farm.show", token=token))


@bp.post("/<token>/throw-away")
@access.allow(Role.OPERATOR, writes=True)
def throw_away(token: str) -> Any:
    """Delete the files without importing them."""
    keep_upload.throw_away(token, _me())
    flash(_("丢掉了，什么都没有写入。"))
    return redirect(url_for("farm.start"))


def _me() -> int:
    return access.signed_in().person_id


def _start(fault: str) -> str:
    return render_template(
        "farm/start.html",
        fault=fault,
        uploads=keep_upload.list_uploads(_me()),
        kinds=KINDS,
        columns=COLUMNS,
        most_megabytes=MOST_BYTES // 1024**2,
    )


def _show(token: str, refusal: str) -> str:
    upload = keep_upload.get_upload(token, _me())
    if upload.imported_at is not None:
        return render_template("farm/done.html", upload=upload, kinds=KINDS)
    preview = preview_upload(token, _me())
    groups = group_findings(preview.findings, upload.accepted)
    level = request.args.get("level", "")
    listed = [group for group in groups if not level or group.level == level]
    group = choose_group(listed, request.args.get("group"))
    pages = (len(group.findings) - 1) // PER_PAGE + 1 if group else 1
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "farm/preview.html",
        upload=upload,
        preview=preview,
        refusal=refusal,
        kinds=[kind for kind in KINDS if kind in preview.tallies],
        counts={each: sum(len(found.findings) for found in groups if found.level is each) for each in Level},
        waiting=len(preview.warning_ids - upload.accepted),
        level=level,
        groups=listed,
        group=group,
        page=page,
        pages=pages,
        findings=group.findings[(page - 1) * PER_PAGE : page * PER_PAGE] if group else (),
        column_of=COLUMN_OF,
        most_listed=MOST_LISTED,
    )
