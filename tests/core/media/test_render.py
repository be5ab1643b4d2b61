"""Photos come out upright, in the web's colours, in several widths, and without a word about where they were taken."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from PIL import Image

from cofu_adopt.core.media.decode import LIMITS, decode
from cofu_adopt.core.media.render import render
from cofu_adopt.core.media.rules import kind_of
from tests.core.media.images import (
    HEIC,
    SECRET,
    chunk,
    exif,
    held,
    picture,
    png,
    profile,
    rows_of,
    saved,
)

RED, BLUE = (220, 30, 30), (20, 60, 160)
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + SECRET + b"</x:xmpmeta>"
HTML = b"<html><script>alert('" + SECRET + b"')</script></html>"
JPEG = saved(picture(), "JPEG", quality=95)


def rendered(data: bytes) -> tuple[Image.Image, list[bytes]]:
    """The largest rendition and all of them, without a process of its own."""
    head, blobs = render(io.BytesIO(data), LIMITS | {"format": kind_of(data[:12])})
    assert head["lengths"] == [len(blob) for blob in blobs]
    largest = Image.open(io.BytesIO(blobs[-1]))
    assert largest.size == tuple(head["size"])
    return largest, blobs


def chunks(webp: bytes) -> set[bytes]:
    found, at = set(), 12
    while at < len(webp):
        (length,) = struct.unpack("<I", webp[at + 4 : at + 8])
        found.add(webp[at : at + 4])
        at += 8 + length + length % 2
    return found


def assert_is_the_picture(image: Image.Image, *, near: int = 40) -> None:
    width, height = image.size
    for place, colour in (((width // 8, height // 8), RED), ((width * 7 // 8, height * 7 // 8), BLUE)):
        found = image.convert("RGB").getpixel(place)
        assert isinstance(found, tuple)
        assert all(abs(one - other) < near for one, other in zip(found, colour, strict=True)), (found, colour)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright_however_the_phone_was_held(orientation: int) -> None:
    image, _ = rendered(held(orientation))
    assert image.size == (96, 64)
    assert_is_the_picture(image)


def test_a_heic_stands_upright_and_keeps_no_place() -> None:
    image, blobs = rendered(HEIC)
    assert image.size == (96, 160)
    top, bottom = image.convert("RGB").getpixel((85, 20)), image.convert("RGB").getpixel((20, 140))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 180
    assert bottom[0] < 80
    assert chunks(blobs[-1]) == {b"VP8 "}


NOTES = {
    "EXIF with a place": saved(picture(), "JPEG", exif=exif(), quality=95),
    "a comment": saved(picture(), "JPEG", comment=SECRET, quality=95),
    "XMP": saved(picture(), "JPEG", xmp=XMP, quality=95),
    "everything in a PNG": png(96, 64, rows_of(96, 64), chunk(b"tEXt", b"Author\0" + SECRET), chunk(b"eXIf", exif())),
    "everything in a WebP": saved(picture(), "WEBP", exif=exif(), xmp=XMP, icc_profile=b"x" * 200),
    "HTML after a JPEG": JPEG + HTML,
    "a ZIP after a JPEG": JPEG + b"PK\x03\x04" + HTML + b"PK\x05\x06" + bytes(18),
    "a JPEG in a JPEG": JPEG[:2]
    + b"\xff\xe1"
    + struct.pack(">H", len(NESTED := b"Exif\0\0" + HTML) + 2)
    + NESTED
    + JPEG[2:],
    "12 MB of notes": JPEG[:2] + (b"\xff\xe5\xff\xff" + (SECRET * 6000)[:65533]) * 190 + JPEG[2:],
}


@pytest.mark.parametrize("name", NOTES)
def test_nothing_but_pixels_is_kept(name: str) -> None:
    assert SECRET in NOTES[name]
    image, blobs = rendered(NOTES[name])
    assert image.size == (96, 64)
    for blob in blobs:
        assert SECRET not in blob
        assert chunks(blob) == {b"VP8 "}
    assert not image.getexif()


COLOURS: dict[str, Any] = {
    "CMYK": saved(picture(mode="CMYK"), "JPEG", quality=95),
    "a palette": saved(picture(mode="P"), "PNG"),
    "a broken profile": saved(picture(), "JPEG", icc_profile=b"not a profile" * 20, quality=95),
    "a profile of other colours": saved(picture(), "JPEG", icc_profile=profile(), quality=95),
    "an animated WebP": saved(picture(), "WEBP", save_all=True, append_images=[Image.new("RGB", (96, 64))]),
    "an animated PNG": saved(picture(), "PNG", save_all=True, append_images=[Image.new("RGB", (96, 64))]),
    "two photos in one (MPO)": saved(picture(), "MPO", save_all=True, append_images=[Image.new("RGB", (96, 64))]),
}


@pytest.mark.parametrize("name", COLOURS)
def test_its_colours_are_as_they_were(name: str) -> None:
    image, blobs = rendered(COLOURS[name])
    assert_is_the_picture(image)
    assert chunks(blobs[-1]) == {b"VP8 "}


def test_sixteen_bits_become_eight() -> None:
    image, _ = rendered(saved(Image.new("I;16", (40, 30), 256 * 100), "PNG"))
    assert image.convert("RGB").getpixel((20, 15)) == pytest.approx((100, 100, 100), abs=3)


def test_what_was_transparent_is_white() -> None:
    image, _ = rendered(saved(Image.new("RGBA", (40, 30), (0, 0, 0, 0)), "PNG"))
    assert image.convert("RGB").getpixel((20, 15)) == pytest.approx((255, 255, 255), abs=3)


@pytest.mark.parametrize(
    ("size", "widths"),
    [((2500, 1000), [320, 640, 1280, 1920]), ((700, 500), [320, 640, 700]), ((320, 10), [320]), ((1, 1), [1])],
)
def test_it_is_never_made_larger(size: tuple[int, int], widths: list[int]) -> None:
    _, blobs = rendered(saved(Image.new("RGB", size), "JPEG"))
    assert [Image.open(io.BytesIO(blob)).width for blob in blobs] == widths


def test_a_tower_is_not_served_higher_than_screens_scroll() -> None:
    image, _ = rendered(saved(Image.new("L", (100, 9000)), "PNG"))
    assert image.size == (46, 4096)


def test_the_program_gives_the_same() -> None:
    whole = decode(held(6))
    assert list(whole.renditions.values()) == rendered(held(6))[1]
    assert (whole.width_px, whole.height_px, len(whole.digest)) == (96, 64, 64)
