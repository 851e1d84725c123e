"""From the query's tree to OpenSearch's own queries. The user's text reaches none of its parsers.

All tiers are asked together, as a way to the server takes longer; nothing is ever scored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.analysis import stem
from search.backends.base import Request
from search.backends.encoding import (
    CELLS,
    SEPARATOR,
    WHOLE,
    code_field,
    code_phrases,
    counted_endings,
    exact_field,
    facet_field,
    fine_field,
    label_field,
    stem_field,
)
from search.backends.opensearch_clauses import (
    NOTHING,
    Clause,
    all_of,
    any_of,
    ended,
    expression_of,
    in_range,
    neighbors,
    regexp,
    sequence,
    term,
)
from search.backends.opensearch_schema import SHORT, SHORT_FIELDS
from search.backends.ranking import (
    has_stems,
    label_endings,
    label_spellings,
    near_pairs,
    tiers,
)
from search.fields import FREE_WORD_FIELDS, LABEL_FIELDS, PEOPLE, STRONG_FIELDS
from search.geocells import circle
from search.typed_codes import code_fields, code_spellings, with_joined_codes
from search.types import And, Choice, Leaf, Near, Node, Not, Or, Phrase, Range, Term, Tier

# The server refuses more than 1,024; the rest is for the filters around a query.
MAX_CLAUSES = 900
# It refuses more than 65,536 terms in one clause, too; each name comes with up to 101 endings.
_NAMES_AT_ONCE = 300
_NOT_A_CLAUSE = {"bool", "filter", "should", "must_not"}


def compile_request(request: Request, *, without: str | None = None) -> Clause:
    """Return the query for all that is found; ``without`` is a facet whose filter is left out."""
    return _compiler(request).found(tiers(request)[-1], without=without)


def compile_tiers(request: Request) -> dict[Tier, Clause]:
    """Return for each tier the query for what is in it and in no better one, best first.

    Tiers are left out in which nothing can be that is in no better one.
    """
    compiler = _compiler(request)
    ranks = tiers(request)
    return {
        tier: compiler.found(tier, better)
        for better, tier in zip((None, *ranks), ranks, strict=False)
        if better is None or compiler.at(tier) != compiler.at(better)
    }


def _compiler(request: Request) -> _Compiler:
    """Return what compiles the request.

    A query too long for the server is asked in its literal form: words joined by
    punctuation then match as a phrase alone.
    """
    compiler = _Compiler(request)
    clauses = sum(_clauses(compiler.found(tier)) for tier in tiers(request))
    return compiler if clauses <= MAX_CLAUSES else _Compiler(request, is_literal=True)


class _Compiler:
    """Compiles for one request: its threshold decides which labels a word can meet."""

    def __init__(self, request: Request, *, is_literal: bool = False) -> None:
        self._request = request
        self._root = request.root and with_joined_codes(request.root)
        # Worked out once for all tiers; never kept beyond the request.
        self._circles: dict[Near, list[str]] = {}
        self._roots: dict[Tier, Clause] = {}
        self._is_literal = is_literal

    def found(
        self, tier: Tier, better: Tier | None = None, *, without: str | None = None
    ) -> Clause:
        """Return what fits at least as well as ``tier``, and not as well as ``better``."""
        parts = [
            self._chosen(facet, values)
            for facet, values in self._request.filters.items()
            if facet != without and values
        ]
        if self._root is None:
            return {"bool": {"filter": parts}}
        parts.append(self.at(tier))
        shut_out = [self.at(better)] if better is not None else []
        return {"bool": {"filter": parts, "must_not": shut_out}}

    def at(self, tier: Tier) -> Clause:
        """Return what was asked for, without filters, as it is looked for in a tier."""
        if self._root is None:
            return {"match_all": {}}
        if tier not in self._roots:
            self._roots[tier] = self._node(self._root, tier)
        return self._roots[tier]

    def _chosen(self, facet: str, values: Sequence[str]) -> Clause:
        if facet not in LABEL_FIELDS:
            return {"terms": {facet_field(facet): list(values)}}
        blocks, percents = counted_endings(self._request.min_confidence)
        kept = ((facet_field(facet), blocks), (fine_field(facet), percents))
        chunks = (values[at : at + _NAMES_AT_ONCE] for at in range(0, len(values), _NAMES_AT_ONCE))
        return any_of(
            ended(field, names, endings) for names in chunks for field, endings in kept if endings
        )

    def _node(self, node: Node, tier: Tier) -> Clause:
        if isinstance(node, And):
            return all_of(self._node(child, tier) for child in node.children)
        if isinstance(node, Or):
            return any_of(self._node(child, tier) for child in node.children)
        if isinstance(node, Not):
            # What a negation shuts out does not depend on the tier, or the tiers would not nest.
            return {"bool": {"must_not": [self._node(node.child, Tier.STEM)]}}
        return self._leaf(node, tier)

    def _leaf(self, leaf: Leaf, tier: Tier) -> Clause:
        if isinstance(leaf, Choice):
            return self._choice(leaf)
        if isinstance(leaf, Range):
            return in_range(leaf)
        if isinstance(leaf, Near):
            return {"terms": {CELLS: self._cells(leaf)}}
        options: list[Clause] = []
        for field in self._fields(leaf, tier):
            in_labels = field in LABEL_FIELDS
            options += (
                self._label(leaf, field, tier) if in_labels else self._word(leaf, field, tier)
            )
        return any_of([*options, *self._codes(leaf, tier)])

    def _cells(self, leaf: Near) -> list[str]:
        if leaf not in self._circles:
            self._circles[leaf] = sorted(circle(*leaf.center, leaf.radius_m))
        return self._circles[leaf]

    def _codes(self, leaf: Term | Phrase, tier: Tier) -> Iterator[Clause]:
        """Yield what finds codes that the word is a part of, which is no exact hit."""
        if tier > Tier.STEM:
            return
        for spelling in code_spellings(leaf):
            for field in code_fields(leaf, FREE_WORD_FIELDS):
                for phrase in code_phrases(spelling):
                    yield sequence(code_field(field), phrase)

    def _fields(self, leaf: Term | Phrase, tier: Tier) -> Sequence[str]:
        if leaf.field:
            return (leaf.field,)
        if tier is Tier.STRONG and isinstance(leaf, Term):
            return STRONG_FIELDS
        # Only what is found at one place, in one field, may be looked up in all at once.
        is_whole = isinstance(leaf, Phrase) and len(near_pairs(leaf)) < 2
        if self._is_literal or is_whole or len(leaf.words) == 1:
            return (*LABEL_FIELDS, "text", SHORT)
        return (*LABEL_FIELDS, "text", *SHORT_FIELDS)

    # Text fields: exact tokens with positions, and the set of their stems.

    def _word(self, leaf: Term | Phrase, field: str, tier: Tier) -> list[Clause]:
        found = [self._exact_word(leaf, exact_field(field))]
        if isinstance(leaf, Term) and tier <= Tier.STEM and self._has_stems(leaf):
            found.append(all_of(term(stem_field(field), stem(word)) for word in leaf.words))
        return found

    def _has_stems(self, leaf: Term) -> bool:
        return has_stems(leaf) and not (self._is_literal and len(leaf.words) > 1)

    def _exact_word(self, leaf: Term | Phrase, field: str) -> Clause:
        if isinstance(leaf, Phrase):
            near = [neighbors(field, pair, leaf.slop) for pair in near_pairs(leaf)]
            return all_of(near or [sequence(field, leaf.words)])
        if leaf.variants:
            return {"terms": {field: [*leaf.words, *leaf.variants]}}
        if expression := expression_of(leaf):
            return all_of([*self._before_last(leaf, field), regexp(field, expression)])
        return sequence(field, leaf.words)

    def _before_last(self, leaf: Term, field: str) -> list[Clause]:
        before = leaf.words[:-1]
        if self._is_literal and before:
            return [sequence(field, before)]
        return [term(field, word) for word in before]

    # Labels and categories: words with their confidence.

    def _label(self, leaf: Term | Phrase, field: str, tier: Tier) -> list[Clause]:
        endings = label_endings(self._request, leaf, tier)
        if not endings:
            return [NOTHING]
        if isinstance(leaf, Term) and (expression := expression_of(leaf)):
            ending = "|".join(ending[1:] for ending in endings)
            mark = WHOLE if leaf.exact else f"{WHOLE}?"
            return [regexp(label_field(field), f"{mark}{expression}{SEPARATOR}({ending})")]
        has_forms = isinstance(leaf, Term) and self._has_stems(leaf)
        names = label_spellings(leaf, tier, has_stems=has_forms)
        return [ended(label_field(field), names, endings)]

    # Everything that is not words.

    def _choice(self, leaf: Choice) -> Clause:
        if (leaf.field, leaf.value) == ("has", "people"):
            names = [WHOLE + word for word in PEOPLE]
            endings = label_endings(self._request, None, Tier.STEM)
            return ended(label_field("label"), names, endings)
        return term("choices", f"{leaf.field}={leaf.value}")


def _clauses(query: Clause) -> int:
    """Count what the server would count."""
    total = 0
    waiting: list[Clause] = [query]
    while waiting:
        for name, value in waiting.pop().items():
            if name not in _NOT_A_CLAUSE:
                total += name != "minimum_should_match"
            elif isinstance(value, list):
                waiting += value
            else:
                waiting.append(value)
    return total
