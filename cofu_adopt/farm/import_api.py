"""The workshop's spreadsheets for programs: hand in, read the preview, accept, write or throw away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import request

from cofu_adopt.core import access, paging
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.api import ApiBlueprint, nothing, refuses
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.files import FilesTooLarge, NotMultipart, body_of, takes_files
from cofu_adopt.core.idempotency import idempotent
from cofu_adopt.farm import import_schemas as schemas
from cofu_adopt.farm import keep_upload
from cofu_adopt.farm.compare_season import COLUMN_OF
from cofu_adopt.farm.errors import CannotAccept, ImportBlocked, ImportStale, RopesInUse, UploadGone, WarningsNotAccepted
from cofu_adopt.farm.findings import Finding
from cofu_adopt.farm.group_findings import group_findings
from cofu_adopt.farm.import_season import ImportPreview
from cofu_adopt.farm.keep_upload import Upload
from cofu_adopt.farm.open_file import MOST_BYTES
from cofu_adopt.farm.read_season import KINDS
from cofu_adopt.farm.review_upload import accept_findings, preview_upload, write_upload
from cofu_adopt.farm.take_files import NO_FILES, take_files

bp = ApiBlueprint(
    "api_desk_import",
    __name__,
    tag="Desk: import",
    zh=("工坊：导入", "交文件，看预览，接受要确认的，写入。"),
    description="The workshop's spreadsheets: hand in, read the preview, accept what has to be accepted, write.",
)
HERE = "/desk/imports/<string(maxlength=40):token>"
DETAIL = schemas.SeasonUploadDetailSchema()


@bp.get("/desk/imports", zh="自己交的、还没写入的文件")
@bp.response(200, schemas.SeasonUploadsSchema())
@access.allow(Role.OPERATOR, scope=Scope.DESK_READ)
def uploads() -> dict[str, Any]:
    """What the person has handed in and not written yet, newest first."""
    return {"items": keep_upload.list_uploads(_me())}


@bp.post("/desk/imports", zh="交文件：名册、台账、测量记录，一个到三个")
@refuses(Invalid, NotMultipart, FilesTooLarge)
@bp.doc(requestBody=body_of(KINDS))
@takes_files(KINDS, most_bytes=MOST_BYTES)
@idempotent
@bp.response(201, schemas.SeasonUploadSchema())
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, own_transactions=True)
def hand_in() -> Upload:
    """Keep files for a day, so that they can be previewed; nothing is written yet. 20 MB together at most."""
    files = take_files(request.files)
    if not files:
        raise Invalid({"body": str(NO_FILES)})
    with unit_of_work():
        return keep_upload.get_upload(keep_upload.keep_upload(files, _me()), _me())


@bp.get(HERE, zh="预览：写入会怎样；写入以后：写了什么")
@refuses(UploadGone)
@bp.response(200, DETAIL)
@access.allow(Role.OPERATOR, scope=Scope.DESK_READ)
def upload(token: str) -> dict[str, Any]:
    """What the files would do, or, once they are written, what they did."""
    return _detail(token)


@bp.get(f"{HERE}/findings", zh="文件里发现的，一条一条")
@refuses(UploadGone, ImportStale)
@bp.arguments(schemas.FindingArgs(), location="query")
@bp.response(200, paging.page_schema(schemas.FindingSchema()))
@access.allow(Role.OPERATOR, scope=Scope.DESK_READ)
def findings(args: dict[str, Any], token: str) -> dict[str, Any]:
    """Each remark about the files, the gravest first. 409 when what is stored has changed since the page before."""
    preview, accepted = preview_upload(token, _me()), keep_upload.get_upload(token, _me()).accepted
    wanted = {name: args[name] for name in ("level", "kind", "code") if name in args}
    found = [
        finding
        for group in group_findings(preview.findings, ())
        for finding in group.findings
        if all(getattr(finding, name) == value for name, value in wanted.items())
    ]
    made = _page(f"import-findings {token} {sorted(wanted.items())}", args, preview, found)
    return made | {"items": [_finding(finding, accepted) for finding in made["items"]]}


@bp.get(f"{HERE}/differences", zh="和库里的不同")
@refuses(UploadGone, ImportStale)
@bp.arguments(schemas.DifferenceArgs(), location="query")
@bp.response(200, paging.page_schema(schemas.SeasonDifferenceSchema()))
@access.allow(Role.OPERATOR, scope=Scope.DESK_READ)
def differences(args: dict[str, Any], token: str) -> dict[str, Any]:
    """What writing would change, add and leave alone. 409 when what is stored has changed since the page before."""
    preview = preview_upload(token, _me())
    kinds = [args["kind"]] if "kind" in args else KINDS
    found = [one for kind in kinds for one in _differences(preview, kind)]
    return _page(f"import-differences {token} {kinds}", args, preview, found)


@bp.patch(f"{HERE}/acceptance", zh="接受要确认的，或不再接受")
@refuses(UploadGone, CannotAccept)
@bp.arguments(schemas.AcceptInSchema())
@bp.response(200, DETAIL)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, own_transactions=True)
def accept(wanted: dict[str, Any], token: str) -> dict[str, Any]:
    """Accept warnings, one by one or a whole group, or take acceptances back. Twice is once."""
    accept_findings(token, _me(), ids=wanted["accept"], groups=wanted["groups"], take_back=wanted["take_back"])
    with unit_of_work(writes=False):
        return _detail(token)


@bp.post(f"{HERE}/write", zh="写入：要么全部，要么什么都不写")
@refuses(UploadGone, ImportBlocked, WarningsNotAccepted, ImportStale, RopesInUse)
@bp.arguments(schemas.WriteInSchema())
@idempotent
@bp.response(200, DETAIL)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, own_transactions=True)
def write(agreed: dict[str, Any], token: str) -> dict[str, Any]:
    """Write all that the preview shows, or nothing. What is written stays as it is."""
    write_upload(token, _me(), agreed["terms"])
    with unit_of_work(writes=False):
        return _detail(token)


@bp.delete(HERE, zh="丢掉交的文件")
@refuses(UploadGone)
@bp.response(204)
@access.allow(Role.OPERATOR, scope=Scope.DESK_WRITE, writes=True)
def throw_away(token: str) -> Any:
    """Throw the files away without writing them; one that is written stays as it is."""
    keep_upload.throw_away(token, _me())
    return nothing()


def _me() -> int:
    return access.signed_in().person_id


def _detail(token: str) -> dict[str, Any]:
    found = keep_upload.get_upload(token, _me())
    made = {name: getattr(found, name) for name in ("token", "made_at", "expires_at", "imported_at", "outcome")}
    if found.imported_at is not None:
        return made | {"files": (), "preview": None}
    preview = preview_upload(token, _me())
    return made | {"files": list(preview.files.values()), "preview": _preview(preview, found)}


def _preview(preview: ImportPreview, found: Upload) -> dict[str, Any]:
    return {
        "fingerprint": preview.fingerprint,
        "blocked": preview.blocked,
        "waiting_count": len(preview.warning_ids - found.accepted),
        "changes_nothing": preview.changes_nothing,
        "tallies": preview.tallies,
        "groups": [
            {name: getattr(group, name) for name in ("name", "level", "title", "sheet", "accepted_count")}
            | {"count": len(group.findings)}
            for group in group_findings(preview.findings, found.accepted)
        ],
    }


def _finding(finding: Finding, accepted: frozenset[str]) -> dict[str, Any]:
    names = ("id", "kind", "sheet", "row", "column", "key", "code", "title", "text", "understood", "level")
    return {name: getattr(finding, name) for name in names} | {"accepted": finding.id in accepted}


def _differences(preview: ImportPreview, kind: str) -> Iterator[dict[str, Any]]:
    for change in preview.changes:
        if change.kind == kind:
            changed = [
                {"field": name, "column": COLUMN_OF[name], "before": before, "after": after}
                for name, (before, after) in change.fields.items()
            ]
            yield {"kind": kind, "code": change.code, "what": "changed", "fields_": changed}
    for what, codes in (("new", preview.comparison.added), ("absent", preview.comparison.absent)):
        for code in codes.get(kind, ()):
            yield {"kind": kind, "code": code, "what": what, "fields_": ()}


def _page(name: str, args: dict[str, Any], preview: ImportPreview, found: Sequence[Any]) -> dict[str, Any]:
    """A page by number, which is sound for as long as the preview is the same; its cursor holds which one it was."""
    shown, start = paging.read_cursor(name, args) or (preview.fingerprint, 0)
    if shown != preview.fingerprint:
        raise ImportStale
    rows = list(enumerate(found[start : start + args["limit"] + 1], start=start + 1))
    made = paging.page(name, args, rows, lambda row: [preview.fingerprint, row[0]])
    return made | {"items": [one for _number, one in made["items"]]}
