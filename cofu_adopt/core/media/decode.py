"""Have a file decoded by a process of its own, with little memory and time; what comes back is renditions or a refusal.

One at a time in each web process: so many renderers at once have at most so much memory.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import Any

import structlog

from cofu_adopt.core.errors import Busy
from cofu_adopt.core.media import rules
from cofu_adopt.core.media.errors import PhotoNotImage, PhotoRefused, PhotoTooLarge, PhotoTooManyPixels

PROGRAM = Path(__file__).with_name("render.py")
NO_ROOM = 75
"""The renderer's exit code when the disk is full. Source: EX_TEMPFAIL of sysexits.h."""
STOPPED = frozenset({-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGKILL})
"""How a renderer ends that a stopping service, Ctrl-C or a machine without memory has ended."""
LIMITS = {
    "memory_bytes": 1024 * 1024 * 1024,
    "cpu_seconds": 10,
    "output_bytes": 32 * 1024 * 1024,
    "most_pixels": rules.MOST_PIXELS,
    "widths": rules.WIDTHS,
    "most_height_px": rules.MOST_HEIGHT_PX,
    "quality": rules.QUALITY,
    "no_room": NO_ROOM,
}
"""Memory is address space. The largest honest photo takes 698 MiB and 1.4 s of CPU (docs/performance.md)."""
TURN_SECONDS = 20
LONGEST_SECONDS = 60
"""By the clock on the wall: a machine that is this busy tries again later, and the photo is not to blame."""
_turn = BoundedSemaphore(1)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rendered:
    """An image that was understood: its largest rendition's size, and each rendition by its width."""

    width_px: int
    height_px: int
    renditions: dict[int, bytes]

    @property
    def digest(self) -> str:
        """SHA-256 of the largest rendition, in hex."""
        return sha256(self.renditions[self.width_px]).hexdigest()

    @property
    def size_bytes(self) -> int:
        """Of all renditions together."""
        return sum(map(len, self.renditions.values()))


def check_head(head: bytes, size_bytes: int) -> str:
    """The kind of a file of `size_bytes` that begins so. Raises PhotoTooLarge and PhotoNotImage."""
    if size_bytes > rules.MOST_BYTES:
        raise PhotoTooLarge
    kind = rules.kind_of(head[: rules.KIND_BYTES])
    if kind is None:
        raise PhotoNotImage
    return kind


def decode(data: bytes) -> Rendered:
    """The renditions of the image `data`. Raises PhotoRefused, or Busy when the machine has no time for it now."""
    kind = check_head(data, len(data))
    if not _turn.acquire(timeout=TURN_SECONDS):
        raise Busy
    try:
        head, blobs = _run(data, kind)
    finally:
        _turn.release()
    if "refused" in head:
        log.info("photo.refused", kind=kind, size_bytes=len(data), why=head.get("why", head["refused"]))
        raise PhotoTooManyPixels if head["refused"] == "pixels" else PhotoRefused
    renditions, start = {}, 0
    for width, length in zip(head["widths"], head["lengths"], strict=True):
        renditions[int(width)] = blobs[start : start + length]
        start += length
    width_px, height_px = head["size"]
    return Rendered(width_px, height_px, renditions)


def _run(data: bytes, kind: str) -> tuple[dict[str, Any], bytes]:
    with TemporaryFile() as out:
        try:
            ended = subprocess.run(  # noqa: S603 - our own program; the file is its input only
                [sys.executable, "-I", str(PROGRAM), json.dumps(LIMITS | {"format": kind})],
                input=data,
                stdout=out,
                stderr=subprocess.DEVNULL,
                # No secret of the house; one arena, so that memory that is reserved is memory that is used.
                env={"MALLOC_ARENA_MAX": "1"},
                cwd="/",
                timeout=LONGEST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Busy from error
        if ended.returncode in STOPPED or ended.returncode == NO_ROOM:
            log.warning("photo.renderer_ended", exit_status=ended.returncode)
            raise Busy
        if ended.returncode != 0:
            return {"refused": "unreadable", "why": f"the renderer ended with {ended.returncode}"}, b""
        out.seek(0)
        head, _, blobs = out.read().partition(b"\n")
    told: dict[str, Any] = json.loads(head)
    return told, blobs
