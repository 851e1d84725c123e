"""The process that decoding happens under: it loads the decoders once and forks for each call.

Started by ``Sandbox`` with a socket as its standard input. Each message on it is one call, with
two file descriptors: an empty file for the answer and a pipe for the one line that says how the
child ended. When the socket closes, because the worker ended or was killed, this process kills
its children and ends; children also die with it. It never decodes anything itself and never
starts a thread, so that forking stays safe.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from workers.media.confine import die_with_parent, leave_network, limit_resources, restrict_files
from workers.media.limits import Limits

MESSAGE_BYTES = 65_536


@dataclass(slots=True)
class _Child:
    status: int
    deadline: float
    overdue: bool = False


class Zygote:
    """Forks a child for each message on ``control`` and reports how it ended."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, _Child] = {}
        self._wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, _do_nothing)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)

    def serve(self) -> None:
        """Run until the other end of the control socket closes."""
        while True:
            control = self._control.fileno()
            ready, _, _ = select.select([control, self._wake_read], [], [], self._patience())
            if self._wake_read in ready:
                os.read(self._wake_read, 4096)
            self._reap()
            self._kill_overdue()
            if control in ready and not self._take_call():
                break
        for pid in self._children:
            _kill_group(pid)

    def _patience(self) -> float | None:
        waiting = [child.deadline for child in self._children.values() if not child.overdue]
        return max(min(waiting) - time.monotonic(), 0.0) if waiting else None

    def _take_call(self) -> bool:
        message, handles, _, _ = socket.recv_fds(self._control, MESSAGE_BYTES, 2)
        if not message:
            return False
        answer, status = handles
        call = json.loads(message)
        pid = os.fork()
        if pid == 0:
            self._become_child(call, answer, status)
        os.close(answer)
        self._children[pid] = _Child(status, time.monotonic() + call["wall_seconds"])
        return True

    def _become_child(self, call: dict[str, Any], answer: int, status: int) -> None:
        """Run the call in this fresh process and end it; never returns."""
        zygote = os.getppid()
        die_with_parent()
        if os.getppid() != zygote:
            os._exit(1)
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        quiet = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(quiet, standard)
        self._control.detach()
        os.close(status)
        for other in self._children.values():
            os.close(other.status)
        code = 1
        try:
            _run(call, answer)
            code = 0
        finally:
            if code:
                os.write(answer, traceback.format_exc(limit=-5).encode())
            os._exit(code)

    def _reap(self) -> None:
        while self._children:
            pid, wait_status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            child = self._children.pop(pid)
            _kill_group(pid)
            report = {
                "code": os.waitstatus_to_exitcode(wait_status),
                "overdue": child.overdue,
                "peak_kb": usage.ru_maxrss,
                "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
            }
            with contextlib.suppress(BrokenPipeError):
                os.write(child.status, json.dumps(report).encode())
            os.close(child.status)

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        for pid, child in self._children.items():
            if not child.overdue and child.deadline <= now:
                child.overdue = True
                _kill_group(pid)


def _run(call: dict[str, Any], answer: int) -> None:
    from workers.media.operations import answer_call  # the parent has imported it already

    limits = Limits(**call["limits"])
    folder = Path(call["folder"]) if call["folder"] else None
    if folder:
        os.environ["TMPDIR"] = str(folder)
    limit_resources(limits, call["cpu_seconds"])
    restrict_files([Path(path) for path in call["readable"]], folder)
    data = json.dumps(answer_call(call["operation"], call["arguments"], limits)).encode()
    with open(answer, "wb", closefd=False) as out:
        out.write(data)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _do_nothing(signal_number: int, frame: FrameType | None) -> None:
    """Only the write to the wake-up pipe matters."""


def main() -> None:
    """Load the decoders and serve the socket that is the standard input."""
    leave_network()
    control = socket.socket(fileno=os.dup(0))
    import workers.media.operations  # noqa: F401  # after the network is gone: loads the decoders

    # Forked children share the loaded modules; a collection would copy every page of them.
    gc.freeze()
    Zygote(control).serve()


if __name__ == "__main__":
    main()
