"""How a document lies in OpenSearch: settings, mapping, encoding, and the schema's version.

The server analyzes nothing: it is given tokens with spaces between them, or whole terms.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from secrets import token_hex
from typing import Any
from uuid import UUID

import orjson

from search.analysis import stem
from search.backends.base import Encoded
from search.backends.encoding import (
    CELLS,
    FACETS,
    NUMBERS,
    code_field,
    code_grams,
    exact_field,
    facet_field,
    fine_field,
    halves,
    label_field,
    label_names,
    label_terms,
    level_terms,
    plain_field,
    plain_names,
    stem_field,
)
from search.backends.opensearch_client import Server
from search.codes import CODE_FIELDS
from search.documents import PAGE_BREAK
from search.fields import FREE_WORD_FIELDS, LABEL_FIELDS, WORD_FIELDS
from search.types import LabelEntry, SearchDocument

VERSION = 6
# The order of hits: by date, then by the two halves of the id.
NEWEST_FIRST = ("sort_key", "item_high", "item_low")
# All free words but those that were read: one place to look instead of six.
SHORT = "short"
SHORT_FIELDS = tuple(name for name in FREE_WORD_FIELDS if name != "text")
# Wider than any phrase may be stretched, so that none spans two fields.
_GAP = 100
# Lucene refuses terms of more than 32,766 bytes, and with them the document.
_LONGEST_TERM = 8_000
_ANALYZER = "given"
# To the server, the break of a page is white space; this is as impossible in a query.
_BREAK = "\u00b6"


def words_field(name: str) -> str:
    return f"words_{name}"


def index_body(server: Server) -> dict[str, Any]:
    """Return settings and mapping of a new index; a change of them needs another VERSION."""
    given = {"type": "custom", "tokenizer": "whitespace"}
    return {
        "settings": {
            "number_of_shards": server.shards,
            "number_of_replicas": server.replicas,
            "refresh_interval": "1s",
            # Documents lie as they are shown, so that a page is full before all are looked at.
            "sort.field": list(NEWEST_FIRST),
            "sort.order": ["desc"] * len(NEWEST_FIRST),
            "analysis": {"analyzer": {_ANALYZER: given}},
        },
        "mappings": {
            "dynamic": "strict",
            "_routing": {"required": True},
            # What is shown comes from the database: only the notes on libraries are kept.
            "_source": {"includes": ["library"]},
            "properties": _properties(),
        },
    }


def _properties() -> dict[str, dict[str, Any]]:
    number = {"type": "long", "doc_values": False}
    properties: dict[str, dict[str, Any]] = {
        "library": {"type": "object", "enabled": False},
        "viewers": _term(counted=False),
        "generation": _term(counted=False),
        **{name: {"type": "long", "index": False} for name in NEWEST_FIRST},
        "version": {"type": "long", "index": False},
        "choices": _term(counted=False),
        CELLS: _term(counted=False),
        exact_field(SHORT): _text(),
        stem_field(SHORT): _term(counted=False),
    }
    for name in WORD_FIELDS:
        properties |= {exact_field(name): _text(), stem_field(name): _term(counted=False)}
        properties[words_field(name)] = _term(searched=False)
    properties |= {code_field(name): _text() for name in CODE_FIELDS}
    for name in LABEL_FIELDS:
        properties |= {label_field(name): _term(counted=False), fine_field(name): _term()}
        properties[plain_field(name)] = _term()
    properties |= {facet_field(facet): _term() for facet in FACETS}
    return properties | dict.fromkeys(NUMBERS, number)


def _term(*, searched: bool = True, counted: bool = True) -> dict[str, Any]:
    return {
        "type": "keyword",
        "index": searched,
        "doc_values": counted,
        "ignore_above": _LONGEST_TERM,
    }


def _text() -> dict[str, Any]:
    return {
        "type": "text",
        "analyzer": _ANALYZER,
        "norms": False,
        "position_increment_gap": _GAP,
    }


def encoded(owner_id: UUID, generation: str, document: SearchDocument) -> Encoded:
    """Encode a document of the owner's library for a bulk of changes."""
    body = orjson.dumps(to_source(document, owner_id, generation)).decode()
    return Encoded(document.id, document.version, body)


def to_source(document: SearchDocument, owner_id: UUID, generation: str) -> dict[str, Any]:
    """Encode a document of the owner's library for the server."""
    values: dict[str, Any] = {
        "viewers": [str(owner_id)],
        "generation": generation,
        "version": document.version,
        **dict(zip(NEWEST_FIRST, (document.sort_key, *halves(document.id)), strict=True)),
        "choices": [*document.choices, *level_terms(document.labels)],
        CELLS: list(document.cells),
    }
    values |= {name: document.numbers[name] for name in NUMBERS if name in document.numbers}
    values |= _word_values(document)
    values |= _label_values("label", document.labels)
    values |= _label_values("category", document.categories)
    values |= plain_names(document.facets)
    return {name: value for name, value in values.items() if value != []}


def _word_values(document: SearchDocument) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, tokens in document.fields.items():
        if tokens:
            values[exact_field(name)] = _spaced(tokens)
            values[stem_field(name)] = _stems(tokens)
            values[words_field(name)] = sorted(set(tokens) - {PAGE_BREAK})
    for name, codes in document.codes.items():
        values[code_field(name)] = code_grams(codes) and " ".join(code_grams(codes))
    short = [document.fields[name] for name in SHORT_FIELDS if document.fields.get(name)]
    values[exact_field(SHORT)] = [_spaced(tokens) for tokens in short]
    values[stem_field(SHORT)] = _stems(token for tokens in short for token in tokens)
    return values


def _spaced(tokens: Iterable[str]) -> str:
    return " ".join(_BREAK if token == PAGE_BREAK else token for token in tokens)


def _stems(tokens: Iterable[str]) -> list[str]:
    return sorted({stem(token) for token in tokens if token != PAGE_BREAK})


def _label_values(field: str, entries: Iterable[LabelEntry]) -> dict[str, list[str]]:
    entries = list(entries)
    terms = {name: sorted(found) for name, found in label_terms(field, entries).items()}
    return terms | label_names(field, entries)


def document_ids(generation: str, item_ids: Iterable[UUID]) -> Iterator[str]:
    """Yield the server's ids of items in one generation of a library.

    Of ids in this alphabet, of a length without padding, the server keeps the bytes alone.
    """
    made_in = bytes.fromhex(generation)
    return (urlsafe_b64encode(made_in + item_id.bytes).decode() for item_id in item_ids)


def new_generation() -> str:
    """Return the name of another generation: eight bytes, which fill up an item's id."""
    return token_hex(8)
