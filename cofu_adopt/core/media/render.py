"""A program of its own: reads an image on stdin, writes its renditions to stdout. Started by decode.py, once an image.

What a hostile file can do, it does in here: a process with little memory and little time, without a setting, a
connection or a file of the house. It imports nothing of the product.
"""

from __future__ import annotations

import errno
import io
import json
import os
import resource
import sys
import warnings
from typing import Any, BinaryIO

from PIL import Image, ImageCms

ORIENTATION = 0x0112
TURNED = frozenset({5, 6, 7, 8})
"""Orientations in which height and width change places."""
SIXTEEN_TO_EIGHT_BITS = 1 / 256
SCALABLE = frozenset({"L", "LA", "RGB", "RGBA", "CMYK"})
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class TooManyPixels(Exception):
    """The header promises more pixels than are wanted; none was decoded."""


def main() -> None:
    """Read, render and write, within the limits that the first argument names."""
    limits = json.loads(sys.argv[1])
    for kind, most in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, limits["output_bytes"]),
    ):
        resource.setrlimit(kind, (most, most))
    # SIGXCPU comes first: SIGKILL is then by somebody else, and no fault of the file.
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"], limits["cpu_seconds"] + 1))
    # Before it decodes anything, Pillow compares the header's size with this.
    Image.MAX_IMAGE_PIXELS = limits["most_pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    head: dict[str, Any]
    blobs: list[bytes] = []
    try:
        head, blobs = render(io.BytesIO(sys.stdin.buffer.read()), limits)
    except (TooManyPixels, Image.DecompressionBombWarning, Image.DecompressionBombError):
        head = {"refused": "pixels"}
    except Exception as error:  # noqa: BLE001 - whatever a decoder stumbles over, the file is to blame
        head = {"refused": "unreadable", "why": f"{type(error).__name__}: {error}"[:200]}
    try:
        sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(blobs))
        sys.stdout.buffer.flush()
    except OSError as error:
        os._exit(1 if error.errno == errno.EFBIG else limits["no_room"])


def render(file: BinaryIO, limits: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """The upright image in each of the widths that are not larger than itself, and what they are."""
    if limits["format"] == "HEIF":
        import pillow_heif  # noqa: PLC0415 - an eighth of a second that only this format needs

        pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    image: Image.Image = Image.open(file, formats=[limits["format"]])
    if image.width * image.height > limits["most_pixels"]:
        raise TooManyPixels
    orientation = _orientation_of(image)
    box = (limits["widths"][-1], limits["most_height_px"])
    upright = (image.height, image.width) if orientation in TURNED else image.size
    scale = min(1, *(most / size for most, size in zip(box, upright, strict=True)))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    # A JPEG can be decoded at a half, a quarter or an eighth of its size.
    image.draft("RGB" if image.mode == "YCbCr" else image.mode, size)
    image.load()
    profile = image.info.get("icc_profile")
    image = _in_srgb(_on_white(_scaled(_eight_bits(image), size)), profile)
    if orientation in TURNS:
        image = image.transpose(TURNS[orientation])
    widths = [width for width in limits["widths"] if width < image.width] + [image.width]
    blobs = [_webp(image, width, limits["quality"]) for width in widths]
    head = {"size": image.size, "widths": widths, "lengths": [len(blob) for blob in blobs]}
    return head, blobs


def _orientation_of(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - a photo whose notes are broken is still a photo
        return 1


def _eight_bits(image: Image.Image) -> Image.Image:
    """The same with eight bits a channel and without a palette."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * SIXTEEN_TO_EIGHT_BITS).convert("L")
    if image.mode in SCALABLE and "transparency" not in image.info:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _scaled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)


def _on_white(image: Image.Image) -> Image.Image:
    """White where it was transparent."""
    if not image.mode.endswith("A"):
        return image
    image = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            found = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            # Broken, or of another kind of colour: the numbers are taken as they are.
            found = None
        if found is not None:
            return found
    return image.convert("RGB")


def _webp(image: Image.Image, width: int, quality: int) -> bytes:
    height = max(1, round(image.height * width / image.width))
    smaller = _scaled(image, (width, height))
    # A new image, as Pillow would write what the old one carries: EXIF, XMP, a profile.
    clean = Image.new("RGB", smaller.size)
    clean.paste(smaller)
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()


if __name__ == "__main__":
    main()
