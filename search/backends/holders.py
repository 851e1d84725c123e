"""Who holds a library while making it anew, so that its end is noticed before its hold runs out."""

from __future__ import annotations

import os
import socket
from pathlib import Path

_PARTS = 3


def this_process() -> str:
    """Return what tells this process from every other, on this machine or another."""
    pid = os.getpid()
    return f"{socket.gethostname()}/{pid}/{_started(pid)}"


def has_ended(holder: str) -> bool:
    """True of a process of this machine that runs no more; of others nothing is known."""
    parts = holder.split("/")
    if len(parts) != _PARTS or parts[0] != socket.gethostname() or not parts[1].isdecimal():
        return False
    return _started(int(parts[1])) != parts[2]


def _started(pid: int) -> str:
    """Return when a process began, in ticks since the machine did; empty when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    fields = stat.rpartition(")")[2].split()
    # One that was killed stays in the table until its parent looks.
    return "" if fields[0] in "ZX" else fields[19]
