"""Pages of text made in code: what a till prints, each letter in its column."""

from __future__ import annotations

import re

from gallery.types import Box, Field, TextLine, TextPage, Word

LETTER, LINE = 0.012, 0.02


def page_of(text: str, *, number: int = 1, confidence: float = 99.0) -> TextPage:
    """Return a page whose words stand where they stand in ``text``; wide gaps make new lines."""
    lines: list[TextLine] = []
    for row, printed in enumerate(text.strip("\n").splitlines()):
        for part in re.finditer(r"\S+(?: \S+)*", printed):
            words = tuple(
                Word(word[0], confidence, _box(row, part.start() + word.start(), len(word[0])))
                for word in re.finditer(r"\S+", part[0])
            )
            box = _box(row, part.start(), len(part[0]))
            lines.append(TextLine(part[0], confidence, box, words))
    return TextPage(number, tuple(lines), "test")


def by_kind(fields: list[Field]) -> dict[str, Field]:
    """Return the standard fields by their names; there is one of each at most."""
    kinds = [field.kind for field in fields if field.kind]
    assert len(kinds) == len(set(kinds))
    return {field.kind: field for field in fields if field.kind}


def by_key(fields: list[Field]) -> dict[str, str]:
    """Return the values of the others by their keys."""
    return {field.key: field.value for field in fields if not field.kind}


def _box(row: int, column: int, letters: int) -> Box:
    return Box(0.02 + column * LETTER, 0.02 + row * LINE * 1.4, letters * LETTER * 0.98, LINE)
