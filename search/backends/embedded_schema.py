"""How a document lies in the embedded index: fields, their encoding, and the schema's version."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from tantivy import Schema, SchemaBuilder

from search.analysis import stem
from search.backends.base import Encoded
from search.backends.embedded_columns import COLUMNS, counted_names
from search.backends.encoding import (
    CELLS,
    FACETS,
    NUMBERS,
    begun_names,
    code_field,
    code_grams,
    exact_field,
    facet_field,
    fine_field,
    halves,
    label_field,
    label_names,
    label_text,
    level_terms,
    names_field,
    plain_field,
    plain_names,
    stem_field,
)
from search.codes import CODE_FIELDS
from search.fields import LABEL_FIELDS, WORD_FIELDS
from search.types import LabelEntry, SearchDocument

VERSION = 7
TOKENIZER = "given"


def build_schema() -> Schema:
    """Return the schema; a change of it needs another VERSION."""
    builder = SchemaBuilder()
    builder.add_integer_field("id_high", fast=True)
    builder.add_integer_field("id_low", indexed=True, fast=True)
    for name in ("version", "sort_key", *NUMBERS):
        builder.add_integer_field(name, fast=True)
    for name in WORD_FIELDS:
        builder.add_text_field(exact_field(name), tokenizer_name=TOKENIZER)
        builder.add_text_field(stem_field(name), tokenizer_name=TOKENIZER, index_option="basic")
    for name in CODE_FIELDS:
        builder.add_text_field(code_field(name), tokenizer_name=TOKENIZER)
    for name in LABEL_FIELDS:
        for field in (label_field(name), plain_field(name)):
            builder.add_text_field(field, tokenizer_name=TOKENIZER, index_option="basic")
    counted = (*map(names_field, FACETS), *map(facet_field, FACETS), *map(fine_field, LABEL_FIELDS))
    for field in ("choices", CELLS, *counted):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for column in COLUMNS:
        builder.add_unsigned_field(column, fast=True)
    return builder.build()


def encoded(source: SearchDocument) -> Encoded:
    """Encode a document for the engine, but for the columns it is counted by."""
    body = orjson.dumps(_values(source)).decode()
    return Encoded(source.id, source.version, body, counted_names(source))


def _values(source: SearchDocument) -> dict[str, object]:
    high, low = halves(source.id)
    values: dict[str, object] = {
        "id_high": high,
        "id_low": low,
        "version": source.version,
        "sort_key": source.sort_key,
        "choices": [*source.choices, *level_terms(source.labels)],
        CELLS: list(source.cells),
    }
    values |= {name: source.numbers[name] for name in NUMBERS if name in source.numbers}
    for name, tokens in source.fields.items():
        if tokens:
            values[exact_field(name)] = " ".join(tokens)
            values[stem_field(name)] = " ".join(set(map(stem, tokens)))
    for name, codes in source.codes.items():
        if codes:
            values[code_field(name)] = " ".join(code_grams(codes))
    values |= _label_values("label", source.labels) | _label_values("category", source.categories)
    values |= plain_names(source.facets)
    values |= {names_field(facet): begun_names(names) for facet, names in source.facets.items()}
    return {key: value for key, value in values.items() if value != []}


def _label_values(field: str, entries: Sequence[LabelEntry]) -> dict[str, object]:
    if not entries:
        return {}
    begun = begun_names(entry.name for entry in entries)
    return {**label_text(field, entries), **label_names(field, entries), names_field(field): begun}
