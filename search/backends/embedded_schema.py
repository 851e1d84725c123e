"""How a document lies in the embedded index: fields, their encoding, and the schema's version.

A query for labels of 55 % and above asks for the 91 words from 110 to 200, and for the
one that ends in ALWAYS.
"""

from __future__ import annotations

from collections.abc import Sequence

from tantivy import Document, Schema, SchemaBuilder

from search.analysis import stem
from search.backends.encoding import (
    FACETS,
    NUMBERS,
    code_field,
    code_grams,
    exact_field,
    facet_field,
    label_names,
    label_text,
    names_field,
    plain_field,
    plain_names,
    stem_field,
    whole_field,
)
from search.codes import CODE_FIELDS
from search.fields import LABEL_FIELDS, WORD_FIELDS
from search.types import LabelEntry, SearchDocument

VERSION = 4
ALWAYS = "+"
TOKENIZER = "given"


def build_schema() -> Schema:
    """Return the schema; a change of it needs another VERSION."""
    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("version", stored=True, fast=True)
    builder.add_integer_field("sort_key", indexed=True, fast=True)
    for name in WORD_FIELDS:
        builder.add_text_field(exact_field(name), tokenizer_name=TOKENIZER)
        builder.add_text_field(stem_field(name), tokenizer_name=TOKENIZER, index_option="basic")
    for name in CODE_FIELDS:
        builder.add_text_field(code_field(name), tokenizer_name=TOKENIZER)
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
            values[stem_field(name)] = " ".join(set(map(stem, tokens)))
    for name, codes in source.codes.items():
        if codes:
            values[code_field(name)] = " ".join(code_grams(codes))
    values |= _label_values("label", source.labels) | _label_values("category", source.categories)
    values |= plain_names(source.facets)
    return Document.from_dict({key: value for key, value in values.items() if value != []}, schema)


def _label_values(field: str, entries: Sequence[LabelEntry]) -> dict[str, object]:
    if not entries:
        return {}
    return {**label_text(field, entries, ALWAYS), **label_names(field, entries, ALWAYS)}
