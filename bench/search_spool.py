"""The items of a made library by owner, kept in one file so that every engine is given the same."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from bench.search_corpus import MadeItem, Vocabulary, made_items
from bench.search_documents import search_documents
from search.types import SearchDocument

_AT_ONCE = 2_000
# Another version of the corpus makes another file.
_VERSION = 2


class Spool:
    """Items by owner, in a file of the folder ``state``; made when it is not there yet."""

    def __init__(self, state: Path, items: int, known: Vocabulary) -> None:
        self._known = known
        self._path = state / f"spool-{_VERSION}-{items}.sqlite3"
        if not self._path.exists():
            unfinished = self._path.with_suffix(".new")
            unfinished.unlink(missing_ok=True)
            _fill(unfinished, items, known)
            unfinished.rename(self._path)

    def owners(self) -> dict[int, int]:
        """Return how many items each owner has, the largest first."""
        with closing(sqlite3.connect(self._path)) as spool:
            rows = spool.execute("SELECT owner, count(*) FROM item GROUP BY owner ORDER BY 2 DESC")
            return dict(rows)

    def documents(self, owner: int, *, labels_only: bool = False) -> Iterator[SearchDocument]:
        """Yield an owner's documents; ``labels_only`` leaves out those that were read."""
        items = self._items(owner)
        if labels_only:
            items = (item for item in items if not item.text)
        return search_documents(items, self._known)

    def _items(self, owner: int) -> Iterator[MadeItem]:
        with closing(sqlite3.connect(self._path)) as spool:
            for (packed,) in spool.execute("SELECT made FROM item WHERE owner = ?", [owner]):
                yield pickle.loads(packed)  # noqa: S301 - written by us


def _fill(path: Path, items: int, known: Vocabulary) -> None:
    print(f"Making {items:,} items ...", flush=True)
    with closing(sqlite3.connect(path)) as spool, spool:
        spool.execute("CREATE TABLE item (owner INTEGER NOT NULL, made BLOB NOT NULL)")
        waiting = made_items(items, vocabulary=known)
        while batch := list(islice(waiting, _AT_ONCE)):
            rows = [(item.owner, pickle.dumps(item, pickle.HIGHEST_PROTOCOL)) for item in batch]
            spool.executemany("INSERT INTO item VALUES (?, ?)", rows)
        spool.execute("CREATE INDEX by_owner ON item (owner)")
