"""Measures the indexing of a whole library: ``python -m bench.search_library --items 100000``.

A database as the product has it by default is filled with a made library (half of it one
owner's), then ``manage.py rebuild_index`` runs in a process of its own, as an administrator
would start it: items a second, database and text analysis included, and the most memory that
it and its children took together (what several share is counted once; pages of files that are
mapped are counted, too). ``--state`` keeps the library for the next run and for others.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_LOOK_SECONDS = 0.5
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Fill, rebuild, print; returns the exit status."""
    options = _parse()
    state = options.state or Path(tempfile.mkdtemp(prefix="pixtract-library-"))
    filled = ensure_library(state, options.items)
    print(f"library: {options.items} items in {state}, filled in {filled:.0f} s")
    for _ in range(0 if options.fill_only else options.runs):
        if not _measure(state, options.items, options.user):
            return 1
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--state", type=Path, help="keep the library in this folder")
    parser.add_argument("--runs", type=int, default=1, help="how many times to rebuild")
    parser.add_argument("--user", help="rebuild this owner's alone (owner0 has half of all)")
    parser.add_argument("--fill-only", action="store_true", help="fill the database, no more")
    return parser.parse_args()


def ensure_library(state: Path, items: int) -> float:
    """Set up Django on a library of ``items`` in ``state``; returns how long filling took.

    Raises ValueError when another number of items is there.
    """
    set_up(state)
    from gallery.models import MediaItem

    held = MediaItem.objects.count()
    if held not in (0, items):
        raise ValueError(f"{state} holds {held} items; name another folder")
    started = time.monotonic()
    if not held:
        from bench.search_filler import fill

        fill(items)
    return time.monotonic() - started


def set_up(state: Path) -> None:
    """Make Django work on the library in ``state``, its database up to date."""
    os.environ["PIXTRACT_VAR_DIR"] = str(state)
    os.environ.setdefault("PIXTRACT_LOG_LEVEL", "ERROR")
    os.environ["DJANGO_SETTINGS_MODULE"] = "pixtract.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _measure(state: Path, items: int, user: str | None) -> bool:
    command = [sys.executable, "manage.py", "rebuild_index"]
    if user:
        command += ["--user", user]
        from gallery.models import MediaItem

        items = MediaItem.objects.filter(owner__username=user).count()
    before = os.getloadavg()[0]
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = used.ru_utime + used.ru_stime
    started = time.monotonic()
    done = subprocess.Popen(  # noqa: S603 - our own interpreter and command
        command, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    watch = Watch(done.pid)
    done.wait()
    seconds = time.monotonic() - started
    after = os.getloadavg()[0]
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = used.ru_utime + used.ru_stime - worked
    size = sum(path.stat().st_size for path in (state / "index").rglob("*") if path.is_file())
    print(
        f"rebuild: {items / seconds:,.0f} items/s ({items} in {seconds:.1f} s, {worked:.1f} s of "
        f"processor: {items / worked:,.0f} a processor second), peak memory of "
        f"all processes {watch.own_mb:.0f} MB, {watch.peak_mb:.0f} MB with what they map of the "
        f"index, index {size / items:.0f} bytes an item, "
        f"load {before:.1f} -> {after:.1f}, exit {done.returncode}"
    )
    return done.returncode == 0


class Watch(threading.Thread):
    """Looks twice a second how much memory a process takes, with all that it started."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak_mb = 0.0
        self.own_mb = 0.0
        self._pid = pid
        self.start()

    def run(self) -> None:
        while Path(f"/proc/{self._pid}").exists():
            self.peak_mb = max(self.peak_mb, _memory_mb(self._pid, "Pss:"))
            # Pages of files are the system's to take back.
            self.own_mb = max(self.own_mb, _memory_mb(self._pid, "Pss_Anon:"))
            time.sleep(_LOOK_SECONDS)


def _memory_mb(pid: int, kind: str) -> float:
    """Return the proportional share of a process and its children, in MB; 0 of what is gone."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [pid for task in tasks for pid in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    own = next((line for line in rollup.splitlines() if line.startswith(kind)), f"{kind} 0")
    return int(own.split()[1]) / 1024 + sum(_memory_mb(int(child), kind) for child in children)


if __name__ == "__main__":
    sys.exit(main())
