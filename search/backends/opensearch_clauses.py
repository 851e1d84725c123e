"""The clauses of OpenSearch's queries that ours are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from search.backends.encoding import SEPARATOR, currency_choices, level_term
from search.backends.ranking import is_part_of_pairs
from search.levels import HIGHEST
from search.types import Range, Term

Clause = dict[str, Any]

NOTHING: Clause = {"match_none": {}}
_LIMIT = 2**62


def ended(field: str, names: Iterable[str], endings: Sequence[str]) -> Clause:
    return {"terms": {field: [name + ending for name in names for ending in endings]}}


def in_range(leaf: Range) -> Clause:
    if leaf.field == "confidence":
        high = HIGHEST if leaf.high is None else min(leaf.high, HIGHEST)
        levels = [level_term(level) for level in range(leaf.low or 0, high + 1)]
        return {"terms": {"choices": levels}} if levels else NOTHING
    low = -_LIMIT if leaf.low is None else max(leaf.low, -_LIMIT)
    high = _LIMIT if leaf.high is None else min(leaf.high, _LIMIT)
    if low > high:
        return NOTHING
    found: Clause = {"range": {leaf.field: {"gte": low, "lte": high}}}
    if not leaf.currencies:
        return found
    return all_of([found, {"terms": {"choices": currency_choices(leaf)}}])


def sequence(field: str, words: Sequence[str]) -> Clause:
    if len(words) == 1:
        return term(field, words[0])
    return {"match_phrase": {field: " ".join(words)}}


def neighbors(field: str, pair: Sequence[str], slop: int) -> Clause:
    """Return what has both words with at most ``slop`` others between, in either order."""
    within = {"query": " ".join(pair), "mode": "unordered", "max_gaps": slop}
    return {"intervals": {field: {"match": within}}}


def term(field: str, word: str) -> Clause:
    return {"term": {field: word}}


def regexp(field: str, expression: str) -> Clause:
    return {"regexp": {field: {"value": expression, "flags": "NONE"}}}


def expression_of(leaf: Term) -> str:
    """Return the regular expression of a prefix or pattern; nothing for a plain word."""
    last = leaf.words[-1]
    if leaf.pattern:
        return f"[^{SEPARATOR}]".join(escaped(part) for part in last.split("?"))
    if leaf.prefix:
        return f"{escaped(last)}[^{SEPARATOR}]*"
    if is_part_of_pairs(leaf):
        return f"[^{SEPARATOR}]?{escaped(last)}[^{SEPARATOR}]?"
    return ""


def escaped(text: str) -> str:
    """Return ``text`` as a regular expression of the server that matches it alone."""
    return re.sub(r"([^\w])", r"\\\1", text)


def all_of(parts: Iterable[Clause]) -> Clause:
    parts = list(parts)
    return parts[0] if len(parts) == 1 else {"bool": {"filter": parts}}


def any_of(parts: Iterable[Clause]) -> Clause:
    parts = list(parts)
    if len(parts) == 1:
        return parts[0]
    return {"bool": {"should": parts, "minimum_should_match": 1}}
