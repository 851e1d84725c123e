"""What a server costs: processor time and memory of a process and all of its children."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor, and megabytes of memory with what is shared counted once."""

    seconds: float
    megabytes: float


def cost_of(pid: int) -> Cost:
    """Return what the process and its children cost up to now. Linux alone tells."""
    family = list(_family(pid))
    seconds = sum(_seconds(member) for member in family)
    return Cost(seconds, sum(_kilobytes(member) for member in family) / 1024)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for listed in (_PROC / str(pid) / "task").glob("*/children"):
        for child in listed.read_text().split():
            yield from _family(int(child))


def _seconds(pid: int) -> float:
    # The name in parentheses may hold blanks.
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _kilobytes(pid: int) -> int:
    lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
