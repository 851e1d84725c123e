"""The address of a search: everything that a link must keep while it changes one thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.http import urlencode

from search.models import SavedSearch


@dataclass(frozen=True, slots=True)
class SearchAddress:
    """A search as its address tells it. ``chosen`` holds pairs of facet and value."""

    text: str
    min_confidence: int | None
    sort: str
    chosen: tuple[tuple[str, str], ...]

    @property
    def url(self) -> str:
        return self.page("")

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """Return the chosen values by facet."""
        filters: dict[str, tuple[str, ...]] = {}
        for name, value in self.chosen:
            filters[name] = (*filters.get(name, ()), value)
        return filters

    @property
    def values(self) -> tuple[tuple[str, str], ...]:
        """Return the names and values of the address."""
        return (("q", self.text), *self.chosen, *self._settings)

    @property
    def _settings(self) -> tuple[tuple[str, str], ...]:
        """Return what the address says behind the words and what was chosen."""
        values: list[tuple[str, str]] = []
        if self.min_confidence is not None:
            values.append(("min_confidence", str(self.min_confidence)))
        if self.sort != "relevance":
            values.append(("sort", self.sort))
        return tuple(values)

    def page(self, cursor: str) -> str:
        """Return the address of the page behind ``cursor``."""
        values = (*self.values, ("cursor", cursor)) if cursor else self.values
        return f"{reverse('search:search')}?{urlencode(values)}"

    def with_text(self, text: str) -> SearchAddress:
        return replace(self, text=text)

    def with_sort(self, sort: str) -> SearchAddress:
        return replace(self, sort=sort)

    def with_confidence(self, min_confidence: int | None) -> SearchAddress:
        return replace(self, min_confidence=min_confidence)

    def with_filters(self, filters: Mapping[str, Sequence[str]]) -> SearchAddress:
        """Choose these values of facets, and no others."""
        pairs = ((name, value) for name, values in filters.items() for value in values)
        return replace(self, chosen=tuple(pairs))

    def toggled(self, name: str, value: str) -> SearchAddress:
        """Choose a value of a facet, or take the choice back."""
        pair = (name, value)
        kept = tuple(other for other in self.chosen if other != pair)
        return replace(self, chosen=kept if pair in self.chosen else (*kept, pair))

    def chooser(self) -> Callable[[str, str], str]:
        """Return what gives the address of ``toggled``, for many values of facets."""
        lead = replace(self, min_confidence=None, sort="relevance").url
        tail = urlencode(self._settings)

        def url_of(name: str, value: str) -> str:
            if (name, value) in self.chosen:
                return self.toggled(name, value).url
            return "&".join(part for part in (lead, urlencode(((name, value),)), tail) if part)

        return url_of


def address_of(saved: SavedSearch) -> SearchAddress:
    """Return the search that was saved."""
    chosen = tuple((str(name), str(value)) for name, value in saved.chosen)
    return SearchAddress(saved.text, saved.min_confidence, saved.sort, chosen)
