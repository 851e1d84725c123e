"""Codes as typed: which words of a query may be a part of one that is printed somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from search.analysis import is_unspaced
from search.codes import CODE_FIELDS, MIN_LENGTH, MIN_SPACED, MONEY, has_digit
from search.types import And, Node, Not, Or, Phrase, Term

MAX_LENGTH = 40

# Typed, these are what they look like, and no part of a longer number.
_NO_CODE = re.compile(
    rf"[-+]?[^\W\d_]{{0,3}}[$€£¥₹]?{MONEY}[$€£¥₹]?[^\W\d_]{{0,3}}"
    r"|(?:19|20)\d\d|\d{1,2}:\d{2}(?::\d{2})?"
)
_COUNTRY = re.compile(r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3}")
_MIN_PHONE = 8
_MIN_INTERNATIONAL = 11
_SHORT_WORD = 3


def code_spellings(leaf: Term | Phrase) -> tuple[str, ...]:
    """Return the codes that a typed word may be part of; nothing for a plain word.

    Amounts with cents, times and years are what they look like. A phone number is also looked
    for without its country and its leading zero, which are printed in many ways.
    """
    if isinstance(leaf, Phrase) or not _is_plain(leaf) or leaf.field == "label":
        return ()
    joined = "".join(leaf.words)
    is_code = MIN_LENGTH <= len(joined) <= MAX_LENGTH and has_digit(joined)
    if not is_code or _NO_CODE.fullmatch(leaf.text) or any(map(is_unspaced, leaf.words)):
        return ()
    return tuple(dict.fromkeys((joined, *_local_phone(leaf.text, joined))))


def code_fields(leaf: Term | Phrase, free: Sequence[str]) -> tuple[str, ...]:
    """Return the fields in whose codes a leaf is looked for; ``free`` are those of a bare word."""
    return tuple(
        field for field in CODE_FIELDS if field == leaf.field or (not leaf.field and field in free)
    )


def with_joined_codes(node: Node) -> Node:
    """Let neighboring words that look like pieces of one code also stand for that code.

    ``DE89 3704 0044`` is each of its words, or ``DE8937040044``.
    """
    if isinstance(node, Not):
        return Not(with_joined_codes(node.child))
    if isinstance(node, Or):
        return Or(tuple(map(with_joined_codes, node.children)))
    if not isinstance(node, And):
        return node
    children: list[Node] = []
    for is_piece, group in groupby(node.children, _is_piece):
        run = tuple(group)
        pieces = [piece for piece in run if isinstance(piece, Term)]
        children += _joined(pieces) if is_piece else map(with_joined_codes, run)
    return And(tuple(children)) if len(children) > 1 else children[0]


def is_joined_code(node: Node) -> bool:
    """True for what ``with_joined_codes`` made of words that one typed side by side."""
    if not isinstance(node, Or) or not isinstance(node.children[0], And):
        return False
    return with_joined_codes(node.children[0]) == node


def _is_plain(term: Term) -> bool:
    return not (term.prefix or term.pattern or term.fuzzy or term.variants or term.exact)


def _local_phone(typed: str, digits: str) -> tuple[str, ...]:
    """Return a phone number without country and leading zero; nothing where there is neither."""
    if not digits.isdecimal():
        return ()
    is_international = typed.startswith("+")
    if typed.startswith("00") and len(digits) >= _MIN_INTERNATIONAL:
        is_international, digits = True, digits[2:]
    if is_international:
        country = _COUNTRY.match(digits)
        digits = digits[country.end() if country else 0 :].removeprefix("0")
    elif digits.startswith("0"):
        digits = digits[1:]
    else:
        return ()
    return (digits,) if len(digits) >= _MIN_PHONE else ()


def _is_piece(node: Node) -> bool:
    if not isinstance(node, Term) or node.field is not None or not _is_plain(node):
        return False
    joined = "".join(node.words)
    return has_digit(joined) or (len(joined) <= _SHORT_WORD and joined.isascii())


def _joined(run: Sequence[Term]) -> list[Node]:
    """Return the words as they are, or one node that also stands for the codes they make."""
    options: list[Node] = []
    for start, end in _trimmed(run):
        if (code := _one_code(run[start:end])) is not None:
            rest = (*run[:start], code, *run[end:])
            options.append(And(rest) if len(rest) > 1 else code)
    return [Or((And(tuple(run)), *options))] if options else list(run)


def _trimmed(run: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Yield the run as a whole, and without the plain words at its ends."""
    coded = [at for at, term in enumerate(run) if has_digit("".join(term.words))]
    if coded:
        ends = sorted({len(run), coded[-1] + 1}, reverse=True)
        yield from ((start, end) for start in sorted({0, coded[0]}) for end in ends)


def _one_code(terms: Sequence[Term]) -> Term | None:
    words = tuple(word for term in terms for word in term.words)
    coded = [term.text for term in terms if has_digit(term.text)]
    is_a_year = len(coded) == 1 and _NO_CODE.fullmatch(coded[0]) is not None
    is_long_enough = len(terms) > 1 and MIN_SPACED <= sum(map(len, words)) <= MAX_LENGTH
    if is_a_year or not is_long_enough:
        return None
    return Term(None, " ".join(term.text for term in terms), words)
