"""The search engine that needs no server: tantivy, with an index directory for each user."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import UUID

from tantivy import DocAddress, FieldType, IndexWriter, Occur, Order, Query, Searcher

from search.backends.base import (
    ABANDONED_SECONDS,
    MAX_WORDS,
    Encoded,
    IndexStats,
    Library,
    Request,
    Whole,
)
from search.backends.counts import added_up
from search.backends.embedded_build import drafting, expire, fill, has_draft, note_changed
from search.backends.embedded_compiler import Compiler
from search.backends.embedded_facets import count_facets, count_names, count_words
from search.backends.embedded_schema import build_schema, encoded
from search.backends.embedded_store import IndexStore, engine_errors
from search.backends.embedded_writers import Writers, writing
from search.backends.encoding import halves, joined
from search.backends.ranking import tiers
from search.backends.recent import RecentAnswers
from search.types import (
    Facets,
    FoundId,
    FoundPage,
    Gone,
    Position,
    SearchDocument,
    Tier,
)

_REBUILD_HEAP_BYTES = 60_000_000
# Items of one second share a key in rare cases; that many more are read to order them by id.
_TIES = 32


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
            writer = self._writers.writer(owner_id, session)
            with engine_errors():
                for item in gone:
                    self.delete(writer, item.id)
            self.add(writer, map(encoded, documents), replacing=True)

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
            with writing(index, _REBUILD_HEAP_BYTES) as writer:
                return fill(writer, draft, library, self, encoded)

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
        ranks = tiers(request)
        found: list[FoundId] = []
        with self._store.asking(owner_id) as searcher:
            total = self._count(searcher, compiler.tier(ranks[-1]))
            for tier in ranks:
                if len(found) > limit or (after is not None and tier > after.tier):
                    continue
                if len(found) == total:
                    break
                start = after if after is not None and after.tier == tier else None
                query = self._only(compiler, tier, ranks, start)
                found += self._read(searcher, query, tier, start, limit + 1 - len(found))
        page = tuple(found[:limit])
        last = page[-1] if len(found) > limit and page else None
        end = Position(last.tier, last.sort_key, str(last.id)) if last else None
        return FoundPage(page, total, end)

    def facets(self, owner_id: UUID, request: Request, *, size: int) -> Facets:
        compiler = Compiler(self._schema, request)
        with self._store.asking(owner_id) as searcher:
            return count_facets(searcher, compiler, request, tiers(request)[-1], size)

    def vocabulary(self, owner_id: UUID, field: str, prefix: str, limit: int) -> dict[str, int]:
        with self._store.asking(owner_id) as searcher:
            return count_words(searcher, field, prefix, limit)

    def all_words(self, owner_id: UUID, fields: Sequence[str], prefix: str) -> Mapping[str, int]:
        return self._recent.get(
            owner_id,
            (*fields, prefix),
            lambda: added_up(self.vocabulary(owner_id, name, prefix, MAX_WORDS) for name in fields),
            self._store.stamp(owner_id),
        )

    def names(
        self, owner_id: UUID, facet: str, prefix: str, *, min_confidence: int, limit: int
    ) -> dict[str, int]:
        with self._store.asking(owner_id) as searcher:
            return count_names(searcher, facet, prefix, min_confidence, limit)

    def versions(self, owner_id: UUID, prefix: str = "") -> dict[UUID, int]:
        with self._store.asking(owner_id) as searcher:
            wanted = self._with_prefix(prefix)
            count = self._count(searcher, wanted)
            hits = searcher.search(
                wanted, max(count, 1), count=False, order_by_field="version"
            ).hits
            ids = self._ids(searcher, hits)
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
        searcher = self._store.searcher(owner_id)
        files = (path for path in self._store.path(owner_id).rglob("*") if path.is_file())
        return IndexStats(searcher.num_docs, sum(path.stat().st_size for path in files))

    def is_healthy(self) -> bool:
        return self._store.is_writable()

    def add(self, writer: IndexWriter, documents: Iterable[Encoded], *, replacing: bool) -> int:
        """Write documents, in the place of those of the same ids or not; returns how many."""
        count = 0
        # Reading the documents may fail for reasons of the database, which are not the engine's.
        for document in documents:
            with engine_errors():
                if replacing:
                    self.delete(writer, document.item_id)
                writer.add_json(document.body)
            count += 1
        return count

    def delete(self, writer: IndexWriter, item_id: UUID) -> None:
        """Delete an item's document, if there is one. Call within engine_errors."""
        high, low = halves(item_id)
        parts = [
            (Occur.Must, Query.term_query(self._schema, "id_low", low)),
            (Occur.Must, self._between("id_high", high, high)),
        ]
        writer.delete_documents_by_query(Query.boolean_query(parts))

    def _between(self, field: str, low: int | None, high: int | None) -> Query:
        return Query.range_query(self._schema, field, FieldType.Integer, low, high)

    def _with_prefix(self, prefix: str) -> Query:
        """Return what has ids that begin with these hexadecimal digits."""
        if not prefix:
            return Query.all_query()
        first, last = (UUID(prefix.ljust(32, digit)) for digit in "0f")
        return self._between("id_high", halves(first)[0], halves(last)[0])

    def _count(self, searcher: Searcher, query: Query) -> int:
        # Ordered by a number, hits are not scored.
        counted = searcher.search(query, 1, order_by_field="sort_key")
        return int(counted.count)  # type: ignore[attr-defined]  # the stub lacks it

    def _ids(self, searcher: Searcher, hits: Sequence[tuple[object, DocAddress]]) -> list[UUID]:
        addresses = [address for _, address in hits]
        high, low = (searcher.fast_field_values(name, addresses) for name in ("id_high", "id_low"))
        return [joined(int(one), int(other)) for one, other in zip(high, low, strict=True)]  # type: ignore[arg-type]  # every item has both

    def _only(
        self, compiler: Compiler, tier: Tier, ranks: Sequence[Tier], start: Position | None
    ) -> Query:
        """Return what is in ``tier`` and in no better one, from ``start`` on."""
        parts = [(Occur.Must, compiler.tier(tier))]
        better = ranks.index(tier) - 1
        if better >= 0:
            parts.append((Occur.MustNot, compiler.tier(ranks[better])))
        if start is not None:
            parts.append((Occur.Must, self._between("sort_key", None, start.sort_key)))
        return Query.boolean_query(parts)

    def _read(
        self, searcher: Searcher, query: Query, tier: Tier, start: Position | None, limit: int
    ) -> list[FoundId]:
        """Return the first ``limit`` hits behind ``start``, however many share a key."""
        asked = limit + _TIES
        while True:
            hits = searcher.search(
                query, asked, count=False, order_by_field="sort_key", order=Order.Desc
            ).hits
            keys = (int(key) for key, _ in hits)
            ids = self._ids(searcher, hits)
            found = [FoundId(item_id, tier, key) for item_id, key in zip(ids, keys, strict=True)]
            found.sort(key=_order, reverse=True)
            last = found[-1].sort_key if found else 0
            if start is not None:
                found = [hit for hit in found if _order(hit) < (start.sort_key, start.id)]
            if len(hits) < asked or (len(found) >= limit and found[limit - 1].sort_key > last):
                return found[:limit]
            asked *= 4


def _order(hit: FoundId) -> tuple[int, str]:
    return hit.sort_key, str(hit.id)
