"""What the explanations of "why not" say, and which printed words are much like typed ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.analysis import Token, stem
from search.codes import codes_in
from search.levels import PER_PERCENT
from search.needles import Needle
from search.typed_codes import code_spellings
from search.types import Term
from search.typos import is_near


def bounds_said(leaf: Term) -> str:
    """Return the bounds of a label's confidence as words; nothing where there are none."""
    said = []
    if leaf.low is not None:
        said.append(f"{'more than' if leaf.low % 2 else 'at least'} {leaf.low // PER_PERCENT}")
    if leaf.high is not None:
        said.append(f"{'less than' if leaf.high % 2 else 'at most'} {-(-leaf.high // PER_PERCENT)}")
    return " and ".join(said)


def date_said(field: str, source: str, day: str) -> str:
    """Return what is known of a date; ``source`` is one that ``source_of_date`` gives."""
    if field == "added" or source == "taken":
        return f"It was {field} on {day}."
    known = f"{day} is printed on it" if source == "printed" else f"it was added on {day}"
    return f"The file does not say when it was taken; {known}."


def nearest_code(needle: Needle, text: str) -> Iterator[str]:
    """Yield codes of the page, as printed, that are spelled much like the one that is wanted."""
    for spelling in code_spellings(needle.leaf):
        for code in codes_in("text", text):
            if is_near(spelling, code.text):
                yield from (text[start:end] for start, end in code.ranges(code.text))


def nearest(wanted: Sequence[str], tokens: Sequence[Token]) -> Iterator[str]:
    """Yield words of the page that are spelled much like one that is wanted and not there."""
    there = {stem(token.text) for token in tokens}
    for word in wanted:
        if stem(word) in there:
            continue
        for text in dict.fromkeys(token.text for token in tokens):
            if is_near(word, text):
                yield text
