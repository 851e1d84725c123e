"""Keys and values of forms: "Name: Ann", a label over its value, boxes that are ticked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from workers.reading.findings import Finding, below
from workers.reading.rows import Row, Token, join

MAX_KEY_WORDS, MAX_VALUE_WORDS = 8, 40
_COLON = re.compile(r"[:\uff1a]$")
_TICKED = re.compile(r"^(?:☒|☑|✓|✔|✗|✘|■|\[[xX✓]\]|\([xX]\))$")
_EMPTY = re.compile(r"^(?:☐|□|❏|\[\s?\]|\(\s?\))$")
_BLANK = re.compile(r"^[_.…\-\s]{2,}$")


def find_pairs(rows: Sequence[Row]) -> list[Finding]:
    """Return the pairs in reading order; a key whose place is left empty is none."""
    found: list[Finding] = []
    for order in range(len(rows)):
        found += _boxes(rows, order)
        found += _pairs(rows, order)
    return found


def _pairs(rows: Sequence[Row], order: int) -> Iterator[Finding]:
    """Split a row at its colons: what stands before each is a key."""
    for key, value in split_at_colons(rows[order]):
        where = rows[order]
        if not value:
            under = below(rows, order, key, 1)
            value = () if under is None or _has_key(under) else under.tokens
            if value and len(rows[order + 1].parts) > len(rows[order].parts):
                value = ()  # a list to choose from
            where = under or where
        value = tuple(t for t in value if not _BLANK.match(t.text))[:MAX_VALUE_WORDS]
        if value and any(one.isalnum() for one in join(value)):
            certainty = 0.85 if where is rows[order] else 0.65
            yield Finding("", key, value, where.page, certainty, order=order)


def split_at_colons(row: Row) -> list[tuple[tuple[Token, ...], tuple[Token, ...]]]:
    """Return (key, value) of a row; the value is empty where nothing follows the colon."""
    parts = list(row.parts)
    found: list[tuple[tuple[Token, ...], tuple[Token, ...]]] = []
    for number, part in enumerate(parts):
        ends = [i for i, token in enumerate(part) if _COLON.search(token.text)]
        begin = 0
        for place, end in enumerate(ends):
            stop = _key_start(part, end, ends[place + 1]) if place + 1 < len(ends) else len(part)
            key = part[begin : end + 1]
            value = part[end + 1 : stop]
            if not value and stop == len(part) and number + 1 < len(parts):
                value = _unless_key(parts[number + 1])
            if 0 < len(key) <= MAX_KEY_WORDS and any(c.isalpha() for c in join(key)):
                found.append((key, value))
            begin = stop
    return found


def _key_start(part: Sequence[Token], value: int, key: int) -> int:
    """Return where the next key begins: "birth:" takes along what it needs, "Place of"."""
    while key > value + 1 and part[key].text[0].islower():
        key -= 1
    return key


def _unless_key(part: tuple[Token, ...]) -> tuple[Token, ...]:
    return () if any(_COLON.search(token.text) for token in part) else part


def _has_key(row: Row) -> bool:
    return any(_COLON.search(token.text) for token in row.tokens)


def _boxes(rows: Sequence[Row], order: int) -> Iterator[Finding]:
    """Give each box that is ticked or empty, with the words behind it as its key."""
    for part in rows[order].parts:
        marks = [*_marks(part), (len(part), len(part))]
        for (start, end), (stop, _) in pairwise(marks):
            key = part[end:stop][:MAX_KEY_WORDS]
            if key:
                yield Finding("", key, part[start:end], rows[order].page, 0.8, order=order)


def _marks(part: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Give start and end of the boxes among the words; an empty "[ ]" is two words."""
    for i, token in enumerate(part):
        both = token.text + (part[i + 1].text if i + 1 < len(part) else "")
        if _TICKED.match(token.text) or _EMPTY.match(token.text):
            yield i, i + 1
        elif both in ("[]", "()"):
            yield i, i + 2
