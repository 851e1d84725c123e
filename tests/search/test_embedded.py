"""The embedded engine: the contract, and what is special to directories of its own."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import tantivy

from search.backends.base import IndexBroken, SearchUnavailable
from search.backends.embedded import EmbeddedBackend
from search.backends.embedded_errors import engine_errors
from search.backends.embedded_schema import VERSION
from search.backends.identity import identity
from search.types import Gone
from tests.search.contract import BackendContract, numbers, request
from tests.search.corpus import ALICE, corpus, document, item_id


class TestEmbeddedBackend(BackendContract):
    """Runs the contract."""

    @pytest.fixture(scope="class")
    @classmethod
    def new_backend(cls, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], EmbeddedBackend]:
        return lambda: EmbeddedBackend(tmp_path_factory.mktemp("index"))


def _index_files(root: Path) -> list[Path]:
    return [path for path in root.rglob(f"{identity(VERSION)}-*/*") if path.is_file()]


@pytest.mark.parametrize("damage", ["truncated", "garbage", "gone", "meta", "pointer", "version"])
def test_a_damaged_index_is_recognized_and_can_be_rebuilt(tmp_path: Path, damage: str) -> None:
    EmbeddedBackend(tmp_path).rebuild(ALICE, corpus())
    for path in _index_files(tmp_path):
        if damage == "truncated" and path.suffix in {".idx", ".term"}:
            path.write_bytes(b"xx")
        elif damage == "garbage" and path.suffix == ".idx":
            path.write_bytes(b"\xff" * path.stat().st_size)
        elif damage == "gone" and path.suffix == ".term":
            path.unlink()
        elif damage == "meta" and path.name == "meta.json":
            path.write_text("{")
    pointer = tmp_path / str(ALICE) / "current"
    if damage == "pointer":
        pointer.unlink()
    elif damage == "version":
        pointer.write_text("v0-abc")
    backend = EmbeddedBackend(tmp_path)
    with pytest.raises(IndexBroken):
        backend.search(ALICE, request("dog"), limit=5)
    with pytest.raises(IndexBroken):
        backend.write(ALICE, [document(1, "x.jpg")], [])
    backend.rebuild(ALICE, corpus())
    assert numbers(backend.search(ALICE, request("beagle"), limit=5).ids) == [1]


def test_another_process_sees_writes_and_rebuilds(tmp_path: Path) -> None:
    writer, reader = EmbeddedBackend(tmp_path), EmbeddedBackend(tmp_path)
    writer.rebuild(ALICE, corpus())
    assert reader.search(ALICE, request("late"), limit=5).total == 0
    writer.write(ALICE, [document(40, "late.jpg")], [])
    _wait_until_seen(reader, "late", 40)
    writer.rebuild(ALICE, [document(41, "rebuilt.jpg")])
    _wait_until_seen(reader, "rebuilt", 41)


def test_words_are_kept_until_another_process_commits(tmp_path: Path) -> None:
    writer, reader = EmbeddedBackend(tmp_path), EmbeddedBackend(tmp_path)
    writer.rebuild(ALICE, [document(1, "early.jpg")])
    assert reader.all_words(ALICE, ("name",), "") == {"early": 1, "jpg": 1}
    assert reader.all_words(ALICE, ("name",), "") is reader.all_words(ALICE, ("name",), "")
    writer.write(ALICE, [document(2, "late.jpg")], [Gone(item_id(1), 2)])
    _wait_until_seen(reader, "late", 2)
    assert reader.all_words(ALICE, ("name",), "") == {"late": 1, "jpg": 1}
    writer.rebuild(ALICE, [document(3, "rebuilt.jpg")])
    _wait_until_seen(reader, "rebuilt", 3)
    assert reader.all_words(ALICE, ("name",), "") == {"rebuilt": 1, "jpg": 1}


def _wait_until_seen(reader: EmbeddedBackend, text: str, number: int) -> None:
    deadline = time.monotonic() + 20
    while numbers(reader.search(ALICE, request(text), limit=5).ids) != [number]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_held_index_is_not_written_to(tmp_path: Path) -> None:
    backend = EmbeddedBackend(tmp_path)
    backend.rebuild(ALICE, corpus())
    with (tmp_path / str(ALICE) / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(SearchUnavailable):
            backend.write(ALICE, [], [])
    backend.write(ALICE, [], [])


def test_a_failed_rebuild_leaves_the_old_index(tmp_path: Path) -> None:
    backend = EmbeddedBackend(tmp_path)
    backend.rebuild(ALICE, corpus())

    def failing():
        yield document(1, "half.jpg")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        backend.rebuild(ALICE, failing())
    assert numbers(backend.search(ALICE, request("beagle"), limit=5).ids) == [1]
    assert len(list((tmp_path / str(ALICE)).glob(f"{identity(VERSION)}-*"))) == 1


def test_a_panic_of_the_engine_is_an_ordinary_error() -> None:
    schema = tantivy.SchemaBuilder().add_text_field("t").build()
    with pytest.raises(IndexBroken), engine_errors():
        tantivy.Query.phrase_query(schema, "t", ["one"])
