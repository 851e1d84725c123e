"""What narrows a search on its page: values of facets to choose, and chips of what was chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from search.addresses import SearchAddress
from search.results import ResultPage
from search.services import FACETS
from search.types import FacetValue

# The others are behind "more".
FIRST = 8
_TITLES = {
    "label": "Labels",
    "category": "Categories",
    "album": "Albums",
    "kind": "Kind",
    "year": "Year",
    "place": "Places",
    "camera": "Cameras",
}
_ONE = {
    "label": "Label",
    "category": "Category",
    "album": "Album",
    "kind": "Kind",
    "year": "Year",
    "place": "Place",
    "camera": "Camera",
}


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value of a facet; ``url`` chooses it, or takes the choice back."""

    value: FacetValue
    url: str


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A facet. ``first`` are its most frequent values and whatever was chosen."""

    name: str
    title: str
    first: tuple[FacetLink, ...]
    rest: tuple[FacetLink, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that narrows the search; ``url`` is the search without it."""

    title: str
    text: str
    url: str


def facet_groups(address: SearchAddress, result: ResultPage) -> tuple[FacetGroup, ...]:
    """Return the facets that have any value, each value with the address that chooses it."""
    url_of = address.chooser()
    groups = []
    for name in FACETS:
        values = result.facets.get(name, ())
        links = [FacetLink(value, url_of(name, value.value)) for value in values]
        if links:
            groups.append(_group(name, links))
    return tuple(groups)


def _group(name: str, links: list[FacetLink]) -> FacetGroup:
    rest = [link for link in links[FIRST:] if not link.value.selected]
    chosen = [link for link in links[FIRST:] if link.value.selected]
    return FacetGroup(name, _TITLES[name], (*links[:FIRST], *chosen), tuple(rest))


def chips(address: SearchAddress) -> Iterator[Chip]:
    """Yield what was chosen beside the words, each with the address of the search without it."""
    for name, value in address.chosen:
        yield Chip(_ONE[name], value, address.toggled(name, value).url)
    if address.min_confidence is not None:
        text = f"{address.min_confidence} % and above"
        yield Chip("Confidence", text, address.with_confidence(None).url)
