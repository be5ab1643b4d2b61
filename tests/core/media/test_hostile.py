"""What is no photo is refused quickly, in a process that may not take much; the reason is told by a code."""

from __future__ import annotations

import signal
import subprocess
import zlib
from pathlib import Path

import pytest

from cofu_adopt.core.errors import Busy
from cofu_adopt.core.media import decode
from cofu_adopt.core.media.errors import PhotoNotImage, PhotoRefused, PhotoTooLarge, PhotoTooManyPixels
from cofu_adopt.core.media.rules import MOST_BYTES
from tests.core.media.images import (
    HEIC,
    PNG_HEAD,
    chunk,
    many_scans,
    picture,
    png,
    rows_of,
    saved,
    sized_heic,
    sized_jpeg,
    sized_webp,
    zeros,
)

JPEG = saved(picture(), "JPEG")
PNG = saved(picture(), "PNG")
WEBP = saved(picture(), "WEBP")
NOT_IMAGES = {
    "0 bytes": b"",
    "one byte": b"\xff",
    "a GIF": saved(picture(), "GIF"),
    "a GIF that is a script": b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)//",
    "a BMP": saved(picture(), "BMP"),
    "a TIFF": saved(picture(), "TIFF"),
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "PDF": b"%PDF-1.7\n1 0 obj",
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "HTML before a JPEG": b"<html>" + JPEG,
    "ZIP": b"PK\x03\x04" + bytes(60),
    "AVIF": HEIC.replace(b"ftypheic", b"ftypavif"),
    "a video": b"\x00\x00\x00\x18ftypmp42" + bytes(60),
    "a sound in RIFF": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40),
}
TOO_MANY_PIXELS = {
    "PNG of 2.5 gigapixels": png(50_000, 50_000, rows_of(10, 10)),
    "PNG of 41 megapixels": png(6404, 6404, rows_of(10, 10)),
    "PNG of the largest size there is": png(2**31 - 1, 2**31 - 1, rows_of(1, 1)),
    "JPEG of 4.2 gigapixels": sized_jpeg(65_000, 65_000),
    "JPEG of 41 megapixels": sized_jpeg(6404, 6404),
    "WebP of 268 megapixels": sized_webp(16_383, 16_383),
    "HEIC of 3.6 gigapixels": sized_heic(60_000, 60_000),
}
UNREADABLE = {
    "JPEG, only its first bytes": b"\xff\xd8\xff\xe0" + b"<script>alert(1)</script>" * 9,
    "JPEG cut off": JPEG[: len(JPEG) * 3 // 4],
    "PNG cut off": PNG[: len(PNG) - 60],
    "WebP cut off": WEBP[: len(WEBP) * 2 // 3],
    "HEIC cut off": HEIC[: len(HEIC) * 4 // 5],
    "PNG, only its head": PNG_HEAD,
    "PNG with pixels for a thousandth": png(6000, 6000, rows_of(600, 60)),
    "PNG of no width": png(0, 100, rows_of(1, 1)),
    "PNG with a wrong checksum": PNG[:29] + bytes(4) + PNG[33:],
    "PNG whose text unpacks to 200 MB": png(9, 9, rows_of(9, 9), chunk(b"zTXt", b"a\0\0" + zeros(200))),
    "WebP with a head and rubbish": WEBP[:20] + bytes(300),
}


@pytest.mark.parametrize("name", NOT_IMAGES)
def test_what_is_no_image_by_its_content_is_not_even_opened(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "_run", lambda *_: pytest.fail("a decoder was started"))
    with pytest.raises(PhotoNotImage):
        decode.decode(NOT_IMAGES[name])


def test_a_byte_too_many_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "_run", lambda *_: pytest.fail("a decoder was started"))
    with pytest.raises(PhotoTooLarge):
        decode.decode(JPEG + bytes(MOST_BYTES + 1 - len(JPEG)))


@pytest.mark.parametrize("name", TOO_MANY_PIXELS)
def test_too_many_pixels_are_refused_by_the_header(name: str) -> None:
    with pytest.raises(PhotoTooManyPixels):
        decode.decode(TOO_MANY_PIXELS[name])


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_to_its_end_is_refused(name: str) -> None:
    with pytest.raises(PhotoRefused) as raised:
        decode.decode(UNREADABLE[name])
    assert raised.value.code == "photo_unreadable"


def test_more_pixels_than_said_are_not_unpacked() -> None:
    small = decode.decode(png(64, 64, zlib.compress(bytes(65 * 64)) + zeros(100)))
    assert (small.width_px, small.height_px) == (64, 64)


def test_one_that_takes_too_much_time_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(decode.LIMITS, "cpu_seconds", 1)
    with pytest.raises(PhotoRefused) as raised:
        decode.decode(many_scans(30000))
    assert raised.value.code == "photo_unreadable"


def test_one_that_takes_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = png(5000, 5000, rows_of(5000, 5000))
    monkeypatch.setitem(decode.LIMITS, "memory_bytes", 80 * 1024 * 1024)
    with pytest.raises(PhotoRefused) as raised:
        decode.decode(honest)
    assert raised.value.code == "photo_unreadable"


def test_a_machine_without_time_does_not_blame_the_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "LONGEST_SECONDS", 0.001)
    with pytest.raises(Busy):
        decode.decode(JPEG)
    monkeypatch.setattr(decode, "TURN_SECONDS", 0.001)
    with decode._turn, pytest.raises(Busy):
        decode.decode(JPEG)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_a_renderer_that_is_stopped_does_not_blame_the_photo(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "stopped.py"
    program.write_text(f"import os, signal; signal.raise_signal({int(number)}); signal.pause()")
    monkeypatch.setattr(decode, "PROGRAM", program)
    with pytest.raises(Busy):
        decode.decode(JPEG)


def test_a_full_disk_does_not_blame_the_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "TemporaryFile", lambda: Path("/dev/full").open("w+b"))  # noqa: SIM115 - as the other
    with pytest.raises(Busy):
        decode.decode(JPEG)


def test_the_renderer_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {}

    def run(arguments: list[str], **options: object) -> object:
        given.update(options)
        raise subprocess.TimeoutExpired(arguments, 0)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(Busy):
        decode.decode(JPEG)
    assert given["env"] == {"MALLOC_ARENA_MAX": "1"}
