"""An index directory for each test, and a library to search in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search.outbox import drain_once


@pytest.fixture(autouse=True)
def index_dir(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Give every test an index of its own."""
    settings.PIXTRACT_INDEX_DIR = tmp_path / "index"
    yield tmp_path / "index"


def index_all() -> int:
    """Do what the indexer does until nothing is left."""
    done = 0
    while count := drain_once():
        done += count
    return done
