"""Where renditions lie: a port of three methods. A local folder here, S3 in s3_store.py."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Protocol

from flask import current_app

from config import Settings

PART = ".part"


class Store(Protocol):
    """Bytes by key. What is under a key never changes, and is there whole or not at all."""

    def put(self, key: str, content: bytes) -> None:
        """Keep it durably; what is there already is written again, and so is new again for sweep().

        Raises OSError when there is no room, or nobody answers.
        """

    def open(self, key: str) -> bytes | None:
        """The bytes, or None."""

    def sweep(self, before: datetime, is_wanted: SetOfWanted) -> int:
        """Remove what was written before, and of which nobody knows; return how many files."""


class SetOfWanted(Protocol):
    """Which of some digests are wanted."""

    def __call__(self, digests: set[str], /) -> set[str]:
        """Those of `digests` that are known."""


class LocalStore:
    """A folder. On several machines it must be one that all share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, key: str, content: bytes) -> None:
        """Write beside it, to the disk, and rename: a reader sees nothing or all of it, whenever the power goes."""
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{token_hex(8)}{PART}")
        try:
            with part.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        for folder in (path.parent, path.parent.parent):
            _sync_folder(folder)

    def open(self, key: str) -> bytes | None:
        """Read it."""
        try:
            return (self.folder / key).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def sweep(self, before: datetime, is_wanted: SetOfWanted) -> int:
        """Remove parts of writers that died, and photos whose upload was never finished."""
        removed = 0
        for shelf in self._folders(self.folder):
            photos = {photo.name: photo for photo in self._folders(shelf)}
            wanted = is_wanted(set(photos)) if photos else set()
            for name, photo in photos.items():
                for path in list(photo.iterdir()):
                    if (name not in wanted or path.name.endswith(PART)) and _is_older(path, before):
                        path.unlink(missing_ok=True)
                        removed += 1
                with suppress(OSError):
                    # Empty ones only.
                    photo.rmdir()
        return removed

    @staticmethod
    def _folders(folder: Path) -> Iterator[Path]:
        if folder.is_dir():
            yield from sorted(path for path in folder.iterdir() if path.is_dir())


def _is_older(path: Path, before: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < before
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def key_of(digest: str, width_px: int) -> str:
    """Where a rendition lies. The first two letters keep folders small."""
    return f"{digest[:2]}/{digest}/{width_px}.webp"


def store_from_settings(settings: Settings) -> Store:
    """S3 where a bucket is named, else the folder."""
    if not settings.media_s3_bucket:
        return LocalStore(Path(settings.media_dir))
    from cofu_adopt.core.media import s3_store  # noqa: PLC0415 - boto3 is an extra

    return s3_store.from_settings(settings.media_s3_bucket, settings.media_s3_endpoint, settings.media_s3_region)


def store() -> Store:
    """The store of the settings."""
    found: Store = current_app.extensions["media_store"]
    return found
