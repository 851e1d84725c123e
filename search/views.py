"""The search page."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gallery.queries import albums_of
from gallery.views.requests import PageRequest, whole_number
from search.addresses import SearchAddress
from search.chosen import by_name
from search.cursors import BadCursor
from search.guide import guide
from search.language import MAX_LENGTH
from search.narrowed import Chip, FacetGroup, chips, facet_groups
from search.results import ResultPage
from search.services import FACETS, Sort, search_media
from search.tiles import FoundTile, found_tiles

PAGE_SIZE = 48
MAX_CHOSEN = 20
MAX_NAMES = 200
MAX_VALUE = 200


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What the page shows. ``next_url`` is empty on the last page of results;
    ``hidden`` are the values of a form that repeats this search."""

    text: str
    result: ResultPage
    tiles: tuple[FoundTile, ...]
    related: tuple[FoundTile, ...]
    facets: tuple[FacetGroup, ...]
    chips: tuple[Chip, ...]
    unfiltered_url: str
    sort: str
    sort_urls: dict[str, str]
    next_url: str
    did_you_mean_url: str
    all_labels_url: str
    album_names: list[str]
    hidden: tuple[tuple[str, str], ...]
    is_continued: bool

    @property
    def state(self) -> str:
        """What a page that waits for more asks about: it is fetched anew when this differs."""
        return state_of(self.result)

    @property
    def is_nearly(self) -> bool:
        """True when nothing fits, and what follows fits some of the words."""
        return not self.result.total and any(n.code == "partial" for n in self.result.notices)


@login_required
@require_GET
def search(request: PageRequest) -> HttpResponse:
    """Show what was found, and why; to a page that waits, only what has changed."""
    known = request.GET.get("state")
    if known is not None and known == _state(request):
        return HttpResponse(status=204)
    page = search_page(request)
    if known is not None:
        return render(request, "search/results.html", {"page": page})
    status = 200 if page.result.is_available else 503
    return render(request, "search/search.html", {"page": page}, status=status)


@login_required
@require_GET
def search_help(request: PageRequest) -> HttpResponse:
    """Explain the language, from the table that the parser reads."""
    return render(request, "search/help.html", {"sections": guide()})


def search_page(request: PageRequest) -> SearchPage:
    """Search for what the address says."""
    address = address_from(request.GET)
    # Links take back what was chosen by the names that facets have.
    address = address.with_filters(by_name(request.user, address.filters))
    cursor = request.GET.get("cursor", "")
    try:
        result = _result(request, address, cursor)
    except BadCursor:
        # An old link: the first page is of more use than an error.
        cursor, result = "", _result(request, address, "")
    tiles = found_tiles(address.text, (*result.hits, *result.related))
    return SearchPage(
        text=address.text,
        result=result,
        tiles=tiles[: len(result.hits)],
        related=tiles[len(result.hits) :],
        facets=facet_groups(address, result),
        chips=tuple(chips(address)),
        unfiltered_url=address.with_filters({}).with_confidence(None).url,
        sort=address.sort,
        sort_urls={sort.value: address.with_sort(sort.value).url for sort in Sort},
        next_url=address.page(result.next_cursor) if result.next_cursor else "",
        did_you_mean_url=address.with_text(result.did_you_mean).url if result.did_you_mean else "",
        all_labels_url=address.with_confidence(0).url,
        album_names=_album_names(request) if result.total else [],
        hidden=address.values,
        is_continued=bool(cursor),
    )


def _state(request: PageRequest) -> str:
    """Return what the page's state would be, for the price of its first hit."""
    address = address_from(request.GET)
    filters = by_name(request.user, address.filters)
    return state_of(
        search_media(
            request.user,
            address.text,
            min_confidence=address.min_confidence,
            filters=filters,
            limit=1,
        )
    )


def state_of(result: ResultPage) -> str:
    """Return how many items there are to see and to come."""
    return f"{result.total}-{result.pending}-{int(result.is_available)}"


def _album_names(request: PageRequest) -> list[str]:
    return list(albums_of(request.user).values_list("name", flat=True)[:MAX_NAMES])


def address_from(asked: QueryDict) -> SearchAddress:
    """Return the search that an address or a form describes."""
    raw = asked.get("min_confidence", "")
    sort = asked.get("sort", "")
    return SearchAddress(
        # One more than is read, so that it is said.
        text=asked.get("q", "").strip()[: MAX_LENGTH + 1],
        min_confidence=whole_number(raw, 0, highest=100) if raw.isdigit() else None,
        sort=sort if sort in {known.value for known in Sort} else Sort.RELEVANCE.value,
        chosen=tuple(
            (name, value[:MAX_VALUE])
            for name in FACETS
            for value in asked.getlist(name)[:MAX_CHOSEN]
        ),
    )


def _result(request: PageRequest, address: SearchAddress, cursor: str) -> ResultPage:
    return search_media(
        request.user,
        address.text,
        min_confidence=address.min_confidence,
        filters=address.filters,
        sort=Sort(address.sort),
        cursor=cursor,
        limit=PAGE_SIZE,
        with_facets=not cursor,
    )
