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

from tantivy import Index

from search.backends.base import IndexHeld, SearchUnavailable
from search.backends.embedded_errors import engine_errors
from search.backends.embedded_pen import Pen
from search.backends.embedded_store import IndexStore

logger = logging.getLogger(__name__)

HEAP_BYTES = 15_000_000
_MOST = 8


@dataclass(slots=True)
class Session:
    """A library held against other writers, and the pen of its index."""

    held: ExitStack
    path: Path | None = None
    pen: Pen | None = None

    def close(self) -> None:
        """Wait for merges and let others write. Raises SearchUnavailable."""
        with self.held:
            if self.pen is not None:
                self.pen.close()


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
            if session.pen is not None:
                with engine_errors():
                    session.pen.commit()
            self._store.forget(owner_id)
            if self.keeps_open and not self._store.is_wanted(owner_id):
                undoing.pop_all()
                self._kept[owner_id] = session
        while len(self._kept) > _MOST:
            self.let_go(next(iter(self._kept)))

    def pen(self, owner_id: UUID, session: Session) -> Pen:
        """Return the pen of the index in use. Raises IndexBroken when there is none."""
        if session.pen is None:
            with engine_errors():
                session.path = self._store.path(owner_id)
                # One opened earlier may not know the segments that others have merged since.
                session.pen = Pen(self._store.open(session.path), session.path, HEAP_BYTES)
        return session.pen

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
            with engine_errors():
                if self._store.path(owner_id) == session.path:
                    return session
        except SearchUnavailable as error:
            logger.warning("index is gone", extra={"owner": owner_id, "error": error})
        self._kept[owner_id] = session
        self.let_go(owner_id)
        return None

    def _begin(self, owner_id: UUID) -> Session:
        if self.keeps_open and self._store.is_wanted(owner_id):
            raise IndexHeld("another process waits for this index")
        held = ExitStack()
        held.enter_context(self._store.writing(owner_id))
        return Session(held)


@contextmanager
def writing(index: Index, path: Path, heap_bytes: int) -> Iterator[Pen]:
    """Give the pen of the index in ``path``; commits unless something was raised."""
    with engine_errors():
        pen = Pen(index, path, heap_bytes)
    with closing(pen):
        yield pen
        with engine_errors():
            pen.commit()
