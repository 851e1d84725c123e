"""Fills a database with a made library, row by row but without the models' ceremony.

Django must be set up, and the database migrated and empty. Only SQLite is spoken.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any

from bench.search_corpus import (
    SEED,
    MadeItem,
    Vocabulary,
    item_id,
    made_items,
    owner_id,
)

AT_ONCE = 5_000
SHOWN_FROM = 55
_WORDS_PER_LINE = 10

Row = dict[str, Any]


def fill(count: int, seed: int = SEED) -> None:
    """Store ``count`` items with their labels, text, fields and thumbs, as if indexed before."""
    from django.db import connection

    vocabulary = Vocabulary()
    made = made_items(count, seed, vocabulary)
    connection.ensure_connection()
    raw: sqlite3.Connection = connection.connection
    raw.execute("PRAGMA synchronous=OFF")
    raw.execute("PRAGMA cache_size=-1000000")
    shared = Taxonomy(vocabulary)
    owners: set[int] = set()
    while batch := list(islice(made, AT_ONCE)):
        tables = _rows(batch, shared)
        new = {item.owner for item in batch} - owners
        owners |= new
        raw.execute("BEGIN")
        _insert(raw, "accounts.User", [_user(owner) for owner in sorted(new)])
        for model, rows in tables.items():
            _insert(raw, model, rows)
        raw.execute("COMMIT")
    connection.close()


class Taxonomy:
    """The labels and categories of the vocabulary, stored once; knows their ids."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        from gallery.models import Category, Label
        from gallery.services.labeling import label_key

        names = dict.fromkeys(vocabulary.labels.values)
        categories = [
            Category(id=_made_id(f"category {name}"), name=name, slug=f"made-{name.lower()}")
            for name in dict.fromkeys(vocabulary.categories)
        ]
        self.categories = {category.name: category.pk.hex for category in categories}
        labels = [
            Label(
                id=_made_id(f"label {name}"),
                name=name,
                key=label_key(name),
                category_id=uuid.UUID(self.categories[vocabulary.category_of(name)]),
            )
            for name in names
        ]
        Category.objects.bulk_create(categories)
        Label.objects.bulk_create(labels)
        self.labels = {label.name: label.pk.hex for label in labels}
        self.category_of = {name: vocabulary.category_of(name) for name in names}
        through = Label.parents.through
        through.objects.bulk_create(
            through(from_label_id=self.labels[name], to_label_id=self.labels[parent])
            for name in names
            for parent in dict.fromkeys(vocabulary.parents_of(name))
            if parent != name
        )


def _made_id(name: str) -> uuid.UUID:
    return uuid.UUID(int=Random(name).getrandbits(128), version=4)


def _user(owner: int) -> Row:
    # Nobody can log in with this: sessions and tokens are made by whoever measures.
    name = f"owner{owner}"
    return {
        "id": owner_id(owner).hex,
        "username": name,
        "email": f"{name}@example.org",
        "password": "!",
    }


def _rows(batch: list[MadeItem], shared: Taxonomy) -> dict[str, list[Row]]:
    """Return the rows of every table that the items need, by model."""
    tables: dict[str, list[Row]] = {}
    for item in batch:
        for model, row in _item_rows(item, shared):
            tables.setdefault(model, []).append(row)
    return tables


def _item_rows(item: MadeItem, shared: Taxonomy) -> Iterator[tuple[str, Row]]:
    pk = item_id(item.number).hex
    yield "gallery.MediaItem", _item_row(item, pk)
    yield "gallery.Job", {"item_id": pk, "step": "index", "lane": "index", "state": "done"}
    yield (
        "gallery.Rendition",
        {
            "item_id": pk,
            "name": "thumb",
            "key": f"renditions/{pk}/thumb.webp",
            "version": "0",
            "content_type": "image/webp",
            "width": 640,
            "height": 480,
        },
    )
    yield from _label_rows(item, pk, shared)
    if item.text:
        yield "gallery.TextPage", _page_row(item, pk)
    for position, (kind, value, normalized) in enumerate(_fields(item)):
        field = {"position": position, "kind": kind, "value": value, "normalized": normalized}
        yield "gallery.DocumentField", {"item_id": pk, "confidence": 90.0, **field}


def _item_row(item: MadeItem, pk: str) -> Row:
    city, country, code = item.place or ("", "", "")
    make, model = item.camera or ("", "")
    return {
        "id": pk,
        "owner_id": owner_id(item.owner).hex,
        "kind": item.kind,
        "document_type": item.document_type,
        "file_name": item.file_name,
        "content_type": "image/jpeg",
        "extension": "jpg",
        "size_bytes": 1_000_000 + item.number,
        "sha256": f"{item.number:064x}",
        "original_key": f"originals/{pk}",
        "caption": item.caption,
        "taken_local": f"{item.taken_local:%Y-%m-%d %H:%M:%S}",
        "taken_source": "exif",
        "width": 4000,
        "height": 3000,
        "duration_ms": 60_000 if item.kind == "video" else None,
        "camera_make": make,
        "camera_model": model,
        "city": city,
        "country": country,
        "country_code": code,
        "has_text": bool(item.text),
        "search_version": 1,
        "indexed_version": 1,
    }


def _label_rows(item: MadeItem, pk: str, shared: Taxonomy) -> Iterator[tuple[str, Row]]:
    random, best = Random(item.number), dict[str, float]()
    for name, confidence in item.labels:
        yield (
            "gallery.MediaLabel",
            {
                "id": f"{random.getrandbits(128):032x}",
                "item_id": pk,
                "label_id": shared.labels[name],
                "confidence": confidence,
                "source": "local",
            },
        )
        if confidence >= SHOWN_FROM:
            category = shared.category_of[name]
            best[category] = max(best.get(category, 0.0), confidence)
    for category, confidence in best.items():
        held = {"category_id": shared.categories[category], "confidence": confidence}
        yield "gallery.MediaCategory", {"item_id": pk, **held}


def _page_row(item: MadeItem, pk: str) -> Row:
    words = item.text.split(" ")
    lines = [
        _line(words[start : start + _WORDS_PER_LINE], start)
        for start in range(0, len(words), _WORDS_PER_LINE)
    ]
    text = "\n".join(line["text"] for line in lines)
    return {"item_id": pk, "number": 1, "source": "local", "lines": json.dumps(lines), "text": text}


def _line(words: list[str], start: int) -> Row:
    top = round(start / 10 * 0.02, 4)
    boxed = [
        {"text": word, "confidence": 97.1, "box": [round(0.05 + 0.09 * n, 4), top, 0.08, 0.015]}
        for n, word in enumerate(words)
    ]
    text = " ".join(words)
    return {"text": text, "confidence": 97.1, "box": [0.05, top, 0.9, 0.015], "words": boxed}


def _fields(item: MadeItem) -> Iterator[tuple[str, str, str]]:
    if item.vendor:
        yield "vendor", item.vendor, ""
    if item.total_cents is not None:
        amount = f"{item.total_cents // 100}.{item.total_cents % 100:02}"
        yield "total", amount, amount


def _insert(raw: sqlite3.Connection, label: str, rows: list[Row]) -> None:
    """Insert rows of which the columns that are not given have the model's defaults."""
    if not rows:
        return
    from django.apps import apps
    from django.db import connection

    model = apps.get_model(label)
    fields = [
        field
        for field in model._meta.local_concrete_fields
        if not (field.primary_key and field.column not in rows[0])
    ]
    defaults = [_default(field, connection) for field in fields]
    columns = [field.column for field in fields]
    given = [column in rows[0] for column in columns]
    made = [
        tuple(
            row[column] if is_given else default
            for column, is_given, default in zip(columns, given, defaults, strict=True)
        )
        for row in rows
    ]
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" for _ in columns)
    raw.executemany(
        f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks})',  # noqa: S608 - ours
        made,
    )


def _default(field: Any, connection: Any) -> Any:
    """Return what the database keeps of a field that nobody set."""
    from django.utils import timezone

    is_stamped = getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False)
    value = timezone.now() if is_stamped else field.get_default()
    return field.get_db_prep_save(value, connection)
