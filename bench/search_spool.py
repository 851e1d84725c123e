"""The documents of a made library, kept in one file so that every engine is given the same."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from bench.search_corpus import LABELS, MadeItem, Vocabulary, made_items
from bench.search_documents import search_documents
from search.types import SearchDocument

_AT_ONCE = 2_000
# Another version of the corpus or of the documents makes another file.
_VERSION = 1


class Spool:
    """Documents by owner, in a file of the folder ``state``; made when it is not there yet."""

    def __init__(self, state: Path, items: int, known: Vocabulary) -> None:
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
        with closing(sqlite3.connect(self._path)) as spool:
            rows = spool.execute("SELECT document FROM item WHERE owner = ?", [owner])
            for (packed,) in rows:
                document: SearchDocument = pickle.loads(packed)  # noqa: S301 - written by us
                if not (labels_only and document.fields.get("text")):
                    yield document


def _fill(path: Path, items: int, known: Vocabulary) -> None:
    print(f"Making {items:,} documents with {LABELS:,} labels ...", flush=True)
    with closing(sqlite3.connect(path)) as spool, spool:
        spool.execute("CREATE TABLE item (owner INTEGER NOT NULL, document BLOB NOT NULL)")
        waiting = made_items(items, vocabulary=known)
        while batch := list(islice(waiting, _AT_ONCE)):
            spool.executemany("INSERT INTO item VALUES (?, ?)", _rows(batch, known))
        spool.execute("CREATE INDEX by_owner ON item (owner)")


def _rows(batch: list[MadeItem], known: Vocabulary) -> Iterator[tuple[int, bytes]]:
    for item, document in zip(batch, search_documents(batch, known), strict=True):
        yield item.owner, pickle.dumps(document, pickle.HIGHEST_PROTOCOL)
