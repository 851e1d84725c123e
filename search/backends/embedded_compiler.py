"""From the query's tree to the embedded engine's queries, one for each tier.

The query for a tier finds everything that fits at least that well, so the tiers nest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from tantivy import FieldType, Occur, Query, Schema

from search.analysis import stem
from search.backends.base import Request
from search.backends.encoding import (
    CELLS,
    SEPARATOR,
    WHOLE,
    code_field,
    code_phrases,
    counted_endings,
    currency_choices,
    exact_field,
    facet_field,
    fine_field,
    label_field,
    level_term,
    stem_field,
)
from search.backends.ranking import (
    has_stems,
    is_part_of_pairs,
    label_endings,
    label_spellings,
    near_pairs,
)
from search.fields import FREE_WORD_FIELDS, LABEL_FIELDS, PEOPLE, STRONG_FIELDS
from search.geocells import circle
from search.levels import HIGHEST
from search.typed_codes import code_fields, code_spellings, with_joined_codes
from search.types import And, Choice, Leaf, Near, Node, Not, Or, Phrase, Range, Term, Tier

_LIMIT = 2**62


class Compiler:
    """Compiles for one request: its threshold decides which labels a word can meet."""

    def __init__(self, schema: Schema, request: Request) -> None:
        self._schema = schema
        self._request = request
        self._root = request.root and with_joined_codes(request.root)
        # Worked out once for all tiers; never kept beyond the request.
        self._circles: dict[Near, list[str]] = {}
        self._tiers: dict[tuple[Tier, str | None], Query] = {}
        # What is the same in several tiers is the same query, made once.
        self._made: dict[tuple[object, ...], Query] = {}
        # A phrase alone takes longer to find than all else to compare with it.
        self.is_sequence = isinstance(self._root, Phrase)

    def tier(self, tier: Tier, *, without: str | None = None) -> Query:
        """Return what fits at least as well as ``tier``; ``without`` is a filter to leave out."""
        if (tier, without) not in self._tiers:
            self._tiers[tier, without] = self._compiled(tier, without)
        return self._tiers[tier, without]

    def _compiled(self, tier: Tier, without: str | None) -> Query:
        root = self._root
        found = self._node(root, tier) if root is not None else Query.all_query()
        return _all([found, *self._filters(without)])

    def newly(self, tier: Tier, better: Tier | None) -> Query | None:
        """Return what fits as well as ``tier`` and not as well as ``better``, None for nothing.

        Of what is looked for in both tiers, nothing can be new.
        """
        if better is None:
            return self.tier(tier)
        if self._root is None or (new := self._new(self._root, tier, better)) is None:
            return None
        parts = [new, *self._filters()]
        return Query.boolean_query(
            [*((Occur.Must, part) for part in parts), (Occur.MustNot, self.tier(better))]
        )

    def _new(self, node: Node, tier: Tier, better: Tier) -> Query | None:
        """Return a query that finds, beside what fits ``better``, all that fits ``tier``."""
        if isinstance(node, Term | Phrase):
            known = {id(option) for option in self._options(node, better)}
            options = [one for one in self._options(node, tier) if id(one) not in known]
            return _any(options) if options else None
        if isinstance(node, Or):
            found = [self._new(child, tier, better) for child in node.children]
            options = [one for one in found if one is not None]
            return _any(options) if options else None
        if isinstance(node, And):
            return self._new_of_all(node, tier, better)
        return None

    def _new_of_all(self, node: And, tier: Tier, better: Tier) -> Query | None:
        new = [self._new(child, tier, better) for child in node.children]
        changing = [one for one in new if one is not None]
        if len(changing) != 1:
            return self._node(node, tier) if changing else None
        pairs = zip(new, node.children, strict=True)
        return _all([one if one is not None else self._node(child, tier) for one, child in pairs])

    def _filters(self, without: str | None = None) -> list[Query]:
        chosen = self._request.filters.items()
        return [
            self._chosen(facet, values) for facet, values in chosen if facet != without and values
        ]

    def among(self, query: Query, facet: str, name: str) -> Query:
        """Return what of a query's finds shows a name of a facet."""
        return _all([query, self._chosen(facet, [name])])

    def _chosen(self, facet: str, values: Sequence[str]) -> Query:
        if facet not in LABEL_FIELDS:
            return Query.term_set_query(self._schema, facet_field(facet), list(values))
        blocks, percents = counted_endings(self._request.min_confidence)
        kept = ((facet_field(facet), blocks), (fine_field(facet), percents))
        return _any([self._levels(field, values, endings) for field, endings in kept if endings])

    def _node(self, node: Node, tier: Tier) -> Query:
        if isinstance(node, And):
            return _all([self._node(child, tier) for child in node.children])
        if isinstance(node, Or):
            return _any([self._node(child, tier) for child in node.children])
        if isinstance(node, Not):
            # What a negation shuts out does not depend on the tier, or the tiers would not nest.
            shut_out = self._node(node.child, Tier.STEM)
            return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, shut_out)])
        return self._leaf(node, tier)

    def _leaf(self, leaf: Leaf, tier: Tier) -> Query:
        if isinstance(leaf, Choice):
            return self._choice(leaf)
        if isinstance(leaf, Range):
            return self._range(leaf)
        if isinstance(leaf, Near):
            return Query.term_set_query(self._schema, CELLS, self._cells(leaf))
        return _any(self._options(leaf, tier))

    def _options(self, leaf: Term | Phrase, tier: Tier) -> list[Query]:
        """Return what of the leaf is looked for, and where."""
        if leaf.field:
            fields: Sequence[str] = (leaf.field,)
        elif tier is Tier.STRONG and isinstance(leaf, Term):
            fields = STRONG_FIELDS
        else:
            fields = (*LABEL_FIELDS, *FREE_WORD_FIELDS)
        options: list[Query] = []
        for field in fields:
            in_labels = field in LABEL_FIELDS
            options += (
                self._label(leaf, field, tier) if in_labels else self._word(leaf, field, tier)
            )
        return [*options, *self._codes(leaf, tier)]

    def _once(self, what: tuple[object, ...], make: Callable[[], Query]) -> Query:
        if what not in self._made:
            self._made[what] = make()
        return self._made[what]

    def _cells(self, leaf: Near) -> list[str]:
        if leaf not in self._circles:
            self._circles[leaf] = sorted(circle(*leaf.center, leaf.radius_m))
        return self._circles[leaf]

    def _codes(self, leaf: Term | Phrase, tier: Tier) -> Iterator[Query]:
        """Yield what finds codes that the word is a part of, which is no exact hit."""
        if tier > Tier.STEM:
            return
        for spelling in code_spellings(leaf):
            for field in code_fields(leaf, FREE_WORD_FIELDS):
                for phrase in code_phrases(spelling):
                    yield self._sequence(code_field(field), phrase)

    # Text fields: exact tokens with positions, and the set of their stems.

    def _word(self, leaf: Term | Phrase, field: str, tier: Tier) -> list[Query]:
        exact = exact_field(field)
        found = [self._once((leaf, exact), lambda: self._exact_word(leaf, exact))]
        if isinstance(leaf, Term) and tier <= Tier.STEM and has_stems(leaf):
            stems = [self._term(stem_field(field), stem(word)) for word in leaf.words]
            found.append(_all(stems))
        return found

    def _exact_word(self, leaf: Term | Phrase, field: str) -> Query:
        if isinstance(leaf, Phrase):
            near = [self._near(field, *pair, leaf.slop) for pair in near_pairs(leaf)]
            return _all(near or [self._sequence(field, leaf.words)])
        if leaf.variants:
            return Query.term_set_query(self._schema, field, [*leaf.words, *leaf.variants])
        if expression := _expression(leaf):
            begun = leaf.prefix and not leaf.pattern
            last = self._begun(field, leaf.words[-1]) if begun else self._regex(field, expression)
            return _all([*(self._term(field, word) for word in leaf.words[:-1]), last])
        return self._sequence(field, leaf.words)

    def _begun(self, field: str, prefix: str) -> Query:
        # Ready at once, unlike an expression.
        return Query.fuzzy_term_query(self._schema, field, prefix, distance=0, prefix=True)

    def _sequence(self, field: str, words: tuple[str, ...]) -> Query:
        # The engine panics on a phrase of one word.
        if len(words) == 1:
            return self._term(field, words[0])
        return Query.phrase_query(self._schema, field, list(words))

    def _near(self, field: str, one: str, other: str, slop: int) -> Query:
        """Return what has both words with at most ``slop`` others between, in either order."""
        if one != other:
            orders = ((one, other), (other, one))
            return _any(
                [Query.phrase_query(self._schema, field, [*words], slop) for words in orders]
            )
        # With a slop, the engine would take one word for two.
        apart = range(1, slop + 2)
        return _any(
            [Query.phrase_query(self._schema, field, [(0, one), (far, one)]) for far in apart]
        )

    def _regex(self, field: str, expression: str) -> Query:
        return self._once(
            (field, expression), lambda: Query.regex_query(self._schema, field, expression)
        )

    def _term(self, field: str, word: str) -> Query:
        return Query.term_query(self._schema, field, word)

    # Labels and categories: words with their confidence.

    def _label(self, leaf: Term | Phrase, field: str, tier: Tier) -> list[Query]:
        endings = label_endings(self._request, leaf, tier)
        if isinstance(leaf, Term) and (expression := _expression(leaf)):
            ending = "|".join(ending[1:] for ending in endings)
            mark = WHOLE if leaf.exact else f"{WHOLE}?"
            expression = f"{mark}{expression}{SEPARATOR}({ending})"
            return [self._regex(label_field(field), expression)]
        has_forms = isinstance(leaf, Term) and has_stems(leaf)
        names = label_spellings(leaf, tier, has_stems=has_forms)
        kept = label_field(field)
        what = (kept, tuple(names), tuple(endings))
        return [self._once(what, lambda: self._levels(kept, names, endings))]

    def _levels(self, field: str, names: Iterable[str], endings: Sequence[str]) -> Query:
        terms = [name + ending for name in names for ending in endings]
        return Query.term_set_query(self._schema, field, terms)

    # Everything that is not words.

    def _choice(self, leaf: Choice) -> Query:
        if (leaf.field, leaf.value) == ("has", "people"):
            names = [WHOLE + word for word in PEOPLE]
            endings = label_endings(self._request, None, Tier.STEM)
            return self._levels(label_field("label"), names, endings)
        return self._term("choices", f"{leaf.field}={leaf.value}")

    def _range(self, leaf: Range) -> Query:
        if leaf.field == "confidence":
            high = HIGHEST if leaf.high is None else min(leaf.high, HIGHEST)
            levels = [level_term(level) for level in range(leaf.low or 0, high + 1)]
            return Query.term_set_query(self._schema, "choices", levels)
        low = -_LIMIT if leaf.low is None else max(leaf.low, -_LIMIT)
        high = _LIMIT if leaf.high is None else min(leaf.high, _LIMIT)
        if low > high:
            return Query.empty_query()
        found = Query.range_query(self._schema, leaf.field, FieldType.Integer, low, high)
        if not leaf.currencies:
            return found
        return _all([found, _any([self._term("choices", one) for one in currency_choices(leaf)])])


def _expression(leaf: Term) -> str:
    """Return the regular expression of a prefix or pattern; nothing for a plain word."""
    last = leaf.words[-1]
    if leaf.pattern:
        return f"[^{SEPARATOR}]".join(re.escape(part) for part in last.split("?"))
    if leaf.prefix:
        return f"{re.escape(last)}[^{SEPARATOR}]*"
    if is_part_of_pairs(leaf):
        return f"[^{SEPARATOR}]?{re.escape(last)}[^{SEPARATOR}]?"
    return ""


def _all(parts: Sequence[Query]) -> Query:
    if len(parts) == 1:
        return parts[0]
    return Query.boolean_query([(Occur.Must, part) for part in parts])


def _any(parts: Sequence[Query]) -> Query:
    if len(parts) == 1:
        return parts[0]
    return Query.boolean_query([(Occur.Should, part) for part in parts])
