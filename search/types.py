"""Frozen values of the search: the query's tree, documents for the index, hits and results."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

from gallery.types import Box


@dataclass(frozen=True, slots=True)
class Term:
    """One word as typed. ``words`` are its analyzed tokens; several mean "next to each other".

    ``prefix`` (``recei*``), ``pattern`` (``te?t``) and ``fuzzy`` (``recipt~``, edit distance)
    widen it. ``low``/``high`` bound a label's level (see ``search.levels``). ``exact`` asks for the
    whole name of a label or category. ``variants`` are the spellings that a typo stands for.
    """

    field: str | None
    text: str
    words: tuple[str, ...]
    prefix: bool = False
    pattern: bool = False
    fuzzy: int = 0
    low: int | None = None
    high: int | None = None
    exact: bool = False
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order; with a ``slop``, each with at most that many others to the next.

    Words with a slop may stand in either order.
    """

    field: str | None
    text: str
    words: tuple[str, ...]
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Range:
    """Whole numbers from ``low`` to ``high``, both included; None leaves a side open.

    Dates are seconds since 1970: of the wall clock at the place of capture for
    ``taken``, of UTC for ``added``. ``is_bare`` marks a date that stood alone, without a field.
    ``currencies`` are lower-case codes of which an amount has to be of one; any if there are none.
    """

    field: str
    text: str
    low: int | None
    high: int | None
    is_bare: bool = False
    currencies: tuple[str, ...] = ()

    def holds(self, value: int | None) -> bool:
        """True for a number within; what has none is outside."""
        if value is None:
            return False
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a fixed set of states: ``type:photo``, ``is:favorite``, ``has:text``."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Near:
    """Within ``radius_m`` meters of a position in degrees; ``place`` says where that is.

    ``text`` is what was typed behind ``near:``.
    """

    text: str
    latitude: float
    longitude: float
    radius_m: int
    place: str

    @property
    def center(self) -> tuple[float, float]:
        return self.latitude, self.longitude


@dataclass(frozen=True, slots=True)
class Not:
    child: Node


@dataclass(frozen=True, slots=True)
class And:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    children: tuple[Node, ...]


Leaf = Term | Phrase | Range | Choice | Near
Node = Leaf | Not | And | Or


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the query that the user should know, in words for the page."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Query:
    """What the user meant. ``root`` is None for an empty box, which finds everything."""

    text: str
    root: Node | None
    notices: tuple[Notice, ...] = ()


class Tier(IntEnum):
    """How well a hit fits; inside a tier the newest comes first."""

    TYPO = 0
    STEM = 1
    EXACT = 2
    STRONG = 3


class LabelEntry(NamedTuple):
    """A label as the index knows it.

    ``names`` are the token tuples of its own name, its aliases and its parents; the own name
    comes first. ``level`` is its confidence (see ``search.levels``). ``always`` marks a label
    that is shown whatever the user's threshold says.
    """

    name: str
    names: tuple[tuple[str, ...], ...]
    level: int
    always: bool = False


class Code(NamedTuple):
    """A part number, plate or the like without its separators; ``is_spaced`` had blanks in it."""

    text: str
    is_spaced: bool


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """All that the index knows of an item. ``fields`` holds each text field's tokens in order.

    ``codes`` holds the codes in the text fields that may have any (see ``search.codes``), ``cells``
    the cubes of space in which it was taken (see ``search.geocells``).
    ``sort_key`` puts the newest first; equal keys are told apart by ``id``. ``numbers`` holds
    taken, added, size, width, height, duration and total (in cents); ``facets`` the values
    shown with counts, of which an item may have many.
    """

    id: UUID
    version: int
    sort_key: int
    fields: dict[str, tuple[str, ...]]
    codes: dict[str, tuple[Code, ...]] = field(default_factory=dict)
    cells: tuple[str, ...] = ()
    labels: tuple[LabelEntry, ...] = ()
    categories: tuple[LabelEntry, ...] = ()
    choices: tuple[str, ...] = ()
    numbers: dict[str, int] = field(default_factory=dict)
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gone:
    """An item that left the index with ``version``: whatever is older must not bring it back."""

    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page of results ended; the next one starts behind it."""

    tier: int
    sort_key: int
    id: str


@dataclass(frozen=True, slots=True)
class FoundId:
    id: UUID
    tier: Tier
    sort_key: int


@dataclass(frozen=True, slots=True)
class FoundPage:
    """An engine's answer: ids in order, how many there are in all, and where this page ended."""

    ids: tuple[FoundId, ...]
    total: int
    end: Position | None


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    name: str
    count: int
    selected: bool = False


Facets = dict[str, tuple[FacetValue, ...]]


@dataclass(frozen=True, slots=True)
class SnippetPart:
    """A piece of a snippet; plain text, to be escaped by whoever shows it."""

    text: str
    highlighted: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """One reason why an item was found.

    ``confirmed`` says that the owner vouches for the label, whatever its ``confidence``.
    """

    field: str
    snippet: tuple[SnippetPart, ...] = ()
    label: str = ""
    confidence: float | None = None
    page: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    boxes: tuple[Box, ...] = ()
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """A label that a word has to do with. ``nearness`` (0-1) is None where a table says so."""

    word: str
    label: str
    nearness: float | None = None

    @property
    def percent(self) -> int | None:
        return None if self.nearness is None else round(self.nearness * 100)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion: the ``query`` that it makes, the ``text`` to show, and what it is.

    ``is_partial`` says that a value is still to come, as behind ``label:``. A saved search has a
    ``url``, which keeps what was chosen beside the words; a recent one an ``id``, to remove it by.
    """

    kind: str
    query: str
    text: str
    count: int | None = None
    is_partial: bool = False
    url: str = ""
    id: UUID | None = None
