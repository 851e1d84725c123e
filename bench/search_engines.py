"""The engines that are timed: ours, asked as the product asks them, and plain SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.test.utils import override_settings

from accounts.models import User
from bench.search_classes import Question
from bench.search_corpus import owner_id
from bench.search_spool import Spool
from search.backends import get_backend
from search.backends.base import IndexBroken, Request, SearchBackend
from search.language import parse
from search.services import FACET_SIZE
from search.suggestions import suggest
from search.types import Position
from search.typos import Speller

PAGE = 50
THRESHOLD = 55


class Timed(Protocol):
    """An engine that can be asked, whichever it is."""

    name: str

    def build(self, spool: Spool, owner: int) -> int:
        """Index an owner's documents, unless that was done; return how many were written."""

    def ask(self, owner: int, question: Question) -> int:
        """Answer as the product would, and return how much was found."""

    def bytes_of(self, owner: int) -> float:
        """Return the bytes of an item in the owner's index."""


class Ours:
    """One of the product's engines, chosen and set up by its settings."""

    def __init__(self, name: str, state: Path, items: int, server: str) -> None:
        self.name = name
        self._settings = {
            "PIXTRACT_SEARCH_BACKEND": name,
            "PIXTRACT_INDEX_DIR": state / f"index-{items}",
            "PIXTRACT_OPENSEARCH": {"url": server, "index": f"bench-{items}"},
        }
        self._deep: dict[tuple[int, str], Position | None] = {}

    @contextmanager
    def engine(self) -> Iterator[SearchBackend]:
        """Make this the engine in use."""
        with override_settings(**self._settings):
            yield get_backend()

    def build(self, spool: Spool, owner: int) -> int:
        with self.engine() as backend:
            try:
                backend.stats(owner_id(owner))
            except IndexBroken:
                return backend.rebuild(owner_id(owner), spool.documents(owner))
        return 0

    def rebuild_labels_only(self, spool: Spool, owner: int, into: UUID) -> float:
        """Index what was never read in a library of its own; return the bytes of an item."""
        with self.engine() as backend:
            backend.rebuild(into, spool.documents(owner, labels_only=True))
            stats = backend.stats(into)
            backend.delete_owner(into)
        return stats.bytes / max(stats.documents, 1)

    def bytes_of(self, owner: int) -> float:
        with self.engine() as backend:
            stats = backend.stats(owner_id(owner))
        return stats.bytes / max(stats.documents, 1)

    def prepare(self, owner: int, question: Question) -> None:
        """Find where a later page begins, as whoever turned the pages up to there would know."""
        if question.page > 1 and (owner, question.text) not in self._deep:
            with self.engine() as backend:
                request = Request(parse(question.text).root, THRESHOLD, {})
                depth = PAGE * (question.page - 1)
                found = backend.search(owner_id(owner), request, limit=depth)
            self._deep[owner, question.text] = found.end

    def ask(self, owner: int, question: Question) -> int:
        with self.engine() as backend:
            if question.is_suggestion:
                person = User(pk=owner_id(owner))
                return len(suggest(person, question.text, min_confidence=THRESHOLD))
            return self._found(backend, owner, question)

    def _found(self, backend: SearchBackend, owner: int, question: Question) -> int:
        request = Request(parse(question.text).root, THRESHOLD, {})
        speller = Speller(backend, owner_id(owner))
        request = replace(request, root=speller.explicit(request.root))
        after = self._deep.get((owner, question.text)) if question.page > 1 else None
        page = backend.search(owner_id(owner), request, limit=PAGE, after=after)
        if question.with_facets:
            backend.facets(owner_id(owner), request, size=FACET_SIZE)
        return page.total
