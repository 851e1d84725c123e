"""Keys and values of forms: "Name: Ann", a label over its value, boxes that are ticked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from gallery.types import Box
from workers.reading.findings import Finding, below
from workers.reading.rows import Row, Token, join

MAX_KEY_WORDS, MAX_VALUE_WORDS = 16, 40
_COLON = re.compile(r"[:\uff1a]$")
_GLUED = re.compile(r"^([^\W\d]{2,30}:)([^\W_][^/]{1,80})$")
_WHOSE = (
    "first|last|middle|full|given|family|maiden|home|mailing|billing|street|email|e-mail|work|"
    "business|cell|mobile|day|daytime|evening|message|your|spouse|patient|applicant|contact|"
    "company|employer|emergency|permanent|current"
)
_FORM_WORD = re.compile(
    rf"^(?:(?:{_WHOSE})(?:['\u2019]s)?[\s/]){{0,4}}"
    r"(?:name|surname|address|city|town|state|zip(?:\s?code)?|postal code|country|phone|telephone|"
    r"phone number|e-?mail|fax|date of birth|birth\s?date|birthday|dob|sex|gender|age|occupation|"
    r"nationality|employer|ssn|social security (?:no|number)|signature|"
    r"vorname|nachname|anschrift|stra(?:ß|ss)e|plz|ort|wohnort|geburtsdatum|telefon|unterschrift|"
    r"nom|pr[eé]nom|adresse|ville|code postal|date de naissance|t[eé]l[eé]phone|"
    r"nombre|apellidos?|direcci[oó]n|ciudad|tel[eé]fono|fecha de nacimiento)"
    r"(?:\s?\([^)]{0,60}\))?$",
    re.IGNORECASE,
)
_TICKED = re.compile(r"^(?:☒|☑|✓|✔|✗|✘|■|\[[xX✓]\]|\([xX]\))$")
_EMPTY = re.compile(r"^(?:☐|□|❏|\[\s?\]|\(\s?\))$")
_BLANK = re.compile(r"^[_.…\-\s]{2,}$")


def find_pairs(rows: Sequence[Row]) -> list[Finding]:
    """Return the pairs in reading order; a key whose place is left empty is none."""
    found: list[Finding] = []
    parted = [_unglued(row) for row in rows]
    for order in range(len(parted)):
        found += _boxes(parted, order)
        found += _pairs(parted, order)
        found += _named(parted, order)
    return found


def _unglued(row: Row) -> Row:
    """Part "Name:Ann" where the engine saw no gap, but neither clocks nor addresses of pages."""
    if not any(_GLUED.match(token.text) for token in row.tokens):
        return row
    return Row(row.page, tuple(half for token in row.tokens for half in _halves(token)))


def _halves(token: Token) -> tuple[Token, ...]:
    match = _GLUED.match(token.text)
    if match is None:
        return (token,)
    share = len(match[1]) / len(token.text)
    return tuple(
        Token(text, token.confidence, _slice(token.box, *part), _slice(token.shown, *part))
        for text, part in ((match[1], (0.0, share)), (match[2], (share, 1.0)))
    )


def _slice(box: Box, start: float, end: float) -> Box:
    """Return a part of a word's box along its longer side."""
    if box.width >= box.height:
        return Box(box.left + start * box.width, box.top, (end - start) * box.width, box.height)
    return Box(box.left, box.top + start * box.height, box.width, (end - start) * box.height)


def _named(rows: Sequence[Row], order: int) -> Iterator[Finding]:
    """Give what stands beside or under a name that forms have, where no colon tells it."""
    row = rows[order]
    keys = [_is_key(part) for part in row.parts]
    if len(keys) > 1 and keys == [place % 2 == 0 for place in range(len(keys))]:
        for key, value in zip(row.parts[::2], row.parts[1::2], strict=False):
            if _is_form_word(key):
                yield Finding("", key, value[:MAX_VALUE_WORDS], row.page, 0.7, order=order)
    elif all(_is_form_word(part) for part in row.parts) and not _is_heading(rows, order):
        for part in row.parts:
            under = below(rows, order, part, 1)
            if under and not _has_form_word(under):
                yield Finding("", part, under.tokens, row.page, 0.65, order=order)


def _is_heading(rows: Sequence[Row], order: int) -> bool:
    """Tell the head of a table: under it stand several rows of as many parts, and no keys."""
    many = len(rows[order].parts)
    under = rows[order + 1 : order + 3]
    return len(under) == 2 and all(
        len(row.parts) >= max(many - 1, 2) and not _has_form_word(row) for row in under
    )


def _has_form_word(row: Row) -> bool:
    return any(_is_key(part) for part in row.parts)


def _is_form_word(part: Sequence[Token]) -> bool:
    return len(part) <= MAX_KEY_WORDS and bool(_FORM_WORD.search(join(part)))


def _is_key(part: Sequence[Token]) -> bool:
    return _is_form_word(part) or any(_COLON.search(token.text) for token in part)


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
