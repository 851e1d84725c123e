"""One set of media tools for all tests here, and a folder to write into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gallery.sniff import HEAD_BYTES, FileType, sniff
from gallery.types import MediaFacts
from workers.media.limits import Limits
from workers.media.service import MediaTools

Inspect = Callable[..., MediaFacts]


@pytest.fixture(scope="session")
def tools() -> Iterator[MediaTools]:
    media_tools = MediaTools(Limits(max_pages=50))
    yield media_tools
    media_tools.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder that renditions go to."""
    path = tmp_path / "renditions"
    path.mkdir()
    return path


def type_of(path: Path) -> FileType:
    """The type of a file that is known to be accepted."""
    with path.open("rb") as file:
        found = sniff(file.read(HEAD_BYTES), path.name)
    assert found is not None
    return found
