"""Kill -9 while the work goes on, whatever database and broker the stack runs on."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from tests.ops.contents import Library
from tests.ops.stack import wait_until

RESTART_SECONDS = 60
# A soak takes ten times the items and kills three times as often.
SOAK = bool(os.environ.get("SOAK"))


@dataclass(frozen=True)
class Survived:
    """What a run was, for the report of a soak."""

    items: int
    kills: int
    seconds: float
    taken_back: int

    def __str__(self) -> str:
        taken = f"{self.taken_back} jobs taken back"
        return f"{self.items} items, {self.kills} kills, {self.seconds:.0f} s, {taken}"


def kill_while_working(library: Library, items: int, kills: int) -> Survived:
    """Upload, kill all workers again and again, wait for the rest; fails on any loss."""
    statuses = library.upload_all(range(items))
    assert statuses == [201] * items, library.stack.log[-4000:]
    started, before = time.monotonic(), library.settled_jobs()
    for _ in range(kills):
        goal = library.settled_jobs() + max(library.open_jobs() // 8, 1)
        wait_until(lambda goal=goal: library.settled_jobs() >= goal, 300, "progress")
        library.kill_workers()
    pace = (library.settled_jobs() - before) / (time.monotonic() - started)
    work = library.open_jobs() / max(pace, 1)
    wait_until(lambda: not library.open_jobs(), RESTART_SECONDS + 3 * work, "the rest")
    library.check_nothing_lost_or_doubled(items)
    taken_back = library.count("SELECT COALESCE(SUM(losses), 0) FROM gallery_job")
    return Survived(items, kills, time.monotonic() - started, taken_back)
