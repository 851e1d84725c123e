"""Run allow-listed work on foreign files in confined, short-lived processes."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from workers.media.errors import MESSAGES, MediaError
from workers.media.limits import Limits

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parent.parent.parent
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH")
_CALM_LIBRARIES = {
    "VIPS_CONCURRENCY": "2",
    "VIPS_BLOCK_UNTRUSTED": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONDONTWRITEBYTECODE": "1",
}
_GRACE_SECONDS = 30.0
_STATUS_BYTES = 4_096
_TRACEBACK_BYTES = 4_000

_sandboxes: weakref.WeakSet[Sandbox] = weakref.WeakSet()


class Sandbox:
    """A door to decoders that run apart from this process.

    Starts one helper on first use and keeps it; each call runs in a fresh child of it. Safe to
    use from many threads at once, and after a fork (the child gets a helper of its own).
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._lock = threading.Lock()
        self._helper: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        _sandboxes.add(self)

    def call(
        self,
        operation: str,
        arguments: Mapping[str, Any],
        *,
        readable: Sequence[Path] = (),
        folder: Path | None = None,
        seconds: float | None = None,
    ) -> Any:
        """Return the JSON-able answer of ``operation``, one of ``operations.OPERATIONS``.

        The child may read the ``readable`` files and write into ``folder``, nothing else.
        ``seconds`` replaces the limits' wall and processor time. Raises MediaError.
        """
        wall = self.limits.wall_seconds if seconds is None else seconds
        cpu = self.limits.cpu_seconds if seconds is None else max(int(seconds * 2), 1)
        message = {
            "operation": operation,
            "arguments": dict(arguments),
            "limits": dataclasses.asdict(self.limits),
            "readable": [str(path) for path in readable],
            "folder": str(folder) if folder else "",
            "wall_seconds": wall,
            "cpu_seconds": cpu,
        }
        with tempfile.TemporaryFile() as answer:
            status = self._run(json.dumps(message).encode(), answer, wall)
            return self._read_answer(operation, status, answer)

    def close(self) -> None:
        """End the helper and whatever it still runs."""
        with self._lock:
            self._end_helper()

    def _run(self, message: bytes, answer: IO[bytes], wall: float) -> dict[str, Any]:
        status_read, status_write = os.pipe2(os.O_CLOEXEC)
        try:
            try:
                self._send(message, [answer.fileno(), status_write])
            finally:
                os.close(status_write)
            return _read_status(status_read, wall + _GRACE_SECONDS)
        finally:
            os.close(status_read)

    def _send(self, message: bytes, handles: list[int]) -> None:
        """Hand the call over; a helper that has gone is replaced once."""
        with self._lock:
            if self._helper is not None and self._helper.poll() is not None:
                self._end_helper()
            for last_try in (False, True):
                control = self._control or self._start_helper()
                try:
                    socket.send_fds(control, [message], handles)
                except (BrokenPipeError, ConnectionResetError) as error:
                    self._end_helper()
                    if last_try:
                        raise MediaError("crashed", detail=str(error), permanent=False) from error
                else:
                    return

    def _start_helper(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        with theirs:
            self._helper = subprocess.Popen(
                [sys.executable, "-m", "workers.media.zygote"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=_ROOT,
                env=environment | _CALM_LIBRARIES,
                start_new_session=True,
            )
        self._control = ours
        return ours

    def _end_helper(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._helper is not None:
            try:
                self._helper.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._helper.kill()
                self._helper.wait()
        self._control = self._helper = None

    def forget_helper(self) -> None:
        """In a forked copy of this process: the helper belongs to the original."""
        if self._control is not None:
            os.close(self._control.detach())
        if self._helper is not None:
            self._helper.returncode = 0  # not our child: nothing to wait for
        self._control = self._helper = None
        self._lock = threading.Lock()

    def _read_answer(self, operation: str, status: dict[str, Any], answer: IO[bytes]) -> Any:
        logger.debug("%s ended: %s", operation, status)
        answer.seek(0)
        if error := _ending_error(status):
            tail = answer.read(_TRACEBACK_BYTES).decode("utf-8", "replace")
            logger.warning("%s: %s (%s) %s", operation, error.code, error.detail, tail)
            raise error
        data = answer.read(self.limits.answer_bytes + 1)
        if len(data) > self.limits.answer_bytes:
            raise MediaError("too_large")
        return _unwrap(data)


def _read_status(handle: int, patience: float) -> dict[str, Any]:
    """Wait for the line that tells how a child ended; empty when the helper went with it."""
    if not select.select([handle], [], [], patience)[0]:
        return {"overdue": True}
    data = os.read(handle, _STATUS_BYTES)
    return json.loads(data) if data else {}


def _ending_error(status: dict[str, Any]) -> MediaError | None:
    """Translate how a child ended; None when it ended well."""
    if not status:
        return MediaError("crashed", detail="the helper process ended", permanent=False)
    code = status.get("code")
    if status.get("overdue"):
        return MediaError("timeout", permanent=False)
    if code == 0:
        return None
    detail = f"exit code {code}"
    if code == -signal.SIGXCPU:
        return MediaError("timeout", detail=detail)
    if code == -signal.SIGKILL:
        return MediaError("out_of_memory", detail=detail, permanent=False)
    return MediaError("crashed", detail=detail)


def _unwrap(data: bytes) -> Any:
    try:
        envelope = json.loads(data)
        if "error" not in envelope:
            return envelope["value"]
        error = envelope["error"]
        code, message, detail = error["code"], str(error["message"]), str(error["detail"])
        if code not in MESSAGES:
            raise KeyError(code)
    except (ValueError, KeyError, TypeError) as malformed:
        raise MediaError("crashed", detail="malformed answer") from malformed
    raise MediaError(code, message, detail=detail, permanent=bool(error.get("permanent", True)))


def _forget_helpers() -> None:
    for sandbox in list(_sandboxes):
        sandbox.forget_helper()


os.register_at_fork(after_in_child=_forget_helpers)
