"""Which words of a stored text a search meant.

The pages mark words; what is found is the search's to decide. A word is marked when it
has the same folded beginning as a searched one, so that "invoices" marks "Invoice".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"\w+")
_CLAUSE = re.compile(r'(?P<minus>[-!]|\bNOT\s+)?(?:(?P<field>\w+):)?(?P<value>"[^"]*"|[^\s()"]+)')
_OPERATORS = {"AND", "OR", "NOT", "&&", "||", "TO"}
_READ_FIELDS = {"", "text", "field", "vendor"}
_MAX_QUERY = 2000
_ENDING = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line's text, marked or not."""

    text: str
    marked: bool = False


def searched_words(query: str) -> frozenset[str]:
    """The folded words of ``query`` that may stand in a text."""
    words: set[str] = set()
    for clause in _CLAUSE.finditer(query[:_MAX_QUERY]):
        field, value = (clause["field"] or "").lower(), clause["value"]
        if clause["minus"] or value in _OPERATORS or field not in _READ_FIELDS:
            continue
        words.update(_TOKEN.findall(fold(value)))
    return frozenset(words)


def fold(text: str) -> str:
    """Case and accents away."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def is_meant(word: str, wanted: frozenset[str]) -> bool:
    """True when ``word`` holds one of the ``wanted`` words, up to a short ending."""
    return any(_alike(found, want) for found in _TOKEN.findall(fold(word)) for want in wanted)


def pieces_of(text: str, wanted: frozenset[str]) -> list[Piece]:
    """Split ``text`` where marking starts and ends."""
    if not wanted:
        return [Piece(text)]
    pieces, start = [], 0
    for found in _TOKEN.finditer(text):
        if is_meant(found[0], wanted):
            pieces += [Piece(text[start : found.start()]), Piece(found[0], marked=True)]
            start = found.end()
    pieces.append(Piece(text[start:]))
    return [piece for piece in pieces if piece.text]


def _alike(found: str, want: str) -> bool:
    if found == want:
        return True
    short, long = sorted((found, want), key=len)
    return len(short) > _ENDING and len(long) - len(short) <= _ENDING and long.startswith(short)


def meant_boxes(words: Sequence[dict[str, object]], wanted: frozenset[str]) -> list[list[float]]:
    """The boxes of the words that were meant."""
    return [
        box
        for word in words
        if isinstance(box := word.get("box"), list) and is_meant(str(word.get("text")), wanted)
    ]
