"""What an image may be, by its first bytes and its size; how much a piece may hold. No database, no decoder."""

from __future__ import annotations

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 40_000_000
WIDTHS = (320, 640, 1280, 1920)
"""Renditions in pixels; an image is never made larger, and its own width is the last one where it is smaller."""
MOST_HEIGHT_PX = 4096
QUALITY = 80
LARGEST_PIECE = 2 * 1024 * 1024
SMALLEST_PIECE = 16 * 1024
"""The last piece may be smaller; without it a file could be sent as millions of rows."""
KIND_BYTES = 12
HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def kind_of(head: bytes) -> str | None:
    """Which of the four kinds of image begins so, whatever it is called; None is none of them."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        return "HEIF"
    return None


def widths_of(width_px: int) -> tuple[int, ...]:
    """The widths of the renditions of an image whose largest one has `width_px`."""
    return (*(width for width in WIDTHS if width < width_px), width_px)
