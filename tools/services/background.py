"""Servers as children of nobody: started in the background, found again by a note."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.setup.commands import SetupError

STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Background:
    """A server by its name, its folder, and what its command line holds.

    The folder keeps ``server.pid`` and ``server.log``.
    """

    name: str
    folder: Path
    marker: str
    stop_signal: signal.Signals = signal.SIGTERM

    def launch(
        self,
        command: Sequence[str | Path],
        *,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start ``command`` in the folder, as ``user`` where one is named."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "server.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - fixed command, no shell
                [str(word) for word in command],
                cwd=self.folder,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
                extra_groups=[] if user else None,
            )
        (self.folder / "server.pid").write_text(str(process.pid), encoding="ascii")
        return process

    def wait(
        self, process: subprocess.Popen[bytes], is_ready: Callable[[], bool], seconds: float
    ) -> None:
        """Wait until the server answers; raises SetupError with its last words."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if process.poll() is not None:
                raise SetupError(f"{self.name} ended at once:\n{self.last_words()}")
            if time.monotonic() > deadline:
                self.stop()
                raise SetupError(f"{self.name} does not answer:\n{self.last_words()}")
            time.sleep(0.2)

    def last_words(self) -> str:
        text = (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")
        return text[-2000:]

    def pid(self) -> int | None:
        """Return the server's process, or None when it does not run."""
        try:
            pid = int((self.folder / "server.pid").read_text(encoding="ascii"))
            said = subprocess.run(  # noqa: S603 - fixed command, no shell
                ["ps", "-o", "stat=,args=", "-p", str(pid)],  # noqa: S607 - wherever it is
                capture_output=True,
                text=True,
                check=False,
            ).stdout.strip()
        except (OSError, ValueError):
            return None
        return pid if self.marker in said and not said.startswith("Z") else None

    def stop(self) -> bool:
        """Stop the server; tells whether one was running."""
        pid = self.pid()
        if pid is None:
            return False
        os.kill(pid, self.stop_signal)
        deadline = time.monotonic() + STOP_SECONDS
        while self.pid() and time.monotonic() < deadline:
            time.sleep(0.1)
        if self.pid():
            os.kill(pid, signal.SIGKILL)
        (self.folder / "server.pid").unlink(missing_ok=True)
        return True


def require(program: str, package: str, *, what_for: str) -> str:
    """Return the path of ``program``; raises SetupError that names the package to install."""
    path = shutil.which(program)
    if path is None:
        raise SetupError(
            f"{what_for} needs {program}, which is not here: apt-get install {package}"
        )
    return path


def chosen_port(variable: str, default: int, *, highest: int = 65_535) -> int:
    """Return the port that ``variable`` names; raises SetupError."""
    text = os.environ.get(variable, str(default))
    if not text.isdecimal() or not 1024 <= int(text) <= highest:
        raise SetupError(f"{variable} must be from 1024 to {highest}, not {text!r}.")
    return int(text)


def require_free(port: int, variable: str) -> None:
    """Raise SetupError when somebody listens at ``port`` already."""
    if answers(port):
        raise SetupError(f"Port {port} is in use: choose another with {variable}.")


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
