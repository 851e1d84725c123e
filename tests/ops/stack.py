"""The real product in real processes, on a folder of state of its own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait for ``condition``; returns the seconds it took, fails after ``seconds``."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"{what} not within {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - started


@dataclass(frozen=True)
class Process:
    """A process of this machine, as /proc tells of it."""

    pid: int
    parent: int
    group: int
    command: str


def processes() -> list[Process]:
    return [found for entry in Path("/proc").iterdir() if (found := _process(entry))]


def _process(entry: Path) -> Process | None:
    if not entry.name.isdigit():
        return None
    try:
        fields = (entry / "stat").read_text().rpartition(")")[2].split()
        command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    if fields[0] == "Z":
        return None
    return Process(int(entry.name), int(fields[1]), int(fields[2]), command)


class Stack:
    """``python -m pixtract.supervisor`` with a log file."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.var = folder / "var"
        self.log_path = folder / "log.txt"
        self.port = free_port()
        self._environment = environment
        self.supervisor = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log_path.open("ab") as log:
            return self.run_another(stdout=log)

    def run_another(self, **options: object) -> subprocess.Popen[bytes]:
        """Start a supervisor on the same state and port."""
        return subprocess.Popen(
            [sys.executable, "-m", "pixtract.supervisor"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            **options,
        )

    def kill_and_start_again(self) -> None:
        """A power cut: everything dies at once; then the start as by hand."""
        everything = {process.pid for process in self.everything()}
        self.supervisor.kill()
        self.supervisor.wait()
        wait_until(lambda: not everything & {each.pid for each in processes()}, 60, "the end")
        self.log_path.rename(self.log_path.with_suffix(".before"))
        self.supervisor = self._start()
        self.wait_ready()

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PIXTRACT_")}
        return {
            **kept,
            "DJANGO_SETTINGS_MODULE": "pixtract.settings",
            "PIXTRACT_VAR_DIR": str(self.var),
            "PORT": str(self.port),
            **self._environment,
        }

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def children(self, name: str = "") -> list[Process]:
        """The supervisor's own children whose command holds ``name``."""
        pid = self.supervisor.pid
        return [each for each in processes() if each.parent == pid and name in each.command]

    def everything(self) -> list[Process]:
        """Children, and whatever they started: what a full stop must leave none of."""
        found, parents = list[Process](), {self.supervisor.pid}
        while below := [each for each in processes() if each.parent in parents]:
            found += below
            parents = {each.pid for each in below}
        return found

    def wait_ready(self, seconds: float = 60) -> None:
        wait_until(lambda: "\nNext: " in self.log, seconds, "start")

    def request(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def manage(self, *arguments: str, **environment: str) -> str:
        """Run manage.py on the stack's state; returns what it printed."""
        done = subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        return done.stdout

    def stop(self) -> None:
        """Stop as Ctrl-C does, and kill what does not."""
        if self.supervisor.poll() is None:
            self.supervisor.send_signal(signal.SIGINT)
            try:
                self.supervisor.wait(20)
            except subprocess.TimeoutExpired:
                self.supervisor.kill()
                raise


@contextmanager
def running_stack(folder: Path, **environment: str) -> Iterator[Stack]:
    stack = Stack(folder, **environment)
    try:
        stack.wait_ready()
        yield stack
    finally:
        stack.stop()
