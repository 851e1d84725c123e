"""The processes of one history: two that write, one that checks, the indexer, other commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.ops.stack import ROOT

WRITERS = 2
_PATIENCE_SECONDS = 90


class Actor:
    """A process that does what it is asked, and is asked one thing at a time."""

    def __init__(self, launch: Callable[..., subprocess.Popen[str]], log_path: Path) -> None:
        self._log_path = log_path
        module = ("-m", "tests.search.consistency.actor")
        self.process = launch(*module, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *question: object) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, self._log_path.read_text(errors="replace").rpartition("Traceback")[2]
        return json.loads(line)

    def tell(self, *question: object) -> Any:
        self.ask(*question)
        return self.answer()


class Scene:
    """An installation without its web server, on a database and an engine of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.log_path = folder / "log.txt"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PIXTRACT_")}
        own = {
            "DJANGO_SETTINGS_MODULE": "pixtract.settings",
            "PIXTRACT_VAR_DIR": str(folder / "var"),
            "PIXTRACT_BROKER_URL": "memory://",
            "PIXTRACT_DATABASE_POOL": "4",
            "PIXTRACT_LABEL_ENGINE": "off",
            "PIXTRACT_TEXT_ENGINE": "off",
        }
        self._environment = {**kept, **own, **environment}
        assert self.launch("manage.py", "migrate", "-v", "0").wait() == 0, self.log
        self.writers = [Actor(self.launch, self.log_path) for _ in range(WRITERS)]
        self.checker = Actor(self.launch, self.log_path)
        self.indexers: list[subprocess.Popen[str]] = []
        self.others: list[subprocess.Popen[str]] = []

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    @property
    def index_dir(self) -> Path:
        return self.folder / "var" / "index"

    def launch(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        with self.log_path.open("a") as log:
            streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, **options}
            return subprocess.Popen(  # noqa: S603 - our own interpreter and modules
                [sys.executable, *words], cwd=ROOT, env=self._environment, **streams
            )

    def start_indexer(self) -> None:
        self.indexers.append(self.launch("manage.py", "run_sweeper"))

    def kill_indexers(self) -> None:
        for process in self.indexers:
            process.kill()
            process.wait()
        self.indexers.clear()

    def end_others(self) -> None:
        """Wait for commands that run beside, whatever becomes of them."""
        for process in self.others:
            process.wait(_PATIENCE_SECONDS)
        self.others.clear()

    def drain(self) -> None:
        """Wait until the outbox is empty, and searches miss no index any more.

        One that was lost while the indexer wrote to it is missed by the next search alone.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self.checker.tell("waiting") or self.checker.tell("open"):
            assert time.monotonic() < deadline, f"the outbox is not emptied: {self.log[-3000:]}"
            assert all(process.poll() is None for process in self.indexers), self.log[-3000:]
            time.sleep(0.1)

    def close(self) -> None:
        self.kill_indexers()
        for process in [*self.others, *(actor.process for actor in (*self.writers, self.checker))]:
            process.kill()
            process.wait()


@contextmanager
def new_scene(folder: Path, environment: dict[str, str]) -> Iterator[Scene]:
    scene = Scene(folder, environment)
    try:
        yield scene
    finally:
        scene.close()
