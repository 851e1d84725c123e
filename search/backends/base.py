"""What a search engine must do. Everything above it speaks in trees, tokens and ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID, uuid4

from search.types import Facets, FoundPage, Gone, Node, Position, SearchDocument

# Of the words with one beginning; a library seldom has more.
MAX_WORDS = 20_000
# Nobody goes on with a rebuild that was broken off a week ago, and every write is noted for it.
ABANDONED_SECONDS = 7 * 86_400


class SearchUnavailable(Exception):
    """The engine cannot answer or take writes now; trying again later may help."""


class IndexHeld(SearchUnavailable):
    """Another process is writing to the owner's index, and will not take long."""


class IndexBroken(SearchUnavailable):
    """The owner's index is missing, damaged or of another version: it must be rebuilt."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question. ``filters`` maps a facet to its chosen values; chosen values are alternatives.

    ``min_confidence`` (0-100) is what a label needs to be matched or counted.
    ``is_ranked`` orders by tier, then newest first; otherwise newest first alone.
    """

    root: Node | None
    min_confidence: int
    filters: dict[str, tuple[str, ...]]
    is_ranked: bool = True
    is_typo: bool = False


@dataclass(frozen=True, slots=True)
class IndexStats:
    documents: int
    bytes: int


class Counted(NamedTuple):
    """A name that an item is counted under; of a label, with the block and percent it is sure."""

    facet: str
    name: str
    block: int = 0
    percent: int = 0


class Encoded(NamedTuple):
    """A document as an engine takes it: JSON, which any process may have written.

    ``counted`` is for engines that give names numbers, which only the one writer can do.
    """

    item_id: UUID
    version: int
    body: str
    counted: tuple[Counted, ...] = ()


# What another process is told to do: a function of a module, or a ``partial`` of one.
Encoder = Callable[[SearchDocument], Encoded]


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a library's documents, and the mark from which to go on behind them."""

    documents: Iterable[Encoded]
    mark: str


class Library(Protocol):
    """A library that is to be indexed whole, read in parts.

    What was left half made is gone on with only for a library of the same ``stamp``. One that
    ``is_large`` is worth more memory.
    """

    @property
    def stamp(self) -> str: ...

    @property
    def is_large(self) -> bool: ...

    def parts(self, mark: str, encode: Encoder) -> Iterable[Part]:
        """Yield all documents behind ``mark``; with an empty one, all there are."""

    def present(self, item_ids: Sequence[UUID], encode: Encoder) -> Iterable[Encoded]:
        """Yield those of these documents that are in the library now."""


class Whole:
    """A library whose documents can be had only once, all together."""

    is_large = True

    def __init__(self, documents: Iterable[SearchDocument]) -> None:
        self.stamp = uuid4().hex
        self._documents = documents

    def parts(self, mark: str, encode: Encoder) -> Iterable[Part]:
        return [Part(map(encode, self._documents), "")]

    def present(self, item_ids: Sequence[UUID], encode: Encoder) -> Iterable[Encoded]:
        return ()


class SearchBackend(Protocol):
    """An engine. Every call names the owner, and nothing of another owner can come back.

    Raises SearchUnavailable, or IndexBroken when the owner's index must be rebuilt.
    """

    def write(
        self, owner_id: UUID, documents: Iterable[SearchDocument], gone: Sequence[Gone]
    ) -> None:
        """Replace ``documents`` and drop ``gone``; both are visible when this returns.

        An engine that several processes write to at once keeps what it has in a newer version.
        """

    def keep_open(self) -> None:
        """From now on, keep what writes need open between them, for those that follow at once."""

    def let_go(self) -> None:
        """Close what writes have kept open: other processes may want to write."""

    def rebuild(self, owner_id: UUID, documents: Iterable[SearchDocument]) -> int:
        """Put an index made of ``documents`` alone in the place of the present one."""

    def build(self, owner_id: UUID, library: Library) -> int:
        """Do the same with a library read in parts; returns how many documents the index has.

        An engine may go on with what another process has left half made.
        """

    def replacement(self, *, afresh: bool = False) -> AbstractContextManager[SearchBackend]:
        """Give the engine with which to rebuild every library, in use when all went well.

        An engine that keeps libraries apart gives one that puts each in its place at once. A
        replacement that was broken off is gone on with, unless all is to be made ``afresh``.
        """

    def has_rebuilt(self, owner_id: UUID) -> bool:
        """True when this is a replacement that has the library already."""

    def search(
        self, owner_id: UUID, request: Request, *, limit: int, after: Position | None = None
    ) -> FoundPage:
        """Return the ids of one page, best tier first, newest first inside a tier."""

    def facets(self, owner_id: UUID, request: Request, *, size: int) -> Facets:
        """Count label, category, kind, year, place and camera over what ``request`` finds.

        A facet's own filter does not narrow its own counts.
        """

    def vocabulary(self, owner_id: UUID, field: str, prefix: str, limit: int) -> dict[str, int]:
        """Return the owner's words of a text field (``label`` too) with this prefix, and counts."""

    def all_words(self, owner_id: UUID, fields: Sequence[str], prefix: str) -> Mapping[str, int]:
        """Return the words of several fields with this prefix, their counts added up.

        Of each field, the MAX_WORDS most frequent. The same answer is kept and given to others.
        """

    def names(
        self, owner_id: UUID, facet: str, prefix: str, *, min_confidence: int, limit: int
    ) -> dict[str, int]:
        """Return names of a facet with a word that begins with folded ``prefix``, and counts."""

    def versions(self, owner_id: UUID, prefix: str = "") -> dict[UUID, int]:
        """Return the ids that the index holds, each with its version, for reconciliation.

        ``prefix``, of up to eight hexadecimal digits, takes a part of a large library.
        """

    def verify(self, owner_id: UUID) -> None:
        """Read all that is kept of the owner, to find out what was damaged in silence."""

    def tidy(self) -> int:
        """Remove what rebuilds have left half made ABANDONED_SECONDS ago; returns how many."""

    def owners(self) -> Iterable[UUID]:
        """Yield everybody of whom there is an index."""

    def delete_owner(self, owner_id: UUID) -> None:
        """Forget everything of the owner."""

    def stats(self, owner_id: UUID) -> IndexStats:
        """Return the size of the owner's index."""

    def is_healthy(self) -> bool:
        """True when the engine can answer and take writes."""
