"""A search server of a test's own, which it may kill."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.ops.stack import wait_until
from tools.services.background import answers
from tools.services.opensearch import command, is_fetched, is_ready

_PORTS = range(9260, 9290)
_HEAP = "512m"


class OwnServer:
    """OpenSearch on a free port, with its data in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port, self._claim = next(filter(None, map(_claimed, _PORTS)))
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, waits: bool = True) -> None:
        words = command(self._port, self._folder, _HEAP)
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - a fixed command
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        if waits:
            wait_until(lambda: is_ready(self.url), 120, "the search server")

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def give_back(self) -> None:
        """Stop it, and leave the port to others."""
        self.kill()
        self._claim.close()


def _claimed(port: int) -> tuple[int, IO[str]] | None:
    """Claim a port: while a killed server is away, no other test's may come in its place."""
    claim = (Path(tempfile.gettempdir()) / f"pixtract-port-{port}.lock").open("w")
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        claim.close()
        return None
    if answers(port):
        claim.close()
        return None
    return port, claim


@contextmanager
def own_server(folder: Path) -> Iterator[OwnServer]:
    """Give a running server; without a fetched one the test is skipped, or fails on CI."""
    if not is_fetched():
        reason = "no OpenSearch here: run `make services`"
        if os.environ.get("PIXTRACT_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    folder.mkdir(parents=True)
    server = OwnServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.give_back()
