"""`python -m bench.photos`: what each photo and each hostile file costs, in seconds, CPU and peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from PIL import Image

from cofu_adopt.core.media import decode, rules
from tests.core.media.images import HEIC, many_scans, png, saved, zeros
from tests.core.media.test_hostile import NOT_IMAGES, TOO_MANY_PIXELS, UNREADABLE

SIDE = (7300, 5470)
"""39.9 megapixels."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one file cost, and what became of it."""

    name: str
    size_bytes: int
    outcome: str
    seconds: float
    cpu_seconds: float
    peak_mib: float
    space_mib: float


def main() -> None:
    """Measure and print one table."""
    print("| file | sent | outcome | seconds | CPU s | peak MiB | address space MiB |\n|---|---|---|---|---|---|---|")
    none = [measure(name, data) for name, data in NOT_IMAGES.items()]
    print(f"| {len(none)} kinds of what is no image | | refused without a process | 0.00 | 0.00 | | |")
    head = [measure(name, data) for name, data in TOO_MANY_PIXELS.items()]
    rest = [measure(name, data) for name, data in UNREADABLE.items()]
    print(row(worst(f"{len(head)} headers of 41 megapixels to 2.1 gigapixels squared, the worst", head)))
    print(row(worst(f"{len(rest)} that cannot be read, the worst", rest)))
    for name, data in (*bombs(), *honest()):
        print(row(measure(name, data)), flush=True)


def bombs() -> Iterator[tuple[str, bytes]]:
    """What is made to take long or much."""
    yield "PNG 64 x 64 with 2 GB of zeros behind its pixels", png(64, 64, zlib.compress(bytes(65 * 64)) + zeros(2000))
    yield "progressive JPEG of 2.3 MP with 75,000 scans, cut at 15 MB", many_scans(75_000)[: rules.MOST_BYTES]
    yield "progressive JPEG of 36 MP with 75,000 scans", many_scans(75_000, 6000)[: rules.MOST_BYTES]
    yield "15 MB of rubbish as JPEG", b"\xff\xd8\xff\xda" + os.urandom(rules.MOST_BYTES - 4)


def honest() -> Iterator[tuple[str, bytes]]:
    """Photos, the largest that are taken among them."""
    yield "JPEG 12 MP", saved(landscape(4032, 3024), "JPEG", quality=88)
    large = landscape(*SIDE)
    yield "JPEG 40 MP", saved(large, "JPEG", quality=80)
    yield "JPEG 40 MP, progressive, no subsampling", saved(large, "JPEG", quality=80, progressive=True, subsampling=0)
    yield "JPEG 40 MP, CMYK", saved(large.convert("CMYK"), "JPEG", quality=60)
    yield "PNG 40 MP, transparent", saved(Image.new("RGBA", SIDE, (9, 90, 200, 99)), "PNG", compress_level=1)
    yield "PNG 40 MP, palette with transparency", saved(Image.new("P", SIDE, 3), "PNG", transparency=3)
    yield "PNG 40 MP, 16 bits", saved(Image.new("I;16", SIDE, 30_000), "PNG", compress_level=1)
    still = Image.new("RGBA", SIDE, (9, 90, 200, 99))
    yield "WebP 40 MP, animated", saved(still, "WEBP", method=0, save_all=True, append_images=[still.rotate(180)])
    yield "HEIC 160 x 96", HEIC


def landscape(width: int, height: int) -> Image.Image:
    """Something with detail, as a photo has."""
    return Image.effect_noise((width // 8, height // 8), 60).resize((width, height)).convert("RGB")


def measure(name: str, data: bytes) -> Cost:
    """Decode one file as the product does; refused before a process is started, it costs nothing."""
    kind = rules.kind_of(data[: rules.KIND_BYTES])
    if kind is None or len(data) > rules.MOST_BYTES:
        return Cost(name, len(data), "refused unread", 0.0, 0.0, 0.0, 0.0)
    with TemporaryFile() as file, TemporaryFile() as out:
        file.write(data)
        file.seek(0)
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-I", str(decode.PROGRAM), json.dumps(decode.LIMITS | {"format": kind})],
            stdin=file, stdout=out, stderr=subprocess.DEVNULL, env={"MALLOC_ARENA_MAX": "1"},
        )  # fmt: skip
        most: dict[str, int] = {}
        while True:
            # What the kernel tells afterwards is never less than what this process had when it forked.
            most |= peaks(process.pid)
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            time.sleep(0.003)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        told = json.loads(out.readline()) if process.returncode == 0 else {"refused": "killed"}
    if "refused" in told:
        outcome = f"refused: {told['refused']}"
    else:
        outcome = f"{told['size'][0]} x {told['size'][1]}, {sum(told['lengths']) / 1024:,.0f} KiB"
    cpu_seconds = usage.ru_utime + usage.ru_stime
    return Cost(name, len(data), outcome, seconds, cpu_seconds, most["VmHWM"] / 1024, most["VmPeak"] / 1024)


def peaks(pid: int) -> dict[str, int]:
    """The most memory that a process has had so far, in KiB; nothing once it has ended."""
    lines = [line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    return {line[0][:-1]: int(line[1]) for line in lines if line[0] in {"VmHWM:", "VmPeak:"}}


def worst(name: str, costs: list[Cost]) -> Cost:
    """The most of each."""
    return Cost(
        name,
        max(cost.size_bytes for cost in costs),
        ", ".join(sorted({cost.outcome for cost in costs})),
        max(cost.seconds for cost in costs),
        max(cost.cpu_seconds for cost in costs),
        max(cost.peak_mib for cost in costs),
        max(cost.space_mib for cost in costs),
    )


def row(cost: Cost) -> str:
    """A line of the table."""
    size = f"{cost.size_bytes / 1024:,.0f} KiB"
    figures = f"{cost.seconds:.2f} | {cost.cpu_seconds:.2f} | {cost.peak_mib:.0f} | {cost.space_mib:.0f}"
    return f"| {cost.name} | {size} | {cost.outcome} | {figures} |"


if __name__ == "__main__":
    main()
