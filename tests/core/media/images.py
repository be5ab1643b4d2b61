"""Images made in code: honest ones, and what somebody might send instead."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
HEIC = Path(__file__).with_name("turned.heic").read_bytes()
"""160 x 96, red in the upper left corner, to be turned to the right; taken by a "Gouqi Phone" at 30.72 N."""
SECRET = b"Gouqi Phone"
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def picture(width: int = 96, height: int = 64, mode: str = "RGB") -> Image.Image:
    """Blue, with a red upper left quarter."""
    image = Image.new("RGB", (width, height), (20, 60, 160))
    image.paste((220, 30, 30), (0, 0, width // 2, height // 2))
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The image as a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> bytes:
    """Where and with what a photo was taken, and how it was held."""
    notes = Image.Exif()
    notes[ORIENTATION], notes[MAKE] = orientation, SECRET.decode()
    notes.get_ifd(GPS).update({1: "N", 2: (30.0, 43.0, 12.0), 3: "E", 4: (122.0, 45.0, 30.0)})
    return notes.tobytes()


def held(orientation: int) -> bytes:
    """The picture as a camera writes it that was held so: upright, its upper left quarter is red."""
    back = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    image = picture() if back is None else picture().transpose(back)
    return saved(image, "JPEG", exif=exif(orientation), quality=95)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, rows: bytes, *more: bytes) -> bytes:
    """A gray PNG that says so of itself; `rows` are its compressed pixels, `more` are chunks before them."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return PNG_HEAD + head + b"".join(more) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def rows_of(width: int, height: int) -> bytes:
    """Black pixels."""
    return zlib.compress(bytes((width + 1) * height), 9)


def zeros(megabytes: int) -> bytes:
    """Compressed zeros: a thousandth of their size."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(megabytes)) + packer.flush()


def sized_jpeg(width: int, height: int) -> bytes:
    """A small JPEG whose header says that it is of this size."""
    data = saved(picture(), "JPEG")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def sized_heic(width: int, height: int) -> bytes:
    """The HEIC whose header says that it is of this size."""
    return HEIC.replace(struct.pack(">II", 160, 96), struct.pack(">II", width, height))


def sized_webp(width: int, height: int) -> bytes:
    """A WebP whose canvas is said to be of this size."""
    data = saved(picture(mode="RGBA"), "WEBP", exif=exif())
    at = data.index(b"VP8X") + 12
    return data[:at] + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little") + data[at + 6 :]


def many_scans(times: int, side: int = 1500) -> bytes:
    """A progressive JPEG whose last scan is there `times` times: little to send, long to decode."""
    data = saved(picture(side, side), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * times + data[-2:]


def profile() -> bytes:
    """A colour profile that is not the web's."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB", 5000)).tobytes()


PHOTO = saved(Image.effect_noise((300, 200), 80).convert("RGB"), "JPEG", exif=exif(6), comment=SECRET, quality=90)
"""A photo of more than one piece, with all that a phone writes into it."""
