"""From database rows to what the index knows of an item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from gallery.models import (
    LabelState,
    MediaItem,
)
from search.analysis import words
from search.codes import indexed_codes
from search.dates import known_dates, sort_key
from search.fields import DATE_WORDS, TYPE_WORDS
from search.geocells import cells_of
from search.label_book import LabelBook
from search.levels import HIGHEST, level_of
from search.printed import currency_of, printed_field, total_cents
from search.rows import ItemRow, load_rows, load_texts
from search.types import Code, LabelEntry, SearchDocument

BATCH = 500
MAX_FIELD_TOKENS = 500
# Some six hundred pages of dense print.
MAX_TEXT_TOKENS = 300_000
MAX_PRINTED_TOKENS = 20_000
MAX_ALBUM_TOKENS = 5_000
MAX_PRINTED_CODES = 500
# Between two pages or fields stands a token that no query can contain: no phrase spans both.
PAGE_BREAK = "\x1e"


class Bookmark(NamedTuple):
    """How far a walk through a library has come: the last item that was seen."""

    taken_local: datetime
    item_id: UUID

    def __str__(self) -> str:
        return f"{self.taken_local.isoformat()} {self.item_id}"

    @classmethod
    def read(cls, text: str) -> Bookmark | None:
        """Return what was written so; None for nothing. Raises ValueError for anything else."""
        if not text:
            return None
        taken_local, _, item_id = text.partition(" ")
        return cls(datetime.fromisoformat(taken_local), UUID(item_id))


class Batch(NamedTuple):
    """Some items of a library, and where the walk goes on behind them."""

    item_ids: list[UUID]
    end: Bookmark


def load_documents(
    owner_id: UUID, item_ids: Sequence[UUID], book: LabelBook | None = None
) -> Iterator[SearchDocument]:
    """Yield documents of those ids that are the owner's and not in the trash.

    The number of queries does not depend on the number of items, and the text of
    no more than one is held in memory. ``book`` is kept from call to call by who loads many.
    """
    book = book or LabelBook()
    items = load_rows(owner_id, item_ids)
    book.read(items.values())
    texts = load_texts(item_ids)
    read_id, pages = next(texts, (None, iter(())))
    for raw_id, item in items.items():
        # Pages of items that are not the owner's, or in the trash, come in between.
        while read_id is not None and read_id != raw_id and read_id not in items:
            read_id, pages = next(texts, (None, iter(())))
        yield _document(item, pages if read_id == raw_id else iter(()), book)
        if read_id == raw_id:
            read_id, pages = next(texts, (None, iter(())))


def library_batches(owner_id: UUID, after: Bookmark | None = None) -> Iterator[Batch]:
    """Yield the library in batches of ids, the newest first, whatever its size.

    ``after`` goes on behind a batch. Rows that change meanwhile may come twice or not at
    all: what changes goes to the outbox as well.
    """
    items = MediaItem.objects.filter(owner=owner_id, trashed_at=None)
    items = items.order_by("-taken_local", "-pk")
    while True:
        rest = items
        if after is not None:
            # The first condition alone lets the database begin where it has to.
            same = Q(taken_local=after.taken_local, pk__gte=after.item_id)
            rest = items.filter(taken_local__lte=after.taken_local).exclude(same)
        rows = list(rest.values_list("taken_local", "pk")[:BATCH])
        if not rows:
            return
        after = Bookmark(*rows[-1])
        yield Batch([pk for _, pk in rows], after)


def _document(item: ItemRow, pages: Iterator[str], book: LabelBook) -> SearchDocument:
    text, codes_in_text = _text(pages)
    labels = _label_entries(item, book)
    return SearchDocument(
        id=item.id,
        version=item.search_version,
        sort_key=sort_key(item.taken_local),
        fields=_word_fields(item)
        | _printed_fields(item)
        | {"album": _album_tokens(item), "text": text},
        codes=_codes(item) | {"text": codes_in_text},
        cells=_cells(item),
        labels=tuple(entry for entry, _ in labels),
        categories=_category_entries(item, labels, book),
        choices=_choices(item),
        numbers=_numbers(item),
        facets=_facets(item),
    )


def _word_fields(item: ItemRow) -> dict[str, tuple[str, ...]]:
    plain = {
        "name": item.file_name,
        "caption": item.caption,
        "place": item.place_name,
        "country": f"{item.country} {item.country_code}",
        "camera": f"{item.camera_make} {item.camera_model}",
        TYPE_WORDS: f"{item.kind} {item.document_type}",
        DATE_WORDS: known_dates(item),
    }
    return {name: _short_words(text) for name, text in plain.items()}


@lru_cache(maxsize=8_000)
def _short_words(text: str) -> tuple[str, ...]:
    """Names of places, cameras and months come again and again."""
    return words(text, MAX_FIELD_TOKENS)


def _printed_fields(item: ItemRow) -> dict[str, tuple[str, ...]]:
    """Each field's name and value, apart from one another; and whose receipt it is."""
    tokens: list[str] = []
    vendor: tuple[str, ...] = ()
    for field in item.document_fields:
        if len(tokens) >= MAX_PRINTED_TOKENS:
            break
        tokens += (*words(printed_field(field), MAX_FIELD_TOKENS), PAGE_BREAK)
        if field.kind == "vendor" and not vendor:
            vendor = words(field.value, MAX_FIELD_TOKENS)
    return {"vendor": vendor, "field": tuple(tokens)}


def _album_tokens(item: ItemRow) -> tuple[str, ...]:
    """The names of the item's albums, apart from one another."""
    tokens: list[str] = []
    for album in item.albums:
        if len(tokens) >= MAX_ALBUM_TOKENS:
            break
        tokens += (*words(album.name, MAX_FIELD_TOKENS), PAGE_BREAK)
    return tuple(tokens)


def _codes(item: ItemRow) -> dict[str, tuple[Code, ...]]:
    printed = (
        indexed_codes("field", printed_field(field))
        for field in islice(item.document_fields, MAX_PRINTED_CODES)
    )
    return {
        "name": indexed_codes("name", item.file_name),
        "caption": indexed_codes("caption", item.caption),
        "field": tuple(dict.fromkeys(code for codes in printed for code in codes)),
    }


def _text(pages: Iterator[str]) -> tuple[tuple[str, ...], tuple[Code, ...]]:
    """Return the tokens of all pages, and the codes on them."""
    tokens: list[str] = []
    codes: dict[Code, None] = {}
    for page in pages:
        if len(tokens) >= MAX_TEXT_TOKENS:
            break
        tokens.extend(words(page, MAX_TEXT_TOKENS - len(tokens)))
        codes |= dict.fromkeys(indexed_codes("text", page))
        tokens.append(PAGE_BREAK)
    return tuple(tokens), tuple(codes)


def _label_entries(item: ItemRow, book: LabelBook) -> list[tuple[LabelEntry, str]]:
    """Return the item's labels, each with its category, which may be empty.

    Without those that are hidden, or that their own thresholds keep from sight. No label has the
    name of a parent that is rejected.
    """
    found: list[tuple[LabelEntry, str]] = []
    rejected = frozenset(item.rejected)
    for raw_id, confidence, state in item.labels:
        label = book.label(raw_id)
        if label is None:
            continue
        confirmed = state == LabelState.CONFIRMED.value
        threshold = label.threshold
        if not confirmed and threshold is not None and confidence < threshold:
            continue
        level = HIGHEST if confirmed else level_of(confidence)
        always = confirmed or threshold is not None
        entry = book.label_entry(raw_id, level, always=always, rejected=rejected)
        found.append((entry, label.category))
    return found


def _category_entries(
    item: ItemRow, labels: Sequence[tuple[LabelEntry, str]], book: LabelBook
) -> tuple[LabelEntry, ...]:
    """A category is as sure as the surest of its labels; memberships add those without one."""
    best: dict[str, tuple[int, bool]] = {}
    for entry, category in labels:
        if category:
            level, always = best.get(category, (0, False))
            best[category] = max(level, entry.level), always or entry.always
    for membership in item.memberships:
        if name := book.category(membership.category):
            best.setdefault(name, (level_of(membership.confidence), False))
    return tuple(
        book.category_entry(name, level, always=always) for name, (level, always) in best.items()
    )


def _cells(item: ItemRow) -> tuple[str, ...]:
    position = item.coordinates
    return cells_of(position.latitude, position.longitude) if position else ()


def _choices(item: ItemRow) -> tuple[str, ...]:
    states = {
        f"type={item.kind}": True,
        f"type={item.document_type}": bool(item.document_type),
        "is=favorite": item.favorite,
        "is=archived": item.archived,
        "has=text": item.has_text,
        "has=location": item.coordinates is not None,
        "has=caption": bool(item.caption),
        f"currency={(currency := currency_of(item))}": bool(currency),
    }
    return tuple(name for name, holds in states.items() if holds)


def _numbers(item: ItemRow) -> dict[str, int]:
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


def _facets(item: ItemRow) -> dict[str, tuple[str, ...]]:
    single = {
        "kind": item.kind,
        "year": str(item.taken_local.year),
        "place": item.city or item.region or item.country,
        "camera": item.camera_model or item.camera_make,
    }
    values = {facet: (value,) for facet, value in single.items() if value}
    albums = tuple(album.name for album in item.albums)
    return values | ({"album": albums} if albums else {})
