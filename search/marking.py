"""Where a text holds what a query asks for, for pages that show the whole of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gallery.marking import Finder
from search.language import parse
from search.needles import Needle, Passage, needles_of
from search.sentences import meant
from search.typed_codes import with_joined_codes

# A page of dense print has some 5,000 characters.
MAX_CHARACTERS = 50_000
_FIELDS = (None, "text", "field", "vendor")


def finder_for(query: str) -> Finder:
    """Return what finds in a text what the hits of ``query`` give as their reasons."""
    root = meant(parse(query).root)
    needles = tuple(_in_text(needles_of(root and with_joined_codes(root))))
    return lambda text: Passage("text", text[:MAX_CHARACTERS]).ranges(needles)


def _in_text(needles: tuple[Needle, ...]) -> Iterator[Needle]:
    """Yield those for words that stand in texts; fields of a document are read from them, too."""
    for needle in needles:
        if needle.leaf.field in _FIELDS:
            yield Needle(replace(needle.leaf, field="text"))
