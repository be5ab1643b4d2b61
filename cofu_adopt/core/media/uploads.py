"""Receive a photo in pieces: each goes on where the last one stopped, and whatever is repeated has one effect.

Pieces are rows until the photo is finished, so that any web process on any machine can take the next one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import NAMESPACE_OID, uuid5

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cofu_adopt.core import clock, crash, due
from cofu_adopt.core.db import db, is_postgresql, unit_of_work
from cofu_adopt.core.errors import Busy, NotFound
from cofu_adopt.core.media import rules
from cofu_adopt.core.media.decode import check_head
from cofu_adopt.core.media.errors import (
    REFUSALS,
    PhotoRefused,
    PhotoTooLarge,
    PieceNotFitting,
    TooManyPhotos,
    UploadDiffers,
    UploadElsewhere,
)
from cofu_adopt.core.media.models import Upload, UploadPiece
from cofu_adopt.core.media.photos import PhotoRow, find_photos, keep_photo, store_image

DROP_UPLOAD, FINISH_UPLOAD = "media.drop_upload", "media.finish_upload"
"""Kinds of due rows, by the upload's id: forget it, and finish one whose sender has not come back."""
UNFINISHED_KEPT = timedelta(days=7)
FINISHED_KEPT = timedelta(days=30)
"""So long the sender may ask again, or name the upload in a post; the photo stays."""
FINISH_AFTER = timedelta(minutes=2)
PHOTOS_A_DAY = 300
BYTES_A_DAY = 1_500_000_000
"""For one person. Several uploads begun in the same instant may pass the limit by as many."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class UploadRow:
    """How far an upload is, and what has become of it."""

    id: int
    client_uuid: str
    size_bytes: int
    received_bytes: int
    photo_id: int | None
    refused: str | None

    @property
    def is_whole(self) -> bool:
        """All bytes are there; whether they are a photo may not be known yet."""
        return self.received_bytes == self.size_bytes

    @property
    def is_decided(self) -> bool:
        """It is a photo, or it was refused."""
        return self.photo_id is not None or self.refused is not None

    def check(self) -> None:
        """Raise the refusal that the file met."""
        if self.refused is not None:
            raise REFUSALS.get(self.refused, PhotoRefused)


COLUMNS = (
    Upload.id, Upload.client_uuid, Upload.size_bytes, Upload.received_bytes, Upload.photo_id, Upload.refused
)  # fmt: skip


def start_upload(person_id: int, client_uuid: str, size_bytes: int) -> tuple[UploadRow, bool]:
    """Make room for a file under the sender's own UUID; also whether it is new. Started again, it is the same one.

    Raises PhotoTooLarge, TooManyPhotos and UploadDiffers.
    """
    if size_bytes > rules.MOST_BYTES:
        raise PhotoTooLarge
    known = find_upload(person_id, client_uuid)
    is_new = known is None and _insert(person_id, client_uuid, size_bytes)
    row = known or get_upload(person_id, client_uuid)
    if row.size_bytes != size_bytes:
        raise UploadDiffers
    return row, is_new


def find_upload(person_id: int, client_uuid: str) -> UploadRow | None:
    """This person's upload, if she has begun one under this UUID."""
    mine = (Upload.person_id == person_id) & (Upload.client_uuid == client_uuid)
    row = db.session.execute(select(*COLUMNS).where(mine)).one_or_none()
    return UploadRow(*row) if row else None


def get_upload(person_id: int, client_uuid: str) -> UploadRow:
    """This person's upload. Raises NotFound."""
    row = find_upload(person_id, client_uuid)
    if row is None:
        raise NotFound
    return row


def photos_of_uploads(person_id: int, client_uuids: Collection[str]) -> dict[str, PhotoRow]:
    """The photos that came of a person's uploads, by UUID; what is unknown, unfinished or refused is not there."""
    query = select(Upload.client_uuid, Upload.photo_id).where(
        Upload.person_id == person_id, Upload.client_uuid.in_(client_uuids), Upload.photo_id.is_not(None)
    )
    ids = {row.client_uuid: row.photo_id for row in db.session.execute(query)}
    photos = find_photos(ids.values())
    return {client_uuid: photos[photo_id] for client_uuid, photo_id in ids.items()}


def receive(person_id: int, client_uuid: str, offset: int, data: bytes) -> UploadRow:
    """Keep a piece that begins at `offset`; the last one makes the photo. Opens its own transactions.

    Raises UploadElsewhere, PieceNotFitting, NotFound, PhotoRefused, and Busy when the photo must wait for the machine.
    """
    with unit_of_work("upload.receive"):
        row = _keep_piece(person_id, client_uuid, offset, data)
    return finish_upload(row) if row.is_whole or row.is_decided else row


def finish_upload(row: UploadRow) -> UploadRow:
    """Make a photo of an upload that is whole, or refuse it for good. Repeatable; opens its own transactions."""
    row.check()
    if row.photo_id is not None:
        return row
    with unit_of_work(writes=False):
        pieces = select(UploadPiece.content).where(UploadPiece.upload_id == row.id).order_by(UploadPiece.start_byte)
        data = b"".join(db.session.scalars(pieces))
        known = _by_id(row.id)
    if known is None or known.is_decided:
        # Somebody else has finished it meanwhile.
        return finish_upload(known) if known else row
    return _decide(row, data)


def take_photo(person_id: int, data: bytes) -> PhotoRow:
    """The photo of a whole file, as a form without a script sends it; the same file again is the same photo.

    Opens its own transactions. Raises PhotoRefused, TooManyPhotos, Busy.
    """
    client_uuid = str(uuid5(NAMESPACE_OID, sha256(data).hexdigest()))
    with unit_of_work():
        row, _is_new = start_upload(person_id, client_uuid, len(data))
    row.check()
    if row.photo_id is None:
        row = _decide(row, data)
    with unit_of_work(writes=False):
        return find_photos([row.photo_id or 0])[row.photo_id or 0]


def finish_due_upload(row: due.Due) -> None:
    """Finish what is whole though its sender has not come back, or its web process died."""
    with unit_of_work(writes=False):
        known = _by_id(int(row.subject))
    if known is not None and not known.is_decided:
        try:
            finish_upload(known)
        except PhotoRefused:
            # It is written down; nobody is here to be told.
            return
        except Busy as error:
            raise due.NotYet from error


def drop_upload(row: due.Due) -> None:
    """Forget an upload when its time is over; its photo stays."""
    upload_id = int(row.subject)
    db.session.scalar(select(Upload.id).where(Upload.id == upload_id).with_for_update())
    db.session.execute(delete(UploadPiece).where(UploadPiece.upload_id == upload_id))
    db.session.execute(delete(Upload).where(Upload.id == upload_id))
    due.withdraw(FINISH_UPLOAD, upload_id)


def _insert(person_id: int, client_uuid: str, size_bytes: int) -> bool:
    now = clock.now()
    begun = select(func.count(), func.coalesce(func.sum(Upload.size_bytes), 0)).where(
        Upload.person_id == person_id, Upload.created_at > now - timedelta(days=1)
    )
    count, total = db.session.execute(begun).one()
    if count >= PHOTOS_A_DAY or total + size_bytes > BYTES_A_DAY:
        raise TooManyPhotos(retry_after_seconds=3600)
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    new_id = db.session.scalar(
        insert(Upload)
        .values(
            person_id=person_id,
            client_uuid=client_uuid,
            size_bytes=size_bytes,
            received_bytes=0,
            created_at=now,
            expires_at=now + UNFINISHED_KEPT,
        )
        .on_conflict_do_nothing(index_elements=["person_id", "client_uuid"])
        .returning(Upload.id)
    )
    if new_id is None:
        return False
    due.declare(DROP_UPLOAD, new_id, now + UNFINISHED_KEPT)
    return True


def _keep_piece(person_id: int, client_uuid: str, offset: int, data: bytes) -> UploadRow:
    upload = db.session.scalar(
        select(Upload).where(Upload.person_id == person_id, Upload.client_uuid == client_uuid).with_for_update()
    )
    if upload is None:
        raise NotFound
    left = upload.size_bytes - upload.received_bytes
    if not _row(upload).is_decided:
        if offset != upload.received_bytes:
            raise UploadElsewhere(offset=upload.received_bytes)
        if len(data) > min(left, rules.LARGEST_PIECE) or len(data) < min(left, rules.SMALLEST_PIECE):
            raise PieceNotFitting
        if data:
            if offset == 0:
                # What begins as no photo need not be sent to its end.
                _refuse_early(upload, data)
            _append(upload, data)
    return _row(upload)


def _append(upload: Upload, data: bytes) -> None:
    if upload.refused is None:
        db.session.add(UploadPiece(upload_id=upload.id, start_byte=upload.received_bytes, content=data))
        upload.received_bytes += len(data)
        if upload.received_bytes == upload.size_bytes:
            due.declare(FINISH_UPLOAD, upload.id, clock.now() + FINISH_AFTER)
    db.session.flush()


def _refuse_early(upload: Upload, head: bytes) -> None:
    try:
        check_head(head, upload.size_bytes)
    except PhotoRefused as refusal:
        upload.refused = refusal.code


def _decide(row: UploadRow, data: bytes) -> UploadRow:
    try:
        with crash.around("media_store.put"):
            rendered = store_image(data)
    except PhotoRefused as refusal:
        with unit_of_work("upload.refuse"):
            _close(row.id, photo_id=None, refused=refusal.code)
        raise
    except OSError as error:
        log.exception("media_store.failed")
        raise Busy from error
    with unit_of_work("upload.finish"):
        return _close(row.id, photo_id=keep_photo(rendered), refused=None) or row


def _close(upload_id: int, *, photo_id: int | None, refused: str | None) -> UploadRow | None:
    upload = db.session.scalar(select(Upload).where(Upload.id == upload_id).with_for_update())
    if upload is None:
        return None
    if not _row(upload).is_decided:
        upload.photo_id, upload.refused, upload.received_bytes = photo_id, refused, upload.size_bytes
        upload.expires_at = clock.now() + FINISHED_KEPT
        db.session.flush()
        due.declare(DROP_UPLOAD, upload_id, upload.expires_at)
    db.session.execute(delete(UploadPiece).where(UploadPiece.upload_id == upload_id))
    due.withdraw(FINISH_UPLOAD, upload_id)
    return _row(upload)


def _by_id(upload_id: int) -> UploadRow | None:
    row = db.session.execute(select(*COLUMNS).where(Upload.id == upload_id)).one_or_none()
    return UploadRow(*row) if row else None


def _row(upload: Upload) -> UploadRow:
    return UploadRow(
        upload.id, upload.client_uuid, upload.size_bytes, upload.received_bytes, upload.photo_id, upload.refused
    )
