"""A writer killed in the middle of its work leaves an index that reads and writes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search.backends.embedded import EmbeddedBackend
from tests.search.contract import request
from tests.search.corpus import ALICE, document

_WRITER = """
import sys
from pathlib import Path
from uuid import UUID
from search.backends.embedded import EmbeddedBackend
from search.types import SearchDocument

backend, owner = EmbeddedBackend(Path(sys.argv[1])), UUID(sys.argv[2])
for number in range(100_000):
    name = {"name": ("killed", f"n{number}")}
    backend.write(owner, [SearchDocument(UUID(int=5000 + number), 1, number, name)], [])
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
"""


@pytest.mark.processes
def test_a_killed_writer_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    backend = EmbeddedBackend(tmp_path)
    backend.rebuild(ALICE, [document(1, "first.jpg")])
    committed = 0
    for _ in range(3):
        committed += _write_until_killed(tmp_path)
        backend.write(ALICE, [document(2, "after.jpg")], [])
        assert backend.search(ALICE, request("after"), limit=5).total == 1
        assert backend.search(ALICE, request("first"), limit=5).total == 1
    # Each run writes the same ids from the start: the longest one tells how many there must be.
    assert backend.search(ALICE, request("killed"), limit=5).total >= committed / 3


def _write_until_killed(root: Path) -> int:
    """Let another process write for a while; returns how many commits it spoke of."""
    writer = subprocess.Popen(  # noqa: S603  # our own interpreter and script
        [sys.executable, "-c", _WRITER, str(root), str(ALICE)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    time.sleep(1)
    writer.send_signal(signal.SIGKILL)
    said = writer.stdout.read().split()
    writer.wait()
    return len(said)
