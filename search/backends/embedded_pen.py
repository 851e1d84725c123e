"""Writing to an embedded index: documents, the numbers of their names, and the commit of both."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

import orjson
from tantivy import FieldType, Index, IndexWriter, Occur, Query

from search.backends.base import Encoded
from search.backends.embedded_columns import column_values
from search.backends.embedded_errors import engine_errors
from search.backends.embedded_names import Names
from search.backends.encoding import halves


class Pen:
    """Writes to one index; nothing of it is seen before a commit."""

    def __init__(self, index: Index, path: Path, heap_bytes: int) -> None:
        """Take the index's one writer and read its names. Call within engine_errors."""
        self._schema = index.schema
        self._names = Names(path)
        self._names.take_up()
        self._writer: IndexWriter = index.writer(heap_size=heap_bytes, num_threads=1)
        # A writer killed before its commit leaves files whose names this one may need.
        self._writer.garbage_collect_files()

    def add(self, documents: Iterable[Encoded], *, replacing: bool) -> int:
        """Write documents, in the place of those of the same ids or not; returns how many."""
        count = 0
        # Reading the documents may fail for reasons of the database, which are not the engine's.
        for document in documents:
            with engine_errors():
                if replacing:
                    self.delete(document.item_id)
                self._writer.add_json(self._with_columns(document))
            count += 1
        return count

    def delete(self, item_id: UUID) -> None:
        """Delete an item's document, if there is one. Call within engine_errors."""
        high, low = halves(item_id)
        same = Query.range_query(self._schema, "id_high", FieldType.Integer, high, high)
        parts = [
            (Occur.Must, Query.term_query(self._schema, "id_low", low)),
            (Occur.Must, same),
        ]
        self._writer.delete_documents_by_query(Query.boolean_query(parts))

    def commit(self) -> None:
        """Make what was written visible. Call within engine_errors."""
        self._names.save()
        self._writer.commit()

    def close(self) -> None:
        """Wait for merges; frees the writer's lock, whoever holds a traceback with it."""
        with engine_errors():
            self._writer.wait_merging_threads()

    def _with_columns(self, document: Encoded) -> str:
        columns = column_values(document.counted, self._names)
        if not columns:
            return document.body
        return f"{document.body[:-1]},{orjson.dumps(columns).decode()[1:]}"
