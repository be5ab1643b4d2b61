"""CPU seconds of a process and all that it started, from /proc (Linux)."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def tree(root: int) -> list[int]:
    """The ids of `root` and its living descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting += parents.get(process, [])
    return found


def cpu_seconds(root: int) -> float:
    """User and system seconds of the tree so far, those of children that have ended included."""
    ticks = 0
    for process in tree(root):
        fields = _stat(process)
        if fields:
            ticks += sum(int(fields[place]) for place in (11, 12, 13, 14))
    return ticks / TICKS


def resident_mib(root: int) -> float:
    """Resident memory of the tree, in MiB; pages shared by its processes are counted in each."""
    pages = 0
    for process in tree(root):
        fields = _stat(process)
        if fields:
            pages += int(fields[21])
    return pages * PAGE / 2**20


def _stat(process: int) -> list[str]:
    # Fields after the name, which may hold spaces: state, parent, ...; see proc(5), numbers 3 and on.
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()
