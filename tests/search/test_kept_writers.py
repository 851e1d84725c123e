"""The indexer keeps indexes open between writes: seen at once, and given away when wanted."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.backends.base import IndexBroken, IndexHeld, SearchUnavailable
from search.backends.embedded import EmbeddedBackend
from search.types import Gone, SearchDocument
from tests.search.contract import numbers, request
from tests.search.corpus import ALICE, BOB, document, item_id


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[EmbeddedBackend]:
    """An engine that keeps open what it writes to, with a document of Alice's."""
    engine = EmbeddedBackend(tmp_path)
    engine.keep_open()
    engine.rebuild(ALICE, [document(1, "first.jpg")])
    yield engine
    engine.let_go()


def found(root: Path, text: str) -> list[int]:
    """Return what another process finds."""
    return sorted(numbers(EmbeddedBackend(root).search(ALICE, request(text), limit=50).ids))


def test_every_write_is_seen_at_once(keeper: EmbeddedBackend, tmp_path: Path) -> None:
    for number in range(2, 30):
        keeper.write(ALICE, [document(number, f"walk_{number}.jpg")], [])
        assert found(tmp_path, f"walk {number}") == [number]
        assert keeper.search(ALICE, request(f"walk {number}"), limit=1).total == 1
    keeper.write(ALICE, [], [Gone(item_id(2), 2)])
    assert found(tmp_path, "walk 2") == []
    keeper.let_go()
    assert found(tmp_path, "walk") == list(range(3, 30))


def test_whoever_wants_it_gets_it_after_the_next_write(
    keeper: EmbeddedBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = EmbeddedBackend(tmp_path)
    keeper.write(ALICE, [document(2, "second.jpg")], [])
    with pytest.raises(IndexHeld):
        other.write(ALICE, [document(3, "third.jpg")], [])
    keeper.write(ALICE, [document(4, "fourth.jpg")], [])
    # It does not take it back before the other had time to ask again.
    with pytest.raises(IndexHeld):
        keeper.write(ALICE, [document(5, "fifth.jpg")], [])
    other.write(ALICE, [document(3, "third.jpg")], [])
    keeper.write(ALICE, [document(5, "fifth.jpg")], [])
    assert found(tmp_path, "jpg") == [1, 2, 3, 4, 5]
    with pytest.raises(IndexHeld):
        other.write(ALICE, [], [])
    keeper.write(ALICE, [], [])
    # Nobody came.
    later = time.time() + 60
    monkeypatch.setattr(time, "time", lambda: later)
    keeper.write(ALICE, [document(6, "sixth.jpg")], [])
    assert found(tmp_path, "sixth") == [6]


def test_let_go_others_write(keeper: EmbeddedBackend, tmp_path: Path) -> None:
    keeper.write(ALICE, [document(2, "second.jpg")], [])
    keeper.let_go()
    EmbeddedBackend(tmp_path).write(ALICE, [document(3, "third.jpg")], [])
    assert found(tmp_path, "third") == [3]


def test_what_fails_half_way_is_not_written(keeper: EmbeddedBackend, tmp_path: Path) -> None:
    def failing() -> Iterator[SearchDocument]:
        yield document(2, "second.jpg")
        raise ConnectionError("the database went away")

    keeper.write(ALICE, [document(3, "third.jpg")], [])
    with pytest.raises(ConnectionError):
        keeper.write(ALICE, failing(), [])
    assert found(tmp_path, "second") == []
    keeper.write(ALICE, [document(4, "fourth.jpg")], [])
    assert found(tmp_path, "jpg") == [1, 3, 4]


@pytest.mark.parametrize("is_whole_folder_gone", [True, False])
def test_an_index_that_is_gone_is_noticed_and_made_anew(
    keeper: EmbeddedBackend, tmp_path: Path, *, is_whole_folder_gone: bool
) -> None:
    keeper.write(ALICE, [document(2, "second.jpg")], [])
    home = tmp_path / str(ALICE)
    if is_whole_folder_gone:
        shutil.rmtree(home)
    else:
        (home / "current").unlink()
    with pytest.raises(IndexBroken):
        keeper.write(ALICE, [document(3, "third.jpg")], [])
    keeper.rebuild(ALICE, [document(3, "third.jpg")])
    keeper.write(ALICE, [document(4, "fourth.jpg")], [])
    assert found(tmp_path, "jpg") == [3, 4]


def test_a_folder_that_is_away_for_a_while_is_said_to_be(
    keeper: EmbeddedBackend, tmp_path: Path
) -> None:
    home, aside = tmp_path / str(ALICE), tmp_path / "aside"
    keeper.write(ALICE, [document(2, "second.jpg")], [])
    home.rename(aside)
    home.touch()
    for _ in range(2):
        with pytest.raises(SearchUnavailable):
            keeper.write(ALICE, [document(3, "third.jpg")], [])
    assert not keeper.has_rebuilt(ALICE)
    home.unlink()
    aside.rename(home)
    keeper.write(ALICE, [document(3, "third.jpg")], [])
    assert found(tmp_path, "jpg") == [1, 2, 3]


def test_it_rebuilds_and_forgets_what_it_keeps_open(
    keeper: EmbeddedBackend, tmp_path: Path
) -> None:
    keeper.write(ALICE, [document(2, "second.jpg")], [])
    keeper.rebuild(ALICE, [document(3, "third.jpg")])
    assert found(tmp_path, "jpg") == [3]
    keeper.write(ALICE, [document(4, "fourth.jpg")], [])
    assert found(tmp_path, "jpg") == [3, 4]
    keeper.delete_owner(ALICE)
    assert keeper.owners() == []


def test_of_many_libraries_a_few_are_kept_open(keeper: EmbeddedBackend, tmp_path: Path) -> None:
    owners = [ALICE, BOB, *(item_id(number) for number in range(900, 910))]
    for owner in owners:
        keeper.rebuild(owner, [])
        keeper.write(owner, [document(1, "one.jpg")], [])
    held = 0
    for owner in owners:
        try:
            EmbeddedBackend(tmp_path).write(owner, [], [])
        except IndexHeld:
            held += 1
    assert held == 8
