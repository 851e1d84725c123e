"""The engine process: loads models when first asked for, answers one picture at a time.

Started by ``workers.analyzers.local.process``; speaks ``wire`` messages over
standard input and output. It ends by itself when its parent is gone, when
nothing has come for a while, or when it has grown too large.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from workers.analyzers.local import wire
from workers.analyzers.local.pictures import PictureError
from workers.analyzers.local.sessions import ModelMissingError

PARENT_CHECK_SECONDS = 1.0
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

Task = Callable[[Path, Mapping[str, Any]], Mapping[str, Any]]


class Engines:
    """The models, each loaded by its first task."""

    def __init__(self, models_dir: Path, threads: int) -> None:
        self._makers: dict[str, Callable[[], Task]] = {
            "labels": partial(_make_labels, models_dir, threads),
            "text": partial(_make_text, threads),
        }
        self._tasks: dict[str, Task] = {}

    def answer(self, request: Mapping[str, Any]) -> wire.Message:
        """Return ``{"result": ...}`` or ``{"error": {code, message, permanent}}``."""
        started = time.monotonic()
        try:
            task = self._task(str(request["task"]))
            result = task(Path(request["path"]), request["options"])
        except PictureError as error:
            return _error("bad_picture", f"The picture cannot be read: {error}", permanent=True)
        except ModelMissingError as error:
            return _error("model_missing", str(error), permanent=False)
        except MemoryError:
            return _error("out_of_memory", "The picture needs too much memory.", permanent=False)
        return {"result": result, "seconds": round(time.monotonic() - started, 3)}

    def _task(self, name: str) -> Task:
        if name not in self._tasks:
            self._tasks[name] = self._makers[name]()
        return self._tasks[name]


# Each task brings its own libraries in, so that a process that only labels stays small.
def _make_labels(models_dir: Path, threads: int) -> Task:
    from workers.analyzers.local.looking import Looker

    return Looker(models_dir, threads).look


def _make_text(threads: int) -> Task:
    from workers.analyzers.local.reader import Reader

    return Reader(threads).read


def _error(code: str, message: str, *, permanent: bool) -> wire.Message:
    return {"error": {"code": code, "message": message, "permanent": permanent}}


def resident_bytes() -> int:
    """Return how much memory this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES


def serve(engines: Engines, source: int, target: int, idle: float, max_bytes: int) -> None:
    """Answer until the stream ends, nothing comes for ``idle`` seconds, or memory grows."""
    while True:
        try:
            request = wire.receive(source, idle)
            wire.send(target, engines.answer(request))
        except (wire.ConnectionClosedError, TimeoutError):
            return
        if resident_bytes() > max_bytes:
            return


def _end_with_parent(parent: int) -> None:
    """A parent that was killed closes our input; in the middle of a picture we look here."""
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--idle", type=float, required=True)
    parser.add_argument("--max-bytes", type=int, required=True)
    options = parser.parse_args()
    # Libraries may write to standard output: keep the channel for messages apart.
    channel = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    engines = Engines(options.models, options.threads)
    serve(engines, sys.stdin.fileno(), channel, options.idle, options.max_bytes)


if __name__ == "__main__":
    main()
