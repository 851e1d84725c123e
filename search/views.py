"""The search page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from gallery.models import Kind, Rendition
from gallery.queries import albums_of
from gallery.types import Box
from gallery.views.requests import PageRequest, whole_number
from gallery.views.tiles import Tile, tiles_for
from search.addresses import SearchAddress
from search.chosen import by_name
from search.cursors import BadCursor
from search.guide import guide
from search.results import Hit, ResultPage
from search.services import FACETS, Sort, search_media
from search.types import FacetValue, Match

PAGE_SIZE = 48
MAX_CHOSEN = 20
MAX_NAMES = 200
_TITLES = {
    "label": "Labels",
    "category": "Categories",
    "album": "Albums",
    "kind": "Kind",
    "year": "Year",
    "place": "Places",
    "camera": "Cameras",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A page of a document by its rendition's name, or a frame of a video by its stretch."""

    name: str = ""
    start_ms: int | None = None

    def is_shown_by(self, rendition: Rendition) -> bool:
        if self.start_ms is None:
            return rendition.name == self.name
        return rendition.start_ms == self.start_ms


@dataclass(frozen=True, slots=True)
class FoundTile:
    """A hit on the page. ``url`` opens the item at ``reason``, its strongest match.

    ``picture`` shows that page or that second; ``boxes`` lie on it.
    """

    tile: Tile
    hit: Hit
    url: str
    picture: Rendition | None

    @property
    def reason(self) -> Match | None:
        return self.hit.matches[0] if self.hit.matches else None

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Where the reason lies on the picture; none where the picture shows another part."""
        if self.reason is None or self.picture is None:
            return ()
        elsewhere = _part_of(self.hit, self.reason) and self.picture.name == "thumb"
        return () if elsewhere else self.reason.boxes


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value of a facet; ``url`` chooses it, or takes the choice back."""

    value: FacetValue
    url: str


@dataclass(frozen=True, slots=True)
class FacetGroup:
    name: str
    title: str
    links: tuple[FacetLink, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What the page shows. ``next_url`` is empty on the last page of results;
    ``hidden`` are the values of a form that repeats this search."""

    text: str
    result: ResultPage
    tiles: tuple[FoundTile, ...]
    related: tuple[FoundTile, ...]
    facets: tuple[FacetGroup, ...]
    sort: str
    sort_urls: dict[str, str]
    next_url: str
    did_you_mean_url: str
    all_labels_url: str
    album_names: list[str]
    hidden: tuple[tuple[str, str], ...]
    is_continued: bool


@login_required
@require_GET
def search(request: PageRequest) -> HttpResponse:
    """Show what was found, and why."""
    page = search_page(request)
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
    return SearchPage(
        text=address.text,
        result=result,
        tiles=_found_tiles(address.text, result.hits),
        related=_found_tiles(address.text, result.related),
        facets=_facet_groups(address, result),
        sort=address.sort,
        sort_urls={sort.value: address.with_sort(sort.value).url for sort in Sort},
        next_url=address.page(result.next_cursor) if result.next_cursor else "",
        did_you_mean_url=address.with_text(result.did_you_mean).url if result.did_you_mean else "",
        all_labels_url=address.with_confidence(0).url,
        album_names=_album_names(request) if result.total else [],
        hidden=address.values,
        is_continued=bool(cursor),
    )


def _album_names(request: PageRequest) -> list[str]:
    return list(albums_of(request.user).values_list("name", flat=True)[:MAX_NAMES])


def address_from(asked: QueryDict) -> SearchAddress:
    """Return the search that an address or a form describes."""
    raw = asked.get("min_confidence", "")
    sort = asked.get("sort", "")
    return SearchAddress(
        text=asked.get("q", "").strip(),
        min_confidence=whole_number(raw, 0, highest=100) if raw.isdigit() else None,
        sort=sort if sort in {known.value for known in Sort} else Sort.RELEVANCE.value,
        chosen=tuple(
            (name, value) for name in FACETS for value in asked.getlist(name)[:MAX_CHOSEN]
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


def _found_tiles(text: str, hits: Sequence[Hit]) -> tuple[FoundTile, ...]:
    tiles = tiles_for([hit.item for hit in hits])
    parts = _parts_shown(hits)
    return tuple(
        FoundTile(tile, hit, _item_url(text, hit), parts.get(hit.item.pk, tile.thumb))
        for tile, hit in zip(tiles, hits, strict=True)
    )


def _parts_shown(hits: Sequence[Hit]) -> dict[UUID, Rendition]:
    """The page or frame of the strongest match, for hits that matched within their item."""
    wanted = {
        hit.item.pk: part for hit in hits if hit.matches and (part := _part_of(hit, hit.matches[0]))
    }
    pages = Q(name__in={part.name for part in wanted.values()})
    frames = Q(start_ms__in={part.start_ms for part in wanted.values()})
    found = Rendition.objects.filter(pages | frames, item__in=wanted)
    return {part.item_id: part for part in found if wanted[part.item_id].is_shown_by(part)}


def _part_of(hit: Hit, match: Match) -> Part | None:
    """Where in its item the match lies; None where the thumb shows it."""
    if hit.item.kind == Kind.VIDEO:
        return Part(start_ms=match.start_ms) if match.start_ms is not None else None
    if match.page is None or match.page == 1:
        return None
    return Part(name=f"page-{match.page:04d}")


def _item_url(text: str, hit: Hit) -> str:
    """Return where the item opens: at the page or second of its strongest match."""
    values: dict[str, str | int] = {"q": text} if text else {}
    for match in hit.matches[:1]:
        if match.page is not None and match.page > 1:
            values["page"] = match.page
        if match.start_ms is not None:
            values["t"] = match.start_ms
    address = reverse("gallery:item", args=[hit.item.pk])
    return f"{address}?{urlencode(values)}" if values else address


def _facet_groups(address: SearchAddress, result: ResultPage) -> tuple[FacetGroup, ...]:
    groups = []
    for name in FACETS:
        values = result.facets.get(name, ())
        links = tuple(FacetLink(value, address.toggled(name, value.value).url) for value in values)
        if links:
            groups.append(FacetGroup(name, _TITLES[name], links))
    return tuple(groups)
