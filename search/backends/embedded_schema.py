"""How a document lies in the embedded index: fields, their encoding, and the schema's version.

Confidence is part of the word: a label's words are kept as ``word SEPARATOR 174``, its level,
and a query for 55 % and above asks for the 91 words from 110 to 200. ``word SEPARATOR +``
stands for a label that is shown at any threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tantivy import Document, Schema, SchemaBuilder

from search.analysis import fold, stem
from search.fields import LABEL_FIELDS, WORD_FIELDS
from search.types import LabelEntry, SearchDocument

VERSION = 1
SEPARATOR = "\x1f"
ALWAYS = "+"
TOKENIZER = "given"
NUMBERS = ("taken", "added", "size", "width", "height", "duration")
PLAIN_FACETS = ("kind", "year", "place", "camera")
FACETS = (*LABEL_FIELDS, *PLAIN_FACETS)
MAX_RUN = 4


def build_schema() -> Schema:
    """Return the schema; a change of it needs another VERSION."""
    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("version", stored=True, fast=True)
    builder.add_integer_field("sort_key", indexed=True, fast=True)
    for name in WORD_FIELDS:
        builder.add_text_field(exact_field(name), tokenizer_name=TOKENIZER)
        builder.add_text_field(stem_field(name), tokenizer_name=TOKENIZER, index_option="basic")
    for name in LABEL_FIELDS:
        for field in (exact_field(name), stem_field(name), whole_field(name), plain_field(name)):
            builder.add_text_field(field, tokenizer_name=TOKENIZER, index_option="basic")
    for field in ("choices", "confidences", *(names_field(facet) for facet in FACETS)):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for facet in FACETS:
        builder.add_text_field(
            facet_field(facet), tokenizer_name="raw", fast=True, index_option="basic"
        )
    for name in NUMBERS:
        builder.add_integer_field(name, indexed=True, fast=True)
    return builder.build()


def exact_field(name: str) -> str:
    return f"exact_{name}"


def stem_field(name: str) -> str:
    return f"stem_{name}"


def whole_field(name: str) -> str:
    return f"whole_{name}"


def plain_field(name: str) -> str:
    return f"plain_{name}"


def facet_field(name: str) -> str:
    return f"facet_{name}"


def names_field(name: str) -> str:
    return f"names_{name}"


def to_document(source: SearchDocument, schema: Schema) -> Document:
    """Encode a document for the engine."""
    values: dict[str, object] = {
        "id": str(source.id),
        "version": source.version,
        "sort_key": source.sort_key,
        "choices": list(source.choices),
        "confidences": sorted({f"{entry.level:03}" for entry in source.labels}),
    }
    values |= {name: source.numbers[name] for name in NUMBERS if name in source.numbers}
    for name, tokens in source.fields.items():
        if tokens:
            values[exact_field(name)] = " ".join(tokens)
            values[stem_field(name)] = " ".join({stem(token) for token in tokens})
    values |= _label_values("label", source.labels) | _label_values("category", source.categories)
    for facet, name in source.facets.items():
        values[facet_field(facet)] = name
        values[names_field(facet)] = list(_starts(name, ""))
    return Document.from_dict({key: value for key, value in values.items() if value != []}, schema)


def levels(entry: LabelEntry) -> tuple[str, ...]:
    """Return the endings under which a label's words are kept."""
    own = f"{entry.level:03}"
    return (own, ALWAYS) if entry.always else (own,)


def runs(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield every run of neighboring words, so that parts of a name can be asked for."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + MAX_RUN, len(words)) + 1):
            yield words[start:end]


def _label_values(field: str, entries: Iterable[LabelEntry]) -> dict[str, object]:
    exact: set[str] = set()
    stems: set[str] = set()
    whole: set[str] = set()
    plain: set[str] = set()
    facet: list[str] = []
    starts: list[str] = []
    for entry in entries:
        for ending in (SEPARATOR + level for level in levels(entry)):
            for name in entry.names:
                whole.add("_".join(name) + ending)
                for run in runs(name):
                    exact.add("_".join(run) + ending)
                    stems.add("_".join(map(stem, run)) + ending)
        plain.update(word for name in entry.names for word in name)
        ending = SEPARATOR + levels(entry)[-1]
        facet.append(entry.name + ending)
        starts.extend(_starts(entry.name, ending))
    sets = ((exact_field, exact), (stem_field, stems), (whole_field, whole), (plain_field, plain))
    joined: dict[str, object] = {name(field): " ".join(found) for name, found in sets if found}
    return joined | {facet_field(field): facet, names_field(field): starts}


def _starts(name: str, ending: str) -> Iterator[str]:
    """Yield the name from each of its words on, folded, for completing what is typed."""
    parts = fold(name).split()
    for start in range(min(len(parts), MAX_RUN)):
        yield " ".join(parts[start:]) + SEPARATOR + name + ending
