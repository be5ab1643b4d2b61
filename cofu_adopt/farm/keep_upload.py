"""Keep the files that an operator handed in between preview and import, and what was accepted of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import delete, select

from cofu_adopt.core import clock, due
from cofu_adopt.core.db import db
from cofu_adopt.farm.errors import ImportStale, UploadGone
from cofu_adopt.farm.import_season import ImportPreview, commit_import
from cofu_adopt.farm.models import SeasonUpload, SeasonUploadFile
from cofu_adopt.farm.sheet import SeasonFile

KEPT = timedelta(hours=24)
DROP_UPLOAD = "farm.drop_upload"
"""The kind of the due row that throws an upload away."""
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Upload:
    """What was handed in, and how far it is."""

    token: str
    made_at: datetime
    expires_at: datetime
    accepted: frozenset[str]
    imported_at: datetime | None
    outcome: dict[str, Any] | None
    file_names: tuple[str, ...] = ()


def keep_upload(files: Mapping[str, SeasonFile], person_id: int) -> str:
    """Keep the files for a day; return the token under which this person finds them again."""
    token, now = token_urlsafe(24), clock.now()
    db.session.add(SeasonUpload(token=token, person_id=person_id, made_at=now, expires_at=now + KEPT, accepted=[]))
    db.session.flush()
    for kind, file in files.items():
        db.session.add(
            SeasonUploadFile(upload_token=token, kind=kind, name=file.name[-LONGEST_NAME:], content=file.content)
        )
    due.declare(DROP_UPLOAD, token, now + KEPT)
    return token


def get_upload(token: str, person_id: int) -> Upload:
    """The upload of this person. Raises UploadGone for one that expired, never was, or is another person's."""
    return _row(_find(token, person_id))


def list_uploads(person_id: int) -> list[Upload]:
    """This person's uploads that wait for their import, newest first."""
    found = db.session.scalars(
        select(SeasonUpload)
        .where(
            SeasonUpload.person_id == person_id,
            SeasonUpload.imported_at.is_(None),
            SeasonUpload.expires_at > clock.now(),
        )
        .order_by(SeasonUpload.made_at.desc(), SeasonUpload.token)
    ).all()
    names: dict[str, list[str]] = {}
    for token, name in db.session.execute(
        select(SeasonUploadFile.upload_token, SeasonUploadFile.name)
        .where(SeasonUploadFile.upload_token.in_([upload.token for upload in found]))
        .order_by(SeasonUploadFile.kind)
    ):
        names.setdefault(token, []).append(name)
    return [_row(upload, tuple(names.get(upload.token, ()))) for upload in found]


def files_of(token: str) -> dict[str, SeasonFile]:
    """The files of an upload, by kind."""
    found = db.session.scalars(select(SeasonUploadFile).where(SeasonUploadFile.upload_token == token))
    return {row.kind: SeasonFile(row.kind, row.name, row.content) for row in found}


def accept(token: str, person_id: int, *, add: Collection[str], take_back: Collection[str]) -> None:
    """Remember which warnings the person has accepted, and which no longer."""
    upload = _find(token, person_id, for_update=True)
    if upload.imported_at is None:
        upload.accepted = sorted((set(upload.accepted) | set(add)) - set(take_back))


def import_upload(token: str, person_id: int, preview: ImportPreview, fingerprint: str) -> None:
    """Import what was previewed and throw the files away; an upload that is imported already stays as it is.

    `fingerprint` is of the preview that the person saw. Raises ImportStale when the import would do something else by
    now, and whatever commit_import raises; then nothing is written and the files are still there.
    """
    upload = _find(token, person_id, for_update=True)
    if upload.imported_at is not None:
        return
    if fingerprint != preview.fingerprint:
        raise ImportStale
    wrote = commit_import(preview, upload.accepted)
    upload.imported_at = clock.now()
    upload.outcome = {
        "wrote": wrote,
        "tallies": {kind: asdict(tally) for kind, tally in preview.tallies.items()},
        "accepted": len(preview.warning_ids),
    }
    db.session.execute(delete(SeasonUploadFile).where(SeasonUploadFile.upload_token == token))


def throw_away(token: str, person_id: int) -> None:
    """Delete an upload that is not wanted any more."""
    upload = _find(token, person_id, for_update=True)
    if upload.imported_at is None:
        _delete(token)
        due.withdraw(DROP_UPLOAD, token)


def drop_upload(row: due.Due) -> None:
    """Throw an upload away when its day is over."""
    _delete(row.subject)


def _delete(token: str) -> None:
    db.session.execute(delete(SeasonUploadFile).where(SeasonUploadFile.upload_token == token))
    db.session.execute(delete(SeasonUpload).where(SeasonUpload.token == token))


def _find(token: str, person_id: int, *, for_update: bool = False) -> SeasonUpload:
    query = select(SeasonUpload).where(
        SeasonUpload.token == token, SeasonUpload.person_id == person_id, SeasonUpload.expires_at > clock.now()
    )
    upload = db.session.scalar(query.with_for_update() if for_update else query)
    if upload is None:
        raise UploadGone
    return upload


def _row(upload: SeasonUpload, names: tuple[str, ...] = ()) -> Upload:
    return Upload(
        upload.token, upload.made_at, upload.expires_at, frozenset(upload.accepted), upload.imported_at, upload.outcome,
        names,
    )  # fmt: skip
