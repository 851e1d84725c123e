"""Searching a user's library: what pages and API call."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from itertools import chain
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from gallery.pending import count_pending
from gallery.queries import library_of
from search.absent import notices_of_absent
from search.backends import get_backend
from search.backends.base import IndexBroken, Request, SearchUnavailable
from search.beside import beside
from search.chosen import by_name
from search.cursors import read_cursor, write_cursor
from search.emptiness import help_for_empty
from search.foreign import languages_in
from search.hits import load_hits
from search.language import parse
from search.matching import Matcher
from search.outbox import enqueue_library, is_library_noted
from search.results import ResultPage
from search.sentences import meant
from search.settling import UNSURE, Search, Settled, settle
from search.translation import translated
from search.types import Facets, FoundPage, Notice, Position
from search.typos import Speller

MAX_LIMIT = 100
FOUND_AT_ONCE = 500
FACET_SIZE = 20
FACETS = ("label", "category", "album", "kind", "year", "place", "camera")

_REBUILDING = Notice("rebuilding", "Your search index is being made anew. Try again in a moment.")
_UNAVAILABLE = Notice("unavailable", "Search is not available right now. Try again in a moment.")


class Sort(Enum):
    RELEVANCE = "relevance"
    TAKEN = "taken"


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
    settled = settle(search, None, Speller(get_backend(), user.pk))
    found = settled.found
    while True:
        yield [hit.id for hit in found.ids]
        if found.end is None:
            return
        found = get_backend().search(user.pk, settled.request, limit=FOUND_AT_ONCE, after=found.end)


def settled_search(user: User, text: str, *, min_confidence: int | None = None) -> Settled:
    """Return what ``search_media`` lists for ``text`` in the end, with the first of its hits.

    Where the engine cannot answer, that is what was typed, and no hit.
    """
    search = _search(user, text, min_confidence, {}, Sort.RELEVANCE, limit=1)
    try:
        return settle(search, None, Speller(get_backend(), user.pk))
    except SearchUnavailable:
        return Settled(search.request, search.request, FoundPage((), 0, None))


def _search(
    user: User,
    text: str,
    min_confidence: int | None,
    filters: Mapping[str, Sequence[str]],
    sort: Sort,
    limit: int,
) -> Search:
    threshold = user.shown_confidence if min_confidence is None else min_confidence
    threshold = min(max(threshold, 0), 100)
    chosen = by_name(user, {name: filters.get(name, ()) for name in FACETS})
    zone = user_zone(user)
    query = parse(text, zone)
    absent = notices_of_absent(user, query.root, chosen)
    query = replace(query, notices=(*query.notices, *absent))
    root = translated(meant(query.root, zone), languages_in(query.text))
    request = Request(root, threshold, chosen, is_ranked=sort is Sort.RELEVANCE)
    # Whoever chose a threshold means it; the installation's is but a habit.
    is_habit = min_confidence is None and user.min_confidence is None and threshold > UNSURE
    return Search(user, query, request, limit, may_be_unsure=is_habit)


def user_zone(user: User) -> ZoneInfo:
    """Return the time zone in which the user thinks of days."""
    return ZoneInfo(user.time_zone or timezone.get_default_timezone_name())


def _result_page(search: Search, after: Position | None) -> ResultPage:
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


def _found_page(search: Search, after: Position | None, empty: ResultPage) -> ResultPage:
    speller = Speller(get_backend(), search.user.pk)
    settled = settle(search, after, speller)
    request, found = settled.request, settled.found
    facets: Facets = {}
    if search.with_facets:
        facets = get_backend().facets(search.user.pk, request, size=FACET_SIZE)
    is_first = after is None and request.min_confidence > UNSURE
    unsure = UNSURE if search.may_be_unsure and is_first else None
    extra = beside(search.user, request, found, typed=settled.typed.root, unsure=unsure)
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
