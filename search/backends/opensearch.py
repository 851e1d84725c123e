"""The search engine for many: OpenSearch 2.19 or newer, all libraries in one index."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from typing import Any
from uuid import UUID

from search.backends.base import (
    ABANDONED_SECONDS,
    MAX_WORDS,
    Encoded,
    IndexBroken,
    IndexStats,
    Library,
    Request,
    SearchUnavailable,
    Whole,
)
from search.backends.counts import added_up
from search.backends.encoding import halves, joined
from search.backends.opensearch_breaker import Breaker
from search.backends.opensearch_client import Server
from search.backends.opensearch_compiler import compile_request, compile_tiers
from search.backends.opensearch_facets import (
    STATE,
    Words,
    begun_with,
    count_facets,
    count_names,
    count_words,
    library_state,
)
from search.backends.opensearch_indices import Indices
from search.backends.opensearch_schema import NEWEST_FIRST, document_ids, encoded
from search.backends.opensearch_store import Build, LibraryStore
from search.backends.recent import RecentAnswers
from search.types import Facets, FoundId, FoundPage, Gone, Position, SearchDocument, Tier

Json = dict[str, Any]

_NEWEST_FIRST = [{name: "desc"} for name in NEWEST_FIRST]
_BY_ID = [{name: "asc"} for name in NEWEST_FIRST[1:]]
# What is wanted of a hit stands in what it is sorted by: nothing else is read of it.
_NOTHING_STORED = "_none_"
_VERSIONS_AT_ONCE = 5_000


class OpenSearchBackend:
    """Implements SearchBackend. Nothing is sent to the server before it is asked something."""

    def __init__(self, indices: Indices, breaker: Breaker | None = None) -> None:
        self._store = LibraryStore(indices)
        self._breaker = breaker or Breaker()
        self._recent = RecentAnswers()

    @classmethod
    def at(cls, server: Server, *, is_next: bool = False) -> OpenSearchBackend:
        """Return the engine on a server, or what is to replace all that is there."""
        return cls(Indices(server, is_next=is_next))

    def __reduce__(self) -> tuple[Callable[[], OpenSearchBackend], tuple[()]]:
        """Another process has connections of its own."""
        indices = self._store.indices
        return partial(OpenSearchBackend.at, indices.server, is_next=indices.is_next), ()

    def write(
        self, owner_id: UUID, documents: Iterable[SearchDocument], gone: Sequence[Gone]
    ) -> None:
        targets = self._store.targets(owner_id)
        # One that is being replaced may have lost the library, and its replacement have it.
        if targets:
            self._store.send(self._changes(owner_id, targets, documents, gone), is_visible=True)
        self._recent.forget(owner_id)
        if self._store.indices.write_alias not in dict(targets):
            raise IndexBroken("there is no index of this library")

    def keep_open(self) -> None:
        """The server does so."""

    def let_go(self) -> None:
        """Nothing is held."""

    def rebuild(self, owner_id: UUID, documents: Iterable[SearchDocument]) -> int:
        return self.build(owner_id, Whole(documents))

    def build(self, owner_id: UUID, library: Library) -> int:
        with self._store.building(owner_id) as build:
            encode = partial(encoded, owner_id, build.generation)
            parts = (part.documents for part in library.parts("", encode))
            count = self._store.send(self._all(owner_id, build, chain.from_iterable(parts)))
        self._recent.forget(owner_id)
        return count

    @contextmanager
    def replacement(self, *, afresh: bool = False) -> Iterator[OpenSearchBackend]:
        with self._store.indices.replacement(afresh=afresh) as indices:
            yield OpenSearchBackend(indices)

    def has_rebuilt(self, owner_id: UUID) -> bool:
        return self._store.indices.is_next and self._store.has_library(owner_id)

    def search(
        self, owner_id: UUID, request: Request, *, limit: int, after: Position | None = None
    ) -> FoundPage:
        queries = compile_tiers(request)
        wanted = [tier for tier in queries if after is None or tier <= after.tier]
        counting = {"query": compile_request(request), "size": 0, "track_total_hits": True}
        pages = [
            _page_of(queries[tier], limit, after if after and after.tier == tier else None)
            for tier in wanted
        ]
        counted, *answers = self._ask_all(owner_id, [counting, *pages])
        found: list[FoundId] = []
        for tier, answer in zip(wanted, answers, strict=True):
            if len(found) <= limit:
                found += _found(tier, answer)
        page = tuple(found[:limit])
        end = page[-1] if len(found) > limit and page else None
        position = Position(end.tier, end.sort_key, str(end.id)) if end else None
        return FoundPage(page, int(counted["hits"]["total"]["value"]), position)

    def facets(self, owner_id: UUID, request: Request, *, size: int) -> Facets:
        return count_facets(lambda body: self._ask(owner_id, body), request, size)

    def vocabulary(self, owner_id: UUID, field: str, prefix: str, limit: int) -> dict[str, int]:
        def count(begin: str, most: int) -> Words:
            return self._words(owner_id, [field], begin, most)[0]

        if not prefix or limit > MAX_WORDS:
            return dict(count(prefix, limit))
        letter = prefix[0]
        kept = self._recent.get(
            owner_id,
            ("words", field, letter),
            lambda: count(letter, MAX_WORDS),
            state=lambda: self._state(owner_id),
        )
        if len(kept) == MAX_WORDS and prefix != letter:
            return dict(count(prefix, limit))
        return dict(islice((pair for pair in kept if pair[0].startswith(prefix)), limit))

    def all_words(self, owner_id: UUID, fields: Sequence[str], prefix: str) -> Mapping[str, int]:
        return self._recent.get(
            owner_id,
            ("all", *fields, prefix),
            lambda: added_up(map(dict, self._words(owner_id, fields, prefix, MAX_WORDS))),
            state=lambda: self._state(owner_id),
        )

    def names(
        self, owner_id: UUID, facet: str, prefix: str, *, min_confidence: int, limit: int
    ) -> dict[str, int]:
        kept = self._recent.get(
            owner_id,
            ("names", facet, min_confidence),
            lambda: count_names(lambda body: self._ask(owner_id, body), facet, min_confidence),
            state=lambda: self._state(owner_id),
        )
        return begun_with(kept, prefix, limit)

    def versions(self, owner_id: UUID, prefix: str = "") -> dict[UUID, int]:
        generation = self._store.generation(owner_id)
        body: Json = {
            "size": _VERSIONS_AT_ONCE,
            "sort": _BY_ID,
            "docvalue_fields": ["version"],
            "stored_fields": _NOTHING_STORED,
            "track_total_hits": False,
        }
        first = UUID(prefix.ljust(32, "0")).int
        if first:
            body["search_after"] = halves(UUID(int=first - 1))
        found: dict[UUID, int] = {}
        while True:
            hits = self._store.ask(owner_id, [body], generation)[0]["hits"]["hits"]
            pairs = ((joined(*hit["sort"]), int(hit["fields"]["version"][0])) for hit in hits)
            mine = {one: version for one, version in pairs if one.hex.startswith(prefix)}
            found |= mine
            if len(mine) < _VERSIONS_AT_ONCE:
                return found
            body["search_after"] = hits[-1]["sort"]

    def verify(self, owner_id: UUID) -> None:
        """Ask whether the server knows the library; it looks after its files by itself."""
        self._store.generation(owner_id)

    def tidy(self) -> int:
        return self._store.indices.expire(time.time() - ABANDONED_SECONDS)

    def owners(self) -> Iterator[UUID]:
        return self._store.owners()

    def delete_owner(self, owner_id: UUID) -> None:
        self._store.forget(owner_id)
        self._recent.forget(owner_id)

    def stats(self, owner_id: UUID) -> IndexStats:
        """Return the library's size; its bytes are its share of the index."""
        answer = self._ask(owner_id, {"size": 0, "track_total_hits": True})
        documents = int(answer["hits"]["total"]["value"])
        total, size = self._store.indices.size_bytes()
        return IndexStats(documents, size * documents // max(total, 1))

    def is_healthy(self) -> bool:
        try:
            return self._store.indices.is_writable()
        except SearchUnavailable:
            return False

    def _state(self, owner_id: UUID) -> tuple[float, ...]:
        """Return what is another after every change of the library; kept for moments."""

        def ask() -> tuple[float, ...]:
            return library_state(self._ask(owner_id, STATE))

        return self._recent.get(owner_id, ("state",), ask)

    def _words(self, owner_id: UUID, fields: Sequence[str], prefix: str, limit: int) -> list[Words]:
        return count_words(partial(self._ask_all, owner_id), fields, prefix, limit)

    def _ask(self, owner_id: UUID, body: Json) -> Json:
        return self._ask_all(owner_id, [body])[0]

    def _ask_all(self, owner_id: UUID, bodies: Sequence[Json]) -> list[Json]:
        """Ask what somebody waits for; what the indexer asks is tried again by itself."""
        with self._breaker.guarded():
            return self._store.ask(owner_id, bodies)

    def _changes(
        self,
        owner_id: UUID,
        targets: Sequence[tuple[str, str]],
        documents: Iterable[SearchDocument],
        gone: Sequence[Gone],
    ) -> Iterator[Json]:
        """Yield what brings each target up to date: deletions first, then whole documents.

        What the server does not hold is deleted, too: for a minute it remembers the version, and
        turns away an older document that was on its way.
        """
        for alias, generation in targets:
            for item in gone:
                action = _action("delete", alias, owner_id, item.version)
                yield {**action, "_id": next(document_ids(generation, [item.id]))}
        for document in documents:
            for alias, generation in targets:
                one = encoded(owner_id, generation, document)
                yield _index_action(one, alias, owner_id, generation)

    def _all(self, owner_id: UUID, build: Build, documents: Iterable[Encoded]) -> Iterator[Json]:
        for document in documents:
            build.keep()
            yield _index_action(
                document, self._store.indices.write_alias, owner_id, build.generation
            )


def _index_action(document: Encoded, alias: str, owner_id: UUID, generation: str) -> Json:
    return {
        **_action("index", alias, owner_id, document.version),
        "_id": next(document_ids(generation, [document.item_id])),
        # What is text already goes as it is.
        "_source": document.body,
    }


def _action(kind: str, alias: str, owner_id: UUID, version: int) -> Json:
    """Return an action of a bulk that holds unless the server has a newer version."""
    return {
        "_op_type": kind,
        "_index": alias,
        "routing": str(owner_id),
        "version": version,
        "version_type": "external_gte",
    }


def _page_of(query: Json, limit: int, start: Position | None = None) -> Json:
    """Return the question for one item more than a page has, behind ``start``."""
    body: Json = {
        "query": query,
        "size": limit + 1,
        "track_total_hits": False,
        "sort": _NEWEST_FIRST,
        "stored_fields": _NOTHING_STORED,
    }
    if start is None:
        return body
    return {**body, "search_after": [start.sort_key, *halves(UUID(start.id))]}


def _found(tier: Tier, answer: Json) -> list[FoundId]:
    sorts = (hit["sort"] for hit in answer["hits"]["hits"])
    return [FoundId(joined(high, low), tier, key) for key, high, low in sorts]
