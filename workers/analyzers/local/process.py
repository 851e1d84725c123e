"""The parent's side of the engine process."""

from __future__ import annotations

import atexit
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from workers.analyzers.base import AnalyzerError
from workers.analyzers.local import wire

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[3]
STOP_SECONDS = 5.0
# One that closed the channel is on its way out: let it say how it went.
GRACE_SECONDS = 1.0
# Fewer memory pools: glibc otherwise keeps one a thread, each with its leftovers.
MEMORY_POOLS = "2"


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """How much the process may take.

    ``seconds`` bound one picture (loading the models included), after
    ``idle_seconds`` without work the process ends, and above ``max_bytes`` of
    memory it is replaced before the next picture.
    """

    seconds: float = 240.0
    idle_seconds: float = 240.0
    max_bytes: int = 1200 * 1024 * 1024
    threads: int = 2


class EngineProcess:
    """One child process that holds the models; started when first asked.

    Safe to share among threads: pictures are looked at one at a time. After a
    fork the copy starts a child of its own.
    """

    def __init__(self, models_dir: Path, limits: EngineLimits | None = None) -> None:
        self._models_dir = models_dir
        self.limits = limits or EngineLimits()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0

    @property
    def pid(self) -> int | None:
        """The child's process id, while there is one."""
        child = self._child
        return child.pid if child and child.poll() is None else None

    def ask(self, task: str, path: Path, options: Mapping[str, Any]) -> wire.Message:
        """Return the answer for one picture.

        Raises AnalyzerError: ``engine_timeout``, ``engine_crashed`` (both worth
        another try), or what the engine itself reports.
        """
        request = {"task": task, "path": str(path), "options": dict(options)}
        with self._lock:
            answer = self._exchange(request)
            if answer is None:
                # It ended of its own accord just as the request came.
                answer = self._exchange(request)
        if answer is None:
            raise AnalyzerError("engine_crashed", "The engine does not stay up.", permanent=False)
        if "error" in answer:
            raise AnalyzerError(**answer["error"])
        return answer

    def stop(self) -> None:
        """End the child, if any."""
        with self._lock:
            if self._child is not None and self._owner == os.getpid():
                self._discard(self._child, grace=STOP_SECONDS)

    def _exchange(self, request: wire.Message) -> wire.Message | None:
        """Ask once; None means that the child had ended in good order."""
        child = self._running()
        try:
            wire.send(_descriptor(child.stdin), request)
            return wire.receive(_descriptor(child.stdout), self.limits.seconds)
        except TimeoutError as error:
            self._discard(child, grace=0)
            message = f"The engine took more than {self.limits.seconds:.0f} seconds."
            raise AnalyzerError("engine_timeout", message, permanent=False) from error
        except (wire.ConnectionClosedError, wire.MessageError) as error:
            status = self._discard(child, grace=GRACE_SECONDS)
            if status == 0:
                return None
            message = f"The engine process ended (status {status})."
            raise AnalyzerError("engine_crashed", message, permanent=False) from error

    def _running(self) -> subprocess.Popen[bytes]:
        child = self._child
        if child is not None and self._owner != os.getpid():
            # It belongs to the process that we were forked from.
            child = None
        if child is not None and child.poll() is not None:
            self._discard(child, grace=0)
            child = None
        if child is None:
            child = self._start()
            self._child, self._owner = child, os.getpid()
        return child

    def _start(self) -> subprocess.Popen[bytes]:
        limits = self.limits
        command = [sys.executable, "-m", "workers.analyzers.local.server"]
        command += ["--models", str(self._models_dir), "--threads", str(limits.threads)]
        command += ["--idle", str(limits.idle_seconds), "--max-bytes", str(limits.max_bytes)]
        environment = {
            **_kept_environment(),
            "PYTHONPATH": str(ROOT),
            "MALLOC_ARENA_MAX": MEMORY_POOLS,
            "OMP_NUM_THREADS": str(limits.threads),
        }
        child = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            cwd=ROOT,
            bufsize=0,
        )
        atexit.register(child.kill)
        logger.info("Started the engine process %s", child.pid)
        return child

    def _discard(self, child: subprocess.Popen[bytes], *, grace: float) -> int:
        """Close the channel, give ``grace`` seconds to end, then kill; returns the status."""
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            status = child.wait(grace)
        except subprocess.TimeoutExpired:
            child.kill()
            status = child.wait()
        atexit.unregister(child.kill)
        self._child = None
        return status


def _descriptor(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise wire.ConnectionClosedError
    return pipe.fileno()


def _kept_environment() -> dict[str, str]:
    """Pass on what a Python process needs, and no secrets."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
