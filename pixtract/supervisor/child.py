"""One supervised process: start it, restart it with growing pauses, stop it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from pixtract.supervisor.console import Console
from pixtract.supervisor.options import ROOT
from pixtract.supervisor.programs import Program

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
_TETHER = str(Path(__file__).with_name("tether.py"))


class Child:
    """Runs one program in a process group of its own, so that nothing of it is left over."""

    def __init__(self, program: Program, console: Console) -> None:
        self.name = program.name
        self._command = program.command
        self._console = console
        self._process: subprocess.Popen[str] | None = None
        self._started_at = 0.0
        self._start_again_at = 0.0
        self._pause = FIRST_PAUSE_SECONDS

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the program. Only the main thread may: the kernel's tether is to a thread."""
        self._process = subprocess.Popen(  # noqa: S603 - fixed commands, no shell
            [sys.executable, "-I", "-S", _TETHER, str(os.getpid()), *self._command],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self._started_at = time.monotonic()
        threading.Thread(
            target=self._console.relay, args=(self.name, self._process.stdout), daemon=True
        ).start()

    def tend(self) -> None:
        """Start the program again when it has ended and its pause is over."""
        if self._process is None:
            if time.monotonic() >= self._start_again_at:
                self.start()
        elif (status := self._process.poll()) is not None:
            self._bury(status)

    def _bury(self, status: int) -> None:
        # What the program had started itself must not go on working beside its successor.
        self.kill()
        now = time.monotonic()
        if now - self._started_at >= STEADY_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        self._console.say(f"{self.name} {how}; starting it again in {self._pause:.0f} s.")
        self._process, self._start_again_at = None, now + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)

    def ask_to_stop(self) -> None:
        """Signal the main process alone: a worker whose own children die first may hang."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """Kill whatever is left of the process group."""
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self._process.wait()
