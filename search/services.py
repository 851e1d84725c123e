"""Searching a user's library: what pages and API call."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import chain
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from gallery.queries import count_pending, library_of
from search.backends import get_backend
from search.backends.base import IndexBroken, Request, SearchUnavailable
from search.beside import beside
from search.chosen import by_name
from search.cursors import read_cursor, write_cursor
from search.emptiness import help_for_empty
from search.hits import load_hits
from search.language import parse
from search.matching import Matcher
from search.nearly import near_request
from search.outbox import enqueue_library, is_library_noted
from search.results import ResultPage
from search.sentences import is_sentence, meant
from search.translation import translated
from search.types import Facets, FoundPage, Node, Notice, Position, Query
from search.typos import Speller

MAX_LIMIT = 100
FOUND_AT_ONCE = 500
FACET_SIZE = 20
# Below, guesses are more often wrong than of use.
UNSURE = 30
FACETS = ("label", "category", "album", "kind", "year", "place", "camera")

_REBUILDING = Notice("rebuilding", "Your search index is being made anew. Try again in a moment.")
_UNAVAILABLE = Notice("unavailable", "Search is not available right now. Try again in a moment.")


class Sort(Enum):
    RELEVANCE = "relevance"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class _Search:
    """One search on its way: whose, for what, and what to give back."""

    user: User
    query: Query
    request: Request
    limit: int
    may_be_unsure: bool
    with_facets: bool = False

    @property
    def identity(self) -> tuple[object, ...]:
        """Return what a cursor is good for."""
        filters = sorted(self.request.filters.items())
        asked = (self.query.text, self.request.min_confidence, filters, self.request.is_ranked)
        return (str(self.user.pk), *asked)


def search_media(
    user: User,
    text: str,
    *,
    min_confidence: int | None = None,
    filters: Mapping[str, Sequence[str]] | None = None,
    sort: Sort = Sort.RELEVANCE,
    cursor: str = "",
    limit: int = 50,
    with_facets: bool = False,
) -> ResultPage:
    """Find what the user may see and ``text`` asks for.

    ``min_confidence`` (0-100) is the user's own by default; where nobody chose one, and nothing
    fits, labels down to UNSURE are shown with a notice. ``filters`` maps facets to
    chosen values, which are alternatives. Raises BadCursor.
    """
    started = time.perf_counter()
    limit = min(max(limit, 1), MAX_LIMIT)
    search = _search(user, text, min_confidence, filters or {}, sort, limit)
    search = replace(search, with_facets=with_facets)
    after = read_cursor(cursor, search.identity) if cursor else None
    page = _result_page(search, after)
    return replace(page, took_ms=round((time.perf_counter() - started) * 1000))


def found_ids(
    user: User,
    text: str,
    *,
    min_confidence: int | None = None,
    filters: Mapping[str, Sequence[str]] | None = None,
    sort: Sort = Sort.RELEVANCE,
) -> Iterator[list[UUID]]:
    """Yield the ids of all that ``search_media`` finds, in batches.

    Raises SearchUnavailable.
    """
    search = _search(user, text, min_confidence, filters or {}, sort, FOUND_AT_ONCE)
    if search.query.root is None and search.query.text:
        return
    settled = _settle(search, None, Speller(get_backend(), user.pk), ())
    found = settled.found
    while True:
        yield [hit.id for hit in found.ids]
        if found.end is None:
            return
        found = get_backend().search(user.pk, settled.request, limit=FOUND_AT_ONCE, after=found.end)


def _search(
    user: User,
    text: str,
    min_confidence: int | None,
    filters: Mapping[str, Sequence[str]],
    sort: Sort,
    limit: int,
) -> _Search:
    threshold = user.shown_confidence if min_confidence is None else min_confidence
    threshold = min(max(threshold, 0), 100)
    chosen = by_name(user, {name: filters.get(name, ()) for name in FACETS})
    query = parse(text, user_zone(user))
    request = Request(
        translated(meant(query.root)), threshold, chosen, is_ranked=sort is Sort.RELEVANCE
    )
    # Whoever chose a threshold means it; the installation's is but a habit.
    is_habit = min_confidence is None and user.min_confidence is None and threshold > UNSURE
    return _Search(user, query, request, limit, may_be_unsure=is_habit)


def user_zone(user: User) -> ZoneInfo:
    """Return the time zone in which the user thinks of days."""
    return ZoneInfo(user.time_zone or timezone.get_default_timezone_name())


def _result_page(search: _Search, after: Position | None) -> ResultPage:
    empty = ResultPage(
        search.query,
        search.request.min_confidence,
        notices=search.query.notices,
        pending=count_pending(search.user),
    )
    if search.query.root is None and search.query.text:
        # Something was typed and none of it can be searched for: that is not "everything".
        return replace(empty, empty_help=help_for_empty(search.user, search.request, search.query))
    try:
        return _found_page(search, after, empty)
    except IndexBroken:
        return _without_index(search.user, empty)
    except SearchUnavailable:
        return replace(empty, notices=(*empty.notices, _UNAVAILABLE), is_available=False)


@dataclass(frozen=True, slots=True)
class _Settled:
    """What was asked in the end, with spellings or guesses let in, and what came of it.

    ``typed`` is what was asked for at first.
    """

    typed: Node | None
    request: Request
    found: FoundPage
    notices: tuple[Notice, ...]


def _settle(
    search: _Search, after: Position | None, speller: Speller, notices: tuple[Notice, ...]
) -> _Settled:
    typed = speller.explicit(search.request.root)
    request = replace(search.request, root=typed)
    found = get_backend().search(search.user.pk, request, limit=search.limit, after=after)
    if not found.total and search.may_be_unsure:
        request, found, notices = _less_sure(search, request, found, after, notices)
    if not found.total:
        request, found, notices = _corrected(search, speller, request, found, after, notices)
    if not found.total and is_sentence(search.query):
        request, found, notices = _partly(search, request, found, after, notices)
    return _Settled(typed, request, found, notices)


def _found_page(search: _Search, after: Position | None, empty: ResultPage) -> ResultPage:
    speller = Speller(get_backend(), search.user.pk)
    settled = _settle(search, after, speller, empty.notices)
    request, found = settled.request, settled.found
    facets: Facets = {}
    if search.with_facets:
        facets = get_backend().facets(search.user.pk, request, size=FACET_SIZE)
    is_first = after is None and request.min_confidence > UNSURE
    unsure = UNSURE if search.may_be_unsure and is_first else None
    extra = beside(search.user, request, found, typed=settled.typed, unsure=unsure)
    own = (found.ids, Matcher(request.root, request.min_confidence))
    hits, *others = load_hits(search.user, [own, *extra.groups])
    related = tuple(chain.from_iterable(others))
    return replace(
        empty,
        min_confidence=request.min_confidence,
        hits=hits,
        total=found.total,
        next_cursor=write_cursor(found.end, search.identity),
        facets=facets,
        notices=(*settled.notices, *extra.notices),
        did_you_mean=speller.did_you_mean(search.query),
        empty_help=None if found.total else help_for_empty(search.user, request, search.query),
        related=related,
        relations=extra.relations(related),
    )


def _less_sure(
    search: _Search,
    request: Request,
    found: FoundPage,
    after: Position | None,
    notices: tuple[Notice, ...],
) -> tuple[Request, FoundPage, tuple[Notice, ...]]:
    """Look among labels that are seldom right before saying that there is nothing."""
    lowered = replace(request, min_confidence=UNSURE)
    unsure = get_backend().search(search.user.pk, lowered, limit=search.limit, after=after)
    if not unsure.total:
        return request, found, notices
    message = f"Nothing is that sure; these are guesses below {request.min_confidence} %."
    return lowered, unsure, (*notices, Notice("unsure", message))


def _partly(
    search: _Search,
    request: Request,
    found: FoundPage,
    after: Position | None,
    notices: tuple[Notice, ...],
) -> tuple[Request, FoundPage, tuple[Notice, ...]]:
    """Look for what fits most of a sentence, of which somebody may remember one thing wrongly."""
    confidences = (request.min_confidence, *((UNSURE,) if search.may_be_unsure else ()))
    near = near_request(search.user.pk, request, confidences)
    if near is None:
        return request, found, notices
    partial = get_backend().search(search.user.pk, near[0], limit=search.limit, after=after)
    notice = Notice("partial", f"Nothing fits all of it; these fit {near[1]}.")
    return near[0], partial, (*notices, notice)


def _corrected(
    search: _Search,
    speller: Speller,
    request: Request,
    found: FoundPage,
    after: Position | None,
    notices: tuple[Notice, ...],
) -> tuple[Request, FoundPage, tuple[Notice, ...]]:
    """Try the likeliest spellings of unknown words, and say so when that finds something."""
    for is_wide in (False, True):
        root = speller.corrected(request.root, is_wide=is_wide)
        if root == request.root:
            break
        widened = replace(request, root=root, is_typo=True)
        similar = get_backend().search(search.user.pk, widened, limit=search.limit, after=after)
        if similar.total:
            notice = Notice("typo", f"Nothing is spelled like that; {_tried(speller)}.")
            return widened, similar, (*notices, notice)
    return request, found, (*notices, *_offered(search, speller, request))


def _tried(speller: Speller) -> str:
    words = dict.fromkeys(" or ".join(others) for others in speller.tried.values())
    return f"these are for {', '.join(words)}"


def _offered(search: _Search, speller: Speller, request: Request) -> Iterator[Notice]:
    """Offer other words for those that exist, but not here; they are not searched unasked."""
    speller.forget()
    root = speller.offering(request.root)
    is_offer = bool(speller.offered) and root != request.root
    wanted = replace(request, root=root, is_typo=True)
    if not is_offer or not get_backend().search(search.user.pk, wanted, limit=1).total:
        speller.forget()
        return
    words = ", ".join(speller.offered)
    yield Notice("unknown", f"Nothing here is called {words}.")


def _without_index(user: User, empty: ResultPage) -> ResultPage:
    """A new library has no index yet; one that was lost is made anew.

    A restored one was never indexed here, but is noted from the first moment.
    """
    library = library_of(user)
    was_indexed = library.filter(indexed_version__gt=0).exists()
    if not was_indexed and not (is_library_noted(user.pk) and library.exists()):
        return empty
    enqueue_library(user.pk)
    return replace(empty, notices=(*empty.notices, _REBUILDING), is_available=False)
