"""Writers of embedded indexes: opened for one write, or kept open from one write to the next.

A writer that is closed waits until segments are merged, ten seconds in a large library. One that is
kept open merges beside its next writes. It holds the library against other processes, which ask for
it (``wanted``) when they find it held, and get it after the next write.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from tantivy import Index, IndexWriter

from search.backends.base import IndexBroken, IndexHeld, SearchUnavailable
from search.backends.embedded_store import IndexStore, engine_errors

logger = logging.getLogger(__name__)

HEAP_BYTES = 15_000_000
_MOST = 8


@dataclass(slots=True)
class Session:
    """A library held against other writers, and the writer to its index."""

    held: ExitStack
    path: Path | None = None
    open_writer: IndexWriter | None = None

    def close(self) -> None:
        """Wait for merges and let others write. Raises SearchUnavailable."""
        with self.held:
            if self.open_writer is not None:
                # Frees the writer's lock at once, whoever still holds a traceback with it.
                with engine_errors():
                    self.open_writer.wait_merging_threads()


class Writers:
    """Gives writers to the indexes in use; once told so, keeps them open."""

    def __init__(self, store: IndexStore) -> None:
        self.keeps_open = False
        self._store = store
        self._kept: dict[UUID, Session] = {}

    @contextmanager
    def session(self, owner_id: UUID) -> Iterator[Session]:
        """Hold a library; what was written is committed unless something is raised."""
        session = self._kept_of(owner_id) or self._begin(owner_id)
        with ExitStack() as undoing:
            undoing.callback(session.close)
            yield session
            if session.open_writer is not None:
                with engine_errors():
                    session.open_writer.commit()
            self._store.forget(owner_id)
            if self.keeps_open and not self._store.is_wanted(owner_id):
                undoing.pop_all()
                self._kept[owner_id] = session
        while len(self._kept) > _MOST:
            self.let_go(next(iter(self._kept)))

    def writer(self, owner_id: UUID, session: Session) -> IndexWriter:
        """Return the writer to the index in use. Raises IndexBroken when there is none."""
        if session.open_writer is None:
            with engine_errors():
                session.path = self._store.path(owner_id)
                # One opened earlier may not know the segments that others have merged since.
                session.open_writer = begin(self._store.open(session.path), HEAP_BYTES)
        return session.open_writer

    def let_go(self, owner_id: UUID | None = None) -> None:
        """Close what is kept of an owner, or all of it."""
        for key in list(self._kept) if owner_id is None else [owner_id]:
            if session := self._kept.pop(key, None):
                try:
                    session.close()
                except SearchUnavailable as error:
                    # All that was written is committed; what is wrong shows when it is opened.
                    logger.warning("index not merged", extra={"owner": key, "error": error})

    def _kept_of(self, owner_id: UUID) -> Session | None:
        """Return what is kept open, unless another index was put to use or the folder is gone."""
        session = self._kept.pop(owner_id, None)
        if session is None:
            return None
        try:
            if self._store.path(owner_id) == session.path:
                return session
        except IndexBroken:
            logger.warning("index is gone", extra={"owner": owner_id})
        self._kept[owner_id] = session
        self.let_go(owner_id)
        return None

    def _begin(self, owner_id: UUID) -> Session:
        if self.keeps_open and self._store.is_wanted(owner_id):
            raise IndexHeld("another process waits for this index")
        held = ExitStack()
        held.enter_context(self._store.writing(owner_id))
        return Session(held)


def begin(index: Index, heap_bytes: int) -> IndexWriter:
    """Open an index's one writer. Call within engine_errors."""
    writer = index.writer(heap_size=heap_bytes, num_threads=1)
    # A writer killed before its commit leaves files whose names this one may need.
    writer.garbage_collect_files()
    return writer


@contextmanager
def writing(index: Index, heap_bytes: int) -> Iterator[IndexWriter]:
    """Give an index's one writer; commits unless something was raised."""
    with engine_errors():
        writer = begin(index, heap_bytes)
    with closing(Session(ExitStack(), None, writer)):
        yield writer
        with engine_errors():
            writer.commit()
