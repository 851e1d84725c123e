"""From items made in code to the documents that engines are given, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from bench.search_corpus import MadeItem, Vocabulary, item_id
from search.analysis import words
from search.codes import CODE_FIELDS, indexed_codes
from search.dates import date_words, sort_key
from search.documents import PAGE_BREAK
from search.fields import DATE_WORDS, TYPE_WORDS
from search.levels import level_of
from search.types import Code, LabelEntry, SearchDocument


def search_documents(items: Iterable[MadeItem], known: Vocabulary) -> Iterator[SearchDocument]:
    """Yield each item as ``search.documents`` would, had it been loaded from the database."""
    names = cache(lambda label: _names(label, known))
    groups = cache(lambda name: (words(name),))
    for item in items:
        labels = tuple(
            LabelEntry(name, names(name), level_of(confidence)) for name, confidence in item.labels
        )
        surest: dict[str, int] = {}
        for entry in labels:
            category = known.category_of(entry.name)
            surest[category] = max(surest.get(category, 0), entry.level)
        categories = tuple(LabelEntry(name, groups(name), level) for name, level in surest.items())
        yield _document(item, labels, categories)


def _names(label: str, known: Vocabulary) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(words(name) for name in (label, *known.parents_of(label))))


def _document(
    item: MadeItem, labels: tuple[LabelEntry, ...], categories: tuple[LabelEntry, ...]
) -> SearchDocument:
    return SearchDocument(
        id=item_id(item.number),
        version=1,
        sort_key=sort_key(item.taken_local),
        fields={name: found for name, found in _fields(item).items() if found},
        codes=_codes(item),
        labels=labels,
        categories=categories,
        choices=_choices(item),
        numbers=_numbers(item),
        facets=_facets(item),
    )


def _fields(item: MadeItem) -> dict[str, tuple[str, ...]]:
    city, country, code = item.place or ("", "", "")
    plain = {
        "name": item.file_name,
        "caption": item.caption,
        "place": f"{city}, {country}",
        "country": f"{country} {code}",
        "camera": " ".join(item.camera or ()),
        TYPE_WORDS: f"{item.kind} {item.document_type}",
        DATE_WORDS: date_words(item.taken_local),
        "text": item.text,
        "vendor": item.vendor,
        "field": _printed(item),
    }
    found = {name: words(text) for name, text in plain.items()}
    return found | {name: (*found[name], PAGE_BREAK) for name in ("text", "field") if found[name]}


def _codes(item: MadeItem) -> dict[str, tuple[Code, ...]]:
    plain = {"name": item.file_name, "caption": item.caption, "text": item.text}
    plain["field"] = _printed(item)
    return {name: indexed_codes(name, plain[name]) for name in CODE_FIELDS if plain[name]}


def _printed(item: MadeItem) -> str:
    if item.total_cents is None:
        return ""
    return f"vendor {item.vendor} total {item.total_cents / 100:.2f}"


def _choices(item: MadeItem) -> tuple[str, ...]:
    states = {
        f"type={item.kind}": True,
        f"type={item.document_type}": bool(item.document_type),
        "is=favorite": item.number % 50 == 0,
        "has=text": bool(item.text),
        "has=location": item.place is not None,
        "has=caption": bool(item.caption),
    }
    return tuple(name for name, holds in states.items() if holds)


def _numbers(item: MadeItem) -> dict[str, int]:
    numbers = {
        "taken": sort_key(item.taken_local) // 1000,
        "added": sort_key(item.taken_local) // 1000 + 86_400,
        "size": 500_000 + item.number * 7_919 % 9_000_000,
        "width": (4032, 3024, 1920)[item.number % 3],
        "height": (3024, 4032, 1080)[item.number % 3],
    }
    if item.kind == "video":
        numbers["duration"] = 1000 + item.number * 31 % 300_000
    if item.total_cents is not None:
        numbers["total"] = item.total_cents
    return numbers


def _facets(item: MadeItem) -> dict[str, tuple[str, ...]]:
    values = {
        "kind": item.kind,
        "year": str(item.taken_local.year),
        "place": item.place[0] if item.place else "",
        "camera": item.camera[1] if item.camera else "",
    }
    return {facet: (value,) for facet, value in values.items() if value}
