"""Pages out of the embedded index: ids in the order of hits, and how many there are in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from tantivy import DocAddress, FieldType, Occur, Order, Query, Schema, Searcher

from search.backends.embedded_compiler import Compiler
from search.backends.encoding import joined
from search.types import FoundId, FoundPage, Position, Tier

# Items of one second share a key in rare cases; that many more are read to order them by id.
_TIES = 32


class _Hits(NamedTuple):
    found: list[FoundId]
    total: int


class Pages:
    """Reads pages of one snapshot for one compiled request, ``ranks`` being its tiers."""

    def __init__(
        self, searcher: Searcher, schema: Schema, compiler: Compiler, ranks: Sequence[Tier]
    ) -> None:
        self._searcher = searcher
        self._schema = schema
        self._compiler = compiler
        self._ranks = ranks

    def read(self, limit: int, after: Position | None) -> FoundPage:
        """Return the page behind ``after``."""
        hits = self._behind(after, limit + 1) if after else self._first(limit + 1)
        page = tuple(hits.found[:limit])
        last = page[-1] if len(hits.found) > limit and page else None
        end = Position(last.tier, last.sort_key, str(last.id)) if last else None
        return FoundPage(page, hits.total, end)

    def _first(self, limit: int) -> _Hits:
        """Read tier by tier; what is counted on the way need not be counted again."""
        found: list[FoundId] = []
        total = 0
        for better, tier in self._steps():
            if len(found) >= limit and not self._compiler.is_sequence:
                return _Hits(found, self._count(self._compiler.tier(self._ranks[-1])))
            query = self._compiler.newly(tier, better)
            if query is None:
                continue
            if len(found) >= limit:
                total += self._count(query)
                continue
            hits = self._hits(query, tier, None, limit - len(found))
            found += hits.found
            total += hits.total
        return _Hits(found, total)

    def _behind(self, after: Position, limit: int) -> _Hits:
        found: list[FoundId] = []
        for better, tier in self._steps():
            if tier > after.tier or len(found) >= limit:
                continue
            start = after if after.tier == tier else None
            query = self._compiler.newly(tier, better)
            if query is not None:
                found += self._hits(query, tier, start, limit - len(found)).found
        return _Hits(found, self._count(self._compiler.tier(self._ranks[-1])))

    def _steps(self) -> Iterator[tuple[Tier | None, Tier]]:
        """Yield each tier behind the next better one, best first."""
        yield from zip((None, *self._ranks), self._ranks, strict=False)

    def _hits(self, query: Query, tier: Tier, start: Position | None, limit: int) -> _Hits:
        """Return the first ``limit`` hits behind ``start``, however many share a key."""
        if start is not None:
            behind = Query.range_query(
                self._schema, "sort_key", FieldType.Integer, None, start.sort_key
            )
            query = Query.boolean_query([(Occur.Must, query), (Occur.Must, behind)])
        asked = limit + _TIES
        while True:
            answer = self._searcher.search(
                query, asked, order_by_field="sort_key", order=Order.Desc
            )
            keys = [int(key) for key, _ in answer.hits]
            ids = item_ids(self._searcher, answer.hits)
            found = [FoundId(item_id, tier, key) for item_id, key in zip(ids, keys, strict=True)]
            found.sort(key=_order, reverse=True)
            last = found[-1].sort_key if found else 0
            if start is not None:
                found = [hit for hit in found if _order(hit) < (start.sort_key, start.id)]
            is_whole = len(keys) < asked
            if is_whole or (len(found) >= limit and found[limit - 1].sort_key > last):
                return _Hits(found[:limit], int(answer.count))  # type: ignore[attr-defined]  # the stub lacks it
            asked *= 4

    def _count(self, query: Query) -> int:
        return count_hits(self._searcher, query)


def count_hits(searcher: Searcher, query: Query) -> int:
    """Return how many documents a query finds."""
    # Ordered by a number, hits are not scored.
    counted = searcher.search(query, 1, order_by_field="sort_key")
    return int(counted.count)  # type: ignore[attr-defined]  # the stub lacks it


def item_ids(searcher: Searcher, hits: Sequence[tuple[object, DocAddress]]) -> list[UUID]:
    """Return the ids of the items that were found."""
    addresses = [address for _, address in hits]
    high, low = (searcher.fast_field_values(name, addresses) for name in ("id_high", "id_low"))
    return [joined(int(one), int(other)) for one, other in zip(high, low, strict=True)]  # type: ignore[arg-type]  # every item has both


def _order(hit: FoundId) -> tuple[int, str]:
    return hit.sort_key, str(hit.id)
