"""Chosen values of facets as people and programs name them, and as the index does: by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from accounts.models import User
from gallery.queries import albums_named, categories_named

Filters = dict[str, tuple[str, ...]]


def by_name(user: User, filters: Mapping[str, Sequence[str]]) -> Filters:
    """Return the filters with categories by slug, and albums by id, put as their names."""
    named: Filters = {facet: tuple(values) for facet, values in filters.items() if values}
    if asked := named.get("category"):
        slugs = categories_named(user, asked).values_list("slug", "name")
        named["category"] = _named(asked, slugs)
    if asked := named.get("album"):
        ids = albums_named(user, asked).values_list("pk", "name")
        keys = ((key, name) for pk, name in ids for key in (str(pk), name.casefold()))
        named["album"] = _named(asked, keys)
    return named


def _named(asked: Sequence[str], known: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return for each value the name that it is a key of; what is none stays as it is."""
    names: dict[str, list[str]] = {}
    for key, name in known:
        names.setdefault(key, []).append(name)
    are_names = {name for found in names.values() for name in found}
    return tuple(
        dict.fromkeys(
            name
            for value in asked
            for name in ([value] if value in are_names else names.get(value.casefold(), [value]))
        )
    )
