"""What a sentence means beyond its words: kinds by other names, amounts, and spans of years.

"Pictures of dogs" need not have the word "pictures" anywhere, and "over 500" is an amount.
The words stay one of the ways to fit, so that nothing is found less than before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from itertools import takewhile

from search.amounts import currencies_in, currencies_named
from search.analysis import stem
from search.fields import FIELDS, TYPE_WORDS
from search.foreign import FOREIGN_KINDS
from search.narrowing import SMALL_WORDS
from search.translation import is_translation, place_of
from search.types import And, Node, Or, Query, Range, Term
from search.values import parse_bounds

# A bill may be either of two.
_KINDS = {
    "photo": ("photo", "photograph", "picture", "pic", "image", "snapshot"),
    "video": ("video", "clip", "movie", "film", "footage"),
    "document": ("document", "scan"),
    "receipt": ("receipt", "bill"),
    "invoice": ("invoice", "bill"),
    "letter": ("letter",),
    "screenshot": ("screenshot",),
}
_CALLED = {kind: (*others, *FOREIGN_KINDS.get(kind, ())) for kind, others in _KINDS.items()}
_KINDS_OF = {
    stem(word): tuple(kind for kind, others in _CALLED.items() if word in others)
    for words in _CALLED.values()
    for word in words
}
# Kinds of files: nearly all that a library holds is of one of them.
_MEDIA = frozenset(["photo", "video", "document"])
_AMOUNTS = {
    ("over",): ">",
    ("above",): ">",
    ("more", "than"): ">",
    ("at", "least"): ">=",
    ("under",): "<",
    ("below",): "<",
    ("less", "than"): "<",
}
_YEARS = {("since",): ">=", ("after",): ">", ("before",): "<", ("until",): "<="}
_DAYS = {
    word: day
    for day, others in (
        ("today", "today heute aujourdhui hoy oggi"),
        ("yesterday", "yesterday gestern hier ayer ieri"),
    )
    for word in others.split()
}
_LONGEST = 2
_LONGEST_NAME = 3
_MANY = 4


def meant(root: Node | None, zone: tzinfo = UTC) -> Node | None:
    """Return the tree with each word that says more than itself widened by what it says.

    ``zone`` is the user's, for "photos from yesterday".

    Only words at the top, neither quoted nor in a field: whoever groups and negates is not
    writing a sentence.
    """
    if isinstance(root, And):
        parts = tuple(_parts(root.children))
        if any(map(is_kind, parts)):
            parts = tuple(_day(part, zone) for part in parts)
        return And(parts) if len(parts) > 1 else parts[0]
    return _kind(root) if isinstance(root, Term) else root


def is_sentence(query: Query) -> bool:
    """True for what is written rather than put together: with small words, or many words.

    Two words are meant as they stand: "beach dog" asks for both.
    """
    has_small = any(notice.code == SMALL_WORDS for notice in query.notices)
    is_long = isinstance(query.root, And) and len(query.root.children) >= _MANY
    return has_small or is_long


def said(node: Node) -> Node:
    """Return what was typed for a part of the tree that ``meant`` or ``translated`` gave."""
    if isinstance(node, Or) and is_translation(node):
        return node.children[0]
    if isinstance(node, Or):
        typed, *added = node.children
        is_type = all(isinstance(other, Term) and other.field == TYPE_WORDS for other in added)
        is_time = isinstance(added[0], Range) and (isinstance(typed, And) or _word(typed) in _DAYS)
        if is_type or is_time:
            return typed
    return node


def is_kind(node: Node) -> bool:
    """True for what ``meant`` widened: a word for a kind, an amount, or a time."""
    return said(node) != node and not is_translation(node)


def is_medium(node: Node) -> bool:
    """True for a word such as "pictures" or "videos", as ``meant`` gives them."""
    if not isinstance(node, Or) or not is_kind(node):
        return False
    kinds = (other.text for other in node.children[1:] if isinstance(other, Term))
    return not _MEDIA.isdisjoint(kinds)


def _parts(children: Sequence[Node]) -> Iterator[Node]:
    position = 0
    while position < len(children):
        part, size = _compared(children[position : position + _LONGEST + 2])
        if part is not None:
            part = Or((And(tuple(children[position : position + size])), part))
        else:
            part, size = _place(children[position : position + _LONGEST_NAME])
        yield part
        position += size


def _place(nodes: Sequence[Node]) -> tuple[Node, int]:
    """Return the place that the first of the words name together; else what the first one is."""
    words = tuple(takewhile(is_plain, (node for node in nodes if isinstance(node, Term))))
    for size in range(len(words), 1, -1):
        if words[:size] == tuple(nodes[:size]) and (place := place_of(words[:size])) is not None:
            return place, size
    first = nodes[0]
    return (_kind(first) if isinstance(first, Term) else first), 1


def _kind(term: Term) -> Node:
    kinds = _KINDS_OF.get(stem(term.words[0]), ()) if is_plain(term) else ()
    return Or((term, *(Term(TYPE_WORDS, kind, (kind,)) for kind in kinds))) if kinds else term


def _day(node: Node, zone: tzinfo) -> Node:
    """Return "yesterday" beside the day that it is for photos: others may have it in their text."""
    day = _DAYS.get(_word(node))
    bounds = parse_bounds(FIELDS["taken"], day, zone) if day else None
    if bounds is None or not isinstance(node, Term):
        return node
    return Or((node, Range("taken", node.text, *bounds, is_bare=True)))


def _compared(nodes: Sequence[Node]) -> tuple[Node | None, int]:
    """Return what "over 500 euros" or "before 2015" asks for, and how many words say so."""
    for size in range(1, min(_LONGEST, len(nodes) - 1) + 1):
        words = tuple(_word(node) for node in nodes[:size])
        value = nodes[size]
        if not isinstance(value, Term) or value.field is not None:
            continue
        if words in _AMOUNTS:
            currency = _currency(nodes[size + 1 :])
            amount = f"{value.text} {currency}".strip()
            return _range("total", _AMOUNTS[words], amount), size + 1 + bool(currency)
        if words in _YEARS and _is_year(value):
            return _range("taken", _YEARS[words], value.text), size + 1
    return None, 0


def _currency(nodes: Sequence[Node]) -> str:
    word = nodes[0].text if nodes and isinstance(nodes[0], Term) and is_plain(nodes[0]) else ""
    return word if currencies_named(word) else ""


def _range(field: str, sign: str, value: str) -> Range | None:
    bounds = parse_bounds(FIELDS[field], sign + value, UTC)
    currencies = currencies_in(value) if field == "total" else ()
    if bounds is None or currencies is None:
        return None
    return Range(field, sign + value, *bounds, is_bare=field == "taken", currencies=currencies)


def _is_year(value: Term) -> bool:
    return len(value.text) == 4 and value.text.isdigit() and value.text[:2] in ("19", "20")


def _word(node: Node) -> str:
    return node.words[0] if isinstance(node, Term) and is_plain(node) else ""


def is_plain(term: Term) -> bool:
    """True for one word as such: no field, no quotes, no wildcard."""
    widened = term.prefix or term.pattern or term.fuzzy or term.exact
    return term.field is None and len(term.words) == 1 and not widened
