"""From database rows to what the index knows of an item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from gallery.models import (
    Album,
    CategoryState,
    Label,
    LabelState,
    MediaCategory,
    MediaItem,
    MediaLabel,
    TextPage,
)
from gallery.taxonomy.everyday import everyday_words
from search.analysis import words
from search.codes import indexed_codes
from search.dates import known_dates, sort_key
from search.fields import DATE_WORDS, TYPE_WORDS
from search.levels import HIGHEST, level_of
from search.printed import printed_field, total_cents
from search.types import Code, LabelEntry, SearchDocument

BATCH = 200
PAGES_AT_ONCE = 20
MAX_FIELD_TOKENS = 500
# Some six hundred pages of dense print.
MAX_TEXT_TOKENS = 300_000
MAX_PRINTED_TOKENS = 20_000
MAX_ALBUM_TOKENS = 5_000
MAX_PRINTED_CODES = 500
# Between two pages or fields stands a token that no query can contain: no phrase spans both.
PAGE_BREAK = "\x1e"


def load_documents(owner_id: UUID, item_ids: Sequence[UUID]) -> Iterator[SearchDocument]:
    """Yield documents of those ids that are the owner's and not in the trash.

    The number of queries does not depend on the number of items, and the text of
    no more than one is held in memory.
    """
    library = MediaItem.objects.filter(owner=owner_id, trashed_at=None, pk__in=item_ids)
    items = list(with_search_rows(library).order_by("pk"))
    pages = TextPage.objects.filter(item__in=items).order_by("item_id", "number")
    texts = groupby(
        pages.only("item_id", "number", "text").iterator(chunk_size=PAGES_AT_ONCE),
        key=lambda page: page.item_id,
    )
    read_id, read = next(texts, (None, iter(())))
    names = _NameBook()
    for item in items:
        yield _document(item, read if read_id == item.pk else (), names)
        if read_id == item.pk:
            read_id, read = next(texts, (None, iter(())))


def library_batches(owner_id: UUID) -> Iterator[list[UUID]]:
    """Yield the ids of the owner's library in batches, whatever its size."""
    items = MediaItem.objects.filter(owner=owner_id, trashed_at=None).order_by("pk")
    last: UUID | None = None
    while True:
        rest = items if last is None else items.filter(pk__gt=last)
        ids = list(rest.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield ids
        last = ids[-1]


class _NameBook:
    """The analyzed names of each label, worked out once for many items."""

    def __init__(self) -> None:
        self._names: dict[UUID, tuple[tuple[str, ...], ...]] = {}

    def names_of(self, label: Label) -> tuple[tuple[str, ...], ...]:
        if label.pk not in self._names:
            found = (words(name, MAX_FIELD_TOKENS) for name in spoken_names(label))
            self._names[label.pk] = tuple(dict.fromkeys(name for name in found if name))
        return self._names[label.pk]


def _document(item: MediaItem, pages: Iterable[TextPage], names: _NameBook) -> SearchDocument:
    """Build the document of an item that has its search rows prefetched, and of its pages."""
    labels = [(row, entry) for row in item.labels.all() for entry in _label_entry(row, names)]
    text, codes_in_text = _text(pages)
    return SearchDocument(
        id=item.pk,
        version=item.search_version,
        sort_key=sort_key(item.taken_local),
        fields=_word_fields(item)
        | _printed_fields(item)
        | {"album": _album_tokens(item), "text": text},
        codes=_codes(item) | {"text": codes_in_text},
        labels=tuple(entry for _, entry in labels),
        categories=_category_entries(item, labels),
        choices=_choices(item),
        numbers=_numbers(item),
        facets=_facets(item),
    )


def with_search_rows(items: QuerySet[MediaItem]) -> QuerySet[MediaItem]:
    """Prefetch what documents and matches are made of: labels that may show, and memberships."""
    labels = MediaLabel.objects.exclude(state=LabelState.REJECTED).filter(label__hidden=False)
    kept = MediaCategory.objects.exclude(category__state=CategoryState.DISMISSED)
    return items.prefetch_related(
        # Prefetched rather than joined: many rows then share the few labels and categories.
        Prefetch("labels", labels),
        Prefetch("labels__label", Label.objects.select_related("category")),
        Prefetch("labels__label__parents", Label.objects.filter(hidden=False)),
        "document_fields",
        Prefetch("memberships", kept),
        "memberships__category",
        Prefetch("albums", Album.objects.only("name").order_by("name")),
    )


def _word_fields(item: MediaItem) -> dict[str, tuple[str, ...]]:
    plain = {
        "name": item.file_name,
        "caption": item.caption,
        "place": item.place_name,
        "country": f"{item.country} {item.country_code}",
        "camera": f"{item.camera_make} {item.camera_model}",
        TYPE_WORDS: f"{item.kind} {item.document_type}",
        DATE_WORDS: known_dates(item),
    }
    return {name: words(text, MAX_FIELD_TOKENS) for name, text in plain.items()}


def _printed_fields(item: MediaItem) -> dict[str, tuple[str, ...]]:
    """Each field's name and value, apart from one another; and whose receipt it is."""
    tokens: list[str] = []
    vendor: tuple[str, ...] = ()
    for field in item.document_fields.all():
        if len(tokens) >= MAX_PRINTED_TOKENS:
            break
        tokens += (*words(printed_field(field), MAX_FIELD_TOKENS), PAGE_BREAK)
        if field.kind == "vendor" and not vendor:
            vendor = words(field.value, MAX_FIELD_TOKENS)
    return {"vendor": vendor, "field": tuple(tokens)}


def _album_tokens(item: MediaItem) -> tuple[str, ...]:
    """The names of the item's albums, apart from one another."""
    tokens: list[str] = []
    for album in item.albums.all():
        if len(tokens) >= MAX_ALBUM_TOKENS:
            break
        tokens += (*words(album.name, MAX_FIELD_TOKENS), PAGE_BREAK)
    return tuple(tokens)


def _codes(item: MediaItem) -> dict[str, tuple[Code, ...]]:
    printed = (
        indexed_codes("field", printed_field(field))
        for field in islice(item.document_fields.all(), MAX_PRINTED_CODES)
    )
    return {
        "name": indexed_codes("name", item.file_name),
        "caption": indexed_codes("caption", item.caption),
        "field": tuple(dict.fromkeys(code for codes in printed for code in codes)),
    }


def _text(pages: Iterable[TextPage]) -> tuple[tuple[str, ...], tuple[Code, ...]]:
    """Return the tokens of all pages, and the codes on them."""
    tokens: list[str] = []
    codes: dict[Code, None] = {}
    for page in pages:
        if len(tokens) >= MAX_TEXT_TOKENS:
            break
        tokens.extend(words(page.text, MAX_TEXT_TOKENS - len(tokens)))
        codes |= dict.fromkeys(indexed_codes("text", page.text))
        tokens.append(PAGE_BREAK)
    return tuple(tokens), tuple(codes)


def _label_entry(row: MediaLabel, names: _NameBook) -> Iterator[LabelEntry]:
    """Yield the label's entry, unless its own threshold keeps it from being shown."""
    label = row.label
    confirmed = row.state == LabelState.CONFIRMED
    threshold = label.threshold
    if not confirmed and threshold is not None and row.confidence < threshold:
        return
    always = confirmed or threshold is not None
    level = HIGHEST if confirmed else level_of(row.confidence)
    yield LabelEntry(label.name, names.names_of(label), level, always)


def spoken_names(label: Label) -> list[str]:
    """Return the label's name first, then its other names, its parents and their aliases."""
    spoken = [label.name, *map(str, label.aliases), *everyday_words(label.name)]
    for parent in label.parents.all():
        spoken += [parent.name, *map(str, parent.aliases)]
    return list(dict.fromkeys(spoken))


def _category_entries(
    item: MediaItem, labels: Sequence[tuple[MediaLabel, LabelEntry]]
) -> tuple[LabelEntry, ...]:
    """A category is as sure as the surest of its labels; memberships add those without one."""
    best: dict[str, LabelEntry] = {}
    for row, label in labels:
        category = row.label.category
        if category is None or category.state == CategoryState.DISMISSED:
            continue
        entry = _category_entry(category.name, label.level, always=label.always)
        known = best.get(category.name, entry)
        level = max(known.level, entry.level)
        best[category.name] = replace(entry, level=level, always=known.always or entry.always)
    for membership in item.memberships.all():
        name = membership.category.name
        if name not in best:
            best[name] = _category_entry(name, level_of(membership.confidence), always=False)
    return tuple(best.values())


def _category_entry(name: str, level: int, *, always: bool) -> LabelEntry:
    return LabelEntry(name, (words(name, MAX_FIELD_TOKENS),), level, always)


def _choices(item: MediaItem) -> tuple[str, ...]:
    states = {
        f"type={item.kind}": True,
        f"type={item.document_type}": bool(item.document_type),
        "is=favorite": item.favorite,
        "is=archived": item.archived,
        "has=text": item.has_text,
        "has=location": item.coordinates is not None,
        "has=caption": bool(item.caption),
    }
    return tuple(name for name, holds in states.items() if holds)


def _numbers(item: MediaItem) -> dict[str, int]:
    numbers = {
        "taken": sort_key(item.taken_local) // 1000,
        "added": sort_key(item.added_at) // 1000,
        "size": item.size_bytes,
        "width": item.width,
        "height": item.height,
    }
    if item.duration_ms is not None:
        numbers["duration"] = item.duration_ms
    if (total := total_cents(item)) is not None:
        numbers["total"] = total
    return numbers


def _facets(item: MediaItem) -> dict[str, tuple[str, ...]]:
    single = {
        "kind": item.kind,
        "year": str(item.taken_local.year),
        "place": item.city or item.region or item.country,
        "camera": item.camera_model or item.camera_make,
    }
    values = {facet: (value,) for facet, value in single.items() if value}
    albums = tuple(album.name for album in item.albums.all())
    return values | ({"album": albums} if albums else {})
