"""An index that a killed process left half made is gone on with, and lacks no change."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest

from search.backends import embedded_build
from search.backends.base import ABANDONED_SECONDS, Encoded, Encoder, IndexBroken, Part
from search.backends.embedded import EmbeddedBackend
from search.backends.embedded_schema import VERSION
from search.backends.identity import identity
from search.types import Gone, SearchDocument
from tests.search.contract import numbers, request
from tests.search.corpus import ALICE, document, item_id

COUNT = 600
_PART = 20


class Numbered:
    """A library of numbered documents, read slowly, in parts whose marks are numbers."""

    is_large = False

    def __init__(self, stamp: str = "1", seconds: float = 0.0) -> None:
        self.stamp = stamp
        self.names = {number: f"item_{number}.jpg" for number in range(1, COUNT + 1)}
        self.read: list[int] = []
        self._seconds = seconds

    def parts(self, mark: str, encode: Encoder) -> Iterator[Part]:
        for first in range(int(mark or 0), COUNT, _PART):
            time.sleep(self._seconds)
            some = range(first + 1, first + _PART + 1)
            self.read += some
            yield Part(map(encode, self._documents(some)), str(first + _PART))

    def present(self, item_ids: Sequence[UUID], encode: Encoder) -> Iterable[Encoded]:
        wanted = [number for number in self.names if item_id(number) in item_ids]
        return map(encode, self._documents(wanted))

    def _documents(self, wanted: Iterable[int]) -> list[SearchDocument]:
        return [document(number, self.names[number]) for number in wanted if number in self.names]


def build_slowly(root: Path) -> None:
    """What the process does that is killed."""
    embedded_build.CHECKPOINT_SECONDS = 0.1
    EmbeddedBackend(root).build(ALICE, Numbered(seconds=0.05))


@pytest.fixture
def half(tmp_path: Path) -> Path:
    """An index folder with an index in use, and another that a killed process left half made."""
    EmbeddedBackend(tmp_path).rebuild(ALICE, [document(1, "before.jpg")])
    builder = subprocess.Popen(  # noqa: S603  # our own interpreter and code
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; import django; django.setup();"
            "from tests.search import test_resumed_build;"
            "test_resumed_build.build_slowly(Path(sys.argv[1]))",
            str(tmp_path),
        ],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    deadline = time.monotonic() + 60
    while not any(int(draft.progress.mark or 0) > 2 * _PART for draft in drafts(tmp_path)):
        assert builder.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    builder.send_signal(signal.SIGKILL)
    builder.wait()
    return tmp_path


def drafts(root: Path) -> list[embedded_build.Draft]:
    return list(embedded_build._drafts(EmbeddedBackend(root)._store, ALICE))


def found(backend: EmbeddedBackend, text: str) -> list[int]:
    return sorted(numbers(backend.search(ALICE, request(text), limit=50).ids))


@pytest.mark.processes
def test_what_was_built_stays_and_what_changed_since_is_in_the_result(half: Path) -> None:
    library, backend = Numbered(), EmbeddedBackend(half)
    assert found(backend, "before") == [1]
    # Meanwhile the index in use gets every change: of what is built already, and of the rest.
    for number in (3, COUNT - 2):
        library.names[number] = f"changed_{number}.jpg"
        backend.write(ALICE, [document(number, library.names[number], version=2)], [])
    for number in (5, COUNT - 4):
        del library.names[number]
        backend.write(ALICE, [], [Gone(item_id(number), 2)])
    assert found(backend, "changed") == [3, COUNT - 2]
    (draft,) = drafts(half)
    backend.build(ALICE, library)
    assert library.read[0] > 2 * _PART and library.read[0] == int(draft.progress.mark) + 1
    assert set(backend.versions(ALICE)) == {item_id(number) for number in library.names}
    assert backend.stats(ALICE).documents == COUNT - 2
    assert found(backend, "changed") == [3, COUNT - 2]
    assert [found(backend, text) for text in ("before", "item 3", "item 5")] == [[], [], []]
    assert drafts(half) == []


@pytest.mark.processes
def test_a_change_counts_though_the_index_in_use_is_lost(half: Path) -> None:
    (half / str(ALICE) / "current").unlink()
    library, backend = Numbered(), EmbeddedBackend(half)
    library.names[3] = "changed_3.jpg"
    with pytest.raises(IndexBroken):
        backend.write(ALICE, [document(3, "changed_3.jpg", version=2)], [])
    backend.build(ALICE, library)
    assert library.read[0] > _PART
    assert found(backend, "changed") == [3]
    assert backend.stats(ALICE).documents == COUNT


@pytest.mark.processes
@pytest.mark.parametrize("reason", ["asked for anew", "damaged", "illegible"])
def test_it_begins_anew_when_it_cannot_be_gone_on_with(half: Path, reason: str) -> None:
    (draft,) = drafts(half)
    if reason == "damaged":
        (draft.path / "meta.json").write_text("{")
    elif reason == "illegible":
        (draft.path / "progress.json").write_text("[1]")
    library, backend = Numbered("2" if reason == "asked for anew" else "1"), EmbeddedBackend(half)
    assert backend.build(ALICE, library) == COUNT
    assert library.read[0] == 1
    assert backend.stats(ALICE).documents == COUNT


@pytest.mark.processes
def test_a_commit_that_was_not_noted_makes_no_document_twice(half: Path) -> None:
    """Killed between the two: the index is further than the note, and the note says so."""
    (draft,) = drafts(half)
    mark = str(int(draft.progress.mark) - _PART)
    draft.note(embedded_build.Progress("1", mark, int(mark), is_torn=True))
    library, backend = Numbered(), EmbeddedBackend(half)
    backend.build(ALICE, library)
    assert library.read[0] == int(mark) + 1
    assert backend.stats(ALICE).documents == COUNT


@pytest.mark.processes
def test_what_nobody_goes_on_with_for_a_week_is_removed(half: Path) -> None:
    backend = EmbeddedBackend(half)
    assert backend.tidy() == 0
    (draft,) = drafts(half)
    week_ago = time.time() - ABANDONED_SECONDS - 60
    os.utime(draft.path / "progress.json", (week_ago, week_ago))
    # That changes are noted in it does not make it anybody's.
    backend.write(ALICE, [document(3, "changed.jpg")], [])
    assert drafts(half)
    assert backend.tidy() == 1
    assert drafts(half) == []
    assert found(backend, "before") == [1] and found(backend, "changed") == [3]
    unnoted = half / str(ALICE) / f"{identity(VERSION)}-0123456789ab"
    unnoted.mkdir()
    assert backend.tidy() == 0
    os.utime(unnoted, (week_ago, week_ago))
    assert backend.tidy() == 1
    library = Numbered()
    backend.build(ALICE, library)
    assert library.read[0] == 1


def test_a_rebuilding_of_all_that_was_broken_off_a_week_ago_begins_anew(tmp_path: Path) -> None:
    backend = EmbeddedBackend(tmp_path)
    with pytest.raises(KeyError), backend.replacement() as new:
        new.rebuild(ALICE, [document(1, "one.jpg")])
        raise KeyError
    assert backend.tidy() == 0
    with pytest.raises(KeyError), backend.replacement() as new:
        assert new.has_rebuilt(ALICE)
        raise KeyError
    week_ago = time.time() - ABANDONED_SECONDS - 60
    os.utime(tmp_path / "rebuilding", (week_ago, week_ago))
    backend.tidy()
    with backend.replacement() as new:
        assert not new.has_rebuilt(ALICE)


def test_what_fails_before_the_first_checkpoint_leaves_nothing(tmp_path: Path) -> None:
    class Failing(Numbered):
        def present(self, item_ids: Sequence[UUID], encode: Encoder) -> Iterable[Encoded]:
            return ()

        def _documents(self, wanted: Iterable[int]) -> list[SearchDocument]:
            raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError):
        EmbeddedBackend(tmp_path).build(ALICE, Failing())
    assert [path.name for path in (tmp_path / str(ALICE)).iterdir()] == [".lock"]
