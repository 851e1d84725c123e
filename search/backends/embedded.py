"""The search engine that needs no server: tantivy, with an index directory for each user."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import UUID

from tantivy import FieldType, Query

from search.backends.base import (
    ABANDONED_SECONDS,
    MAX_WORDS,
    IndexStats,
    Library,
    Request,
    Whole,
)
from search.backends.counts import added_up
from search.backends.embedded_build import drafting, expire, fill, has_draft, note_changed
from search.backends.embedded_compiler import Compiler
from search.backends.embedded_errors import engine_errors
from search.backends.embedded_facets import count_facets, count_names, count_words
from search.backends.embedded_pages import Pages, count_hits, item_ids
from search.backends.embedded_schema import build_schema, encoded
from search.backends.embedded_store import IndexStore, Snapshot
from search.backends.embedded_writers import HEAP_BYTES, Writers, writing
from search.backends.encoding import halves
from search.backends.ranking import tiers
from search.backends.recent import RecentAnswers
from search.types import (
    Facets,
    FoundPage,
    Gone,
    Position,
    SearchDocument,
)

# The more of a library lies in one part, the quicker it is searched.
_LARGE_HEAP_BYTES = 60_000_000


class EmbeddedBackend:
    """Implements SearchBackend. Readers see a write within 200 ms of its return."""

    def __init__(self, root: Path, since: int | None = None) -> None:
        """``since`` is when a rebuilding of all libraries began, in nanoseconds since 1970."""
        self._root = root
        self._since = since
        self._schema = build_schema()
        self._store = IndexStore(root, self._schema)
        self._writers = Writers(self._store)
        self._recent = RecentAnswers()

    def __reduce__(self) -> tuple[type[EmbeddedBackend], tuple[Path, int | None]]:
        """Another process opens the files for itself."""
        return EmbeddedBackend, (self._root, self._since)

    def write(
        self, owner_id: UUID, documents: Iterable[SearchDocument], gone: Sequence[Gone]
    ) -> None:
        with self._writers.session(owner_id) as session:
            if has_draft(self._store, owner_id):
                documents = list(documents)
                changed = (*(item.id for item in gone), *(found.id for found in documents))
                note_changed(self._store, owner_id, changed)
            pen = self._writers.pen(owner_id, session)
            with engine_errors():
                for item in gone:
                    pen.delete(item.id)
            pen.add(map(encoded, documents), replacing=True)

    def keep_open(self) -> None:
        self._writers.keeps_open = True

    def let_go(self) -> None:
        self._writers.let_go()

    def rebuild(self, owner_id: UUID, documents: Iterable[SearchDocument]) -> int:
        return self.build(owner_id, Whole(documents))

    def build(self, owner_id: UUID, library: Library) -> int:
        self._writers.let_go(owner_id)
        with ExitStack() as held:
            held.enter_context(self._store.writing(owner_id))
            draft = held.enter_context(drafting(self._store, owner_id, library.stamp))
            with engine_errors():
                index = self._store.open_or_create(draft.path)
            heap = _LARGE_HEAP_BYTES if library.is_large else HEAP_BYTES
            with writing(index, draft.path, heap) as pen:
                return fill(pen, draft, library, encoded)

    @contextmanager
    def replacement(self, *, afresh: bool = False) -> Iterator[EmbeddedBackend]:
        with self._store.rebuilding(afresh=afresh) as since:
            yield EmbeddedBackend(self._store.root, since)

    def has_rebuilt(self, owner_id: UUID) -> bool:
        return self._since is not None and self._store.is_newer(owner_id, self._since)

    def search(
        self, owner_id: UUID, request: Request, *, limit: int, after: Position | None = None
    ) -> FoundPage:
        compiler = Compiler(self._schema, request)
        with self._store.asking(owner_id) as snapshot:
            pages = Pages(snapshot.searcher, self._schema, compiler, tiers(request))
            return pages.read(limit, after)

    def facets(self, owner_id: UUID, request: Request, *, size: int) -> Facets:
        with self._store.asking(owner_id) as snapshot:
            return self._recent.get(
                owner_id,
                ("facets", size, *_question(request)),
                lambda: self._facets(snapshot, request, size),
                stamp=snapshot.number,
                size=_values,
            )

    def vocabulary(self, owner_id: UUID, field: str, prefix: str, limit: int) -> dict[str, int]:
        with self._store.asking(owner_id) as snapshot:
            return count_words(snapshot.searcher, field, prefix, limit)

    def all_words(self, owner_id: UUID, fields: Sequence[str], prefix: str) -> Mapping[str, int]:
        return self._recent.get(
            owner_id,
            (*fields, prefix),
            lambda: added_up(self.vocabulary(owner_id, name, prefix, MAX_WORDS) for name in fields),
            stamp=self._store.stamp(owner_id),
        )

    def names(
        self, owner_id: UUID, facet: str, prefix: str, *, min_confidence: int, limit: int
    ) -> dict[str, int]:
        with self._store.asking(owner_id) as snapshot:
            return count_names(snapshot.searcher, facet, prefix, min_confidence, limit)

    def versions(self, owner_id: UUID, prefix: str = "") -> dict[UUID, int]:
        with self._store.asking(owner_id) as snapshot:
            searcher = snapshot.searcher
            wanted = self._with_prefix(prefix)
            count = count_hits(searcher, wanted)
            hits = searcher.search(
                wanted, max(count, 1), count=False, order_by_field="version"
            ).hits
            ids = item_ids(searcher, hits)
            return dict(zip(ids, (int(version) for version, _ in hits), strict=True))

    def verify(self, owner_id: UUID) -> None:
        self._store.examine(owner_id)

    def tidy(self) -> int:
        before = time.time() - ABANDONED_SECONDS
        self._store.forget_rebuilding(before)
        return sum(expire(self._store, owner_id, before) for owner_id in self._store.owners())

    def owners(self) -> list[UUID]:
        return self._store.owners()

    def delete_owner(self, owner_id: UUID) -> None:
        self._writers.let_go(owner_id)
        with self._store.writing(owner_id):
            self._store.remove(owner_id)
        self._recent.forget(owner_id)

    def stats(self, owner_id: UUID) -> IndexStats:
        searcher = self._store.snapshot(owner_id).searcher
        files = (path for path in self._store.path(owner_id).rglob("*") if path.is_file())
        return IndexStats(searcher.num_docs, sum(path.stat().st_size for path in files))

    def is_healthy(self) -> bool:
        return self._store.is_writable()

    def _facets(self, snapshot: Snapshot, request: Request, size: int) -> Facets:
        compiler = Compiler(self._schema, request)
        return count_facets(snapshot, compiler, request, tiers(request)[-1], size)

    def _with_prefix(self, prefix: str) -> Query:
        """Return what has ids that begin with these hexadecimal digits."""
        if not prefix:
            return Query.all_query()
        first, last = (halves(UUID(prefix.ljust(32, digit)))[0] for digit in "0f")
        return Query.range_query(self._schema, "id_high", FieldType.Integer, first, last)


def _question(request: Request) -> tuple[object, ...]:
    """Return what two requests must have in common to find the same."""
    chosen = sorted((facet, tuple(values)) for facet, values in request.filters.items() if values)
    return request.root, request.min_confidence, request.is_typo, tuple(chosen)


def _values(facets: Facets) -> int:
    return sum(map(len, facets.values()))
