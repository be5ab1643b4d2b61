"""A photo comes in pieces, goes on where it stopped, and is there once whatever is repeated."""

from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from cofu_adopt import schedule
from cofu_adopt.core import clock
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import Base, db, unit_of_work
from cofu_adopt.core.errors import Busy, NotFound
from cofu_adopt.core.media import decode, uploads
from cofu_adopt.core.media.errors import (
    PhotoNotImage,
    PhotoRefused,
    PhotoTooLarge,
    PieceNotFitting,
    TooManyPhotos,
    UploadDiffers,
    UploadElsewhere,
)
from cofu_adopt.core.media.models import Photo, Upload, UploadPiece
from cofu_adopt.core.media.photos import find_photos, photo_url, sweep_store
from cofu_adopt.core.media.rules import MOST_BYTES, SMALLEST_PIECE
from cofu_adopt.core.media.store import LocalStore, key_of, store
from tests.core.media.images import PHOTO
from tests.people import Who, make_person

A, B = "3f6c1a52-9a5e-4d0e-8a53-0f5d7a3c1b11", "11111111-9a5e-4d0e-8a53-0f5d7a3c1b11"
FIRST = SMALLEST_PIECE


def start(person_id: int, client_uuid: str = A, size_bytes: int = len(PHOTO)) -> tuple[uploads.UploadRow, bool]:
    with unit_of_work():
        return uploads.start_upload(person_id, client_uuid, size_bytes)


def send(person_id: int, client_uuid: str = A, data: bytes = PHOTO) -> uploads.UploadRow:
    start(person_id, client_uuid, len(data))
    uploads.receive(person_id, client_uuid, 0, data[:FIRST])
    return uploads.receive(person_id, client_uuid, FIRST, data[FIRST:])


def count(table: type[Base]) -> int:
    with unit_of_work(writes=False):
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_photo_in_two_pieces(me: int) -> None:
    row, is_new = start(me)
    assert (row.received_bytes, row.photo_id, is_new) == (0, None, True)
    assert uploads.receive(me, A, 0, PHOTO[:FIRST]).received_bytes == FIRST
    done = uploads.receive(me, A, FIRST, PHOTO[FIRST:])
    assert done.photo_id is not None
    with unit_of_work(writes=False):
        (photo,) = find_photos([done.photo_id, 999]).values()
        assert uploads.photos_of_uploads(me, [A, B]) == {A: photo}
    assert (photo.width_px, photo.height_px, photo.widths) == (200, 300, (200,))
    assert photo_url(photo, 640) == f"/media/{photo.digest}/200.webp"
    assert store().open(key_of(photo.digest, 200))
    assert count(UploadPiece) == 0


def test_whatever_is_repeated_has_one_effect(me: int) -> None:
    done = send(me)
    assert start(me) == (done, False)
    assert uploads.receive(me, A, FIRST, PHOTO[FIRST:]) == done
    assert uploads.receive(me, A, 0, PHOTO[:FIRST]) == done
    assert send(me, B).photo_id == done.photo_id
    assert (count(Photo), count(Upload)) == (1, 2)


def test_a_piece_that_does_not_fit_hears_where_it_stopped(me: int) -> None:
    start(me)
    uploads.receive(me, A, 0, PHOTO[:FIRST])
    for offset in (0, FIRST - 1, FIRST + 1, len(PHOTO)):
        with pytest.raises(UploadElsewhere) as raised:
            uploads.receive(me, A, offset, PHOTO[offset : offset + FIRST])
        assert raised.value.params == {"offset": FIRST}
    with pytest.raises(PieceNotFitting):
        uploads.receive(me, A, FIRST, PHOTO[FIRST:] + b"x")
    with pytest.raises(PieceNotFitting):
        uploads.receive(me, A, FIRST, PHOTO[FIRST : FIRST + 9])
    assert uploads.receive(me, A, FIRST, PHOTO[FIRST:]).photo_id


def test_an_upload_is_its_senders_alone(me: int) -> None:
    send(me)
    other = make_person(Who.HOUSEHOLD)
    with pytest.raises(NotFound):
        uploads.receive(other, A, 0, PHOTO[:FIRST])
    with unit_of_work(writes=False):
        assert uploads.find_upload(other, A) is None
        assert uploads.photos_of_uploads(other, [A]) == {}
    assert start(other)[1] is True


def test_the_number_of_another_file_is_not_taken(me: int) -> None:
    start(me)
    with pytest.raises(UploadDiffers):
        start(me, size_bytes=len(PHOTO) + 1)
    with pytest.raises(PhotoTooLarge):
        start(me, B, MOST_BYTES + 1)


def test_what_begins_as_no_photo_is_refused_with_its_first_piece(me: int) -> None:
    start(me)
    for _ in range(2):
        with pytest.raises(PhotoNotImage):
            uploads.receive(me, A, 0, b"<html>" + PHOTO[: FIRST - 6])
    assert start(me)[0].refused == "photo_not_image"
    assert count(UploadPiece) == 0


def test_what_is_refused_stays_refused(me: int) -> None:
    broken = PHOTO[: len(PHOTO) * 2 // 3]
    for _ in range(2):
        with pytest.raises(PhotoRefused) as raised:
            send(me, A, broken)
        assert raised.value.code == "photo_unreadable"
    with pytest.raises(PhotoRefused):
        uploads.take_photo(me, broken)
    assert (count(Photo), count(UploadPiece)) == (0, 0)


def test_a_busy_machine_loses_nothing(me: int, still: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(decode, "LONGEST_SECONDS", 0.001)
        with pytest.raises(Busy):
            send(me)
        still.advance(minutes=3)
        schedule.do_due_work()
    assert start(me)[0].is_whole
    # The sender comes back with nothing left to send, or not at all.
    still.advance(minutes=30)
    schedule.do_due_work()
    assert uploads.receive(me, A, len(PHOTO), b"").photo_id
    assert count(UploadPiece) == 0


def test_a_store_without_room_loses_nothing(me: int, still: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def be_full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, "put", be_full)
        with pytest.raises(Busy):
            send(me)
        still.advance(minutes=3)
        schedule.do_due_work()
    still.advance(minutes=30)
    schedule.do_due_work()
    assert uploads.receive(me, A, len(PHOTO), b"").photo_id


def test_uploads_are_forgotten_and_photos_stay(me: int, still: FrozenClock) -> None:
    send(me)
    start(me, B)
    uploads.receive(me, B, 0, PHOTO[:FIRST])
    still.advance(days=8)
    schedule.do_due_work()
    assert (count(Upload), count(UploadPiece)) == (1, 0)
    still.advance(days=30)
    schedule.do_due_work()
    assert (count(Upload), count(Photo)) == (0, 1)


def test_a_form_without_a_script_sends_it_whole(me: int) -> None:
    photo = uploads.take_photo(me, PHOTO)
    assert uploads.take_photo(me, PHOTO) == photo
    assert uploads.take_photo(make_person(Who.OPERATOR), PHOTO) == photo
    with pytest.raises(PhotoNotImage):
        uploads.take_photo(me, b"")


def test_a_day_has_a_limit(me: int, still: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PHOTOS_A_DAY", 1)
    start(me)
    start(me)
    with pytest.raises(TooManyPhotos):
        start(me, B)
    start(make_person(Who.HOUSEHOLD), B)
    still.advance(days=1, seconds=1)
    start(me, B)
    monkeypatch.setattr(uploads, "BYTES_A_DAY", 2 * len(PHOTO) - 1)
    monkeypatch.setattr(uploads, "PHOTOS_A_DAY", 9)
    with pytest.raises(TooManyPhotos):
        start(me, A.replace("3", "4"))


def test_what_nobody_knows_of_is_swept_away(app: Flask, me: int, tmp_path: Path) -> None:
    photo = uploads.take_photo(me, PHOTO)
    orphan = "f" * 64
    store().put(key_of(orphan, 320), b"never finished")
    part = tmp_path / "media" / photo.digest[:2] / photo.digest / ".200.webp.0.part"
    part.write_bytes(b"half")
    assert sweep_store() == 0
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert sweep_store() == 2
    assert store().open(key_of(orphan, 320)) is None
    assert store().open(key_of(photo.digest, 200)) is not None
    assert not part.exists()
