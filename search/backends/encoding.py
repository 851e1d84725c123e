"""How labels and names are spelled in an index, whichever engine keeps it.

Codes are kept as their runs of three characters, one behind the other, so that any part of a code
is a phrase of such. Those of a code with blanks in it are MARKed: what is too short to be told from
chance is not asked across blanks.

Confidence is part of the word: a label's words are kept as ``word SEPARATOR 174``, its level in
three digits, and as ``word SEPARATOR b17``, the block of ten levels (5 %) that it lies in, so that
"55 % and above" is ten blocks and not ninety-one levels. One more ending stands for a label that
is shown at any threshold.

A whole name is marked WHOLE, the other runs of its words are not: a word is looked up both ways.
Stems are kept, marked STEM, only of words that are not their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from search.analysis import fold, stem
from search.codes import MIN_SPACED
from search.fields import LABEL_FIELDS
from search.levels import HIGHEST, PER_PERCENT
from search.types import Code, LabelEntry, Range

SEPARATOR = "\x1f"
WHOLE = "="
STEM = "~"
ALWAYS = f"{SEPARATOR}a"
NUMBERS = ("taken", "added", "size", "width", "height", "duration", "total")
PLAIN_FACETS = ("kind", "year", "place", "camera", "album")
FACETS = (*LABEL_FIELDS, *PLAIN_FACETS)
MAX_RUN = 4
MARK = "_"
CELLS = "cells"
_GRAM = 3
_HALF = 64
# The engines' whole numbers have a sign, halves of ids have none.
_MIDDLE = 1 << 63
# Between two codes, for no phrase to span both; no query has it.
_CODE_BREAK = "\u00b6"
_BLOCK = 10
# What is surer is counted in one block: the few labels at 100 % are not worth one of their own.
LAST_COUNTED = 19


def halves(item_id: UUID) -> tuple[int, int]:
    """Return an id as two whole numbers, in the order of the ids."""
    high, low = divmod(item_id.int, 1 << _HALF)
    return high - _MIDDLE, low - _MIDDLE


def joined(high: int, low: int) -> UUID:
    """Return the id of which these are the halves."""
    return UUID(int=(high + _MIDDLE << _HALF) + low + _MIDDLE)


def level_term(level: int) -> str:
    """Return the word that stands for a label of this level, whichever it is."""
    return f"level={level:03}"


def level_terms(entries: Iterable[LabelEntry]) -> list[str]:
    """Return the words for the levels of labels, which stand with the ``choices``."""
    return sorted({level_term(entry.level) for entry in entries})


def exact_field(name: str) -> str:
    return f"exact_{name}"


def stem_field(name: str) -> str:
    return f"stem_{name}"


def label_field(name: str) -> str:
    return f"words_of_{name}"


def plain_field(name: str) -> str:
    return f"plain_{name}"


def facet_field(name: str) -> str:
    return f"facet_{name}"


def fine_field(name: str) -> str:
    return f"fine_{name}"


def names_field(name: str) -> str:
    return f"names_{name}"


def code_field(name: str) -> str:
    return f"codes_{name}"


def grams(code: str, mark: str = "") -> tuple[str, ...]:
    """Return a code's runs of three characters, in order."""
    return tuple(mark + code[at : at + _GRAM] for at in range(len(code) - _GRAM + 1))


def code_grams(codes: Iterable[Code]) -> list[str]:
    """Return the tokens of the field that parts of codes are looked up in."""
    found: list[str] = []
    for code in codes:
        if found:
            found.append(_CODE_BREAK)
        found += grams(code.text, MARK if code.is_spaced else "")
    return found


def code_phrases(spelling: str) -> Iterator[tuple[str, ...]]:
    """Yield the phrases, any of which finds a code that ``spelling`` is a part of."""
    yield grams(spelling)
    if len(spelling) >= MIN_SPACED:
        yield grams(spelling, MARK)


def covering(low: int, high: int) -> list[str]:
    """Return the fewest endings that together stand for the levels from ``low`` to ``high``."""
    found: list[str] = []
    level = low
    while level <= high:
        is_block = level % _BLOCK == 0 and (level + _BLOCK - 1 <= high or high == HIGHEST)
        found.append(f"{SEPARATOR}b{level // _BLOCK:02}" if is_block else f"{SEPARATOR}{level:03}")
        level += _BLOCK if is_block else 1
    return found


def currency_choices(leaf: Range) -> list[str]:
    """Return the terms of ``choices``, one of which an amount's currency has to be."""
    return [f"currency={code}" for code in leaf.currencies]


def runs(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield every run of neighboring words, so that parts of a name can be asked for."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + MAX_RUN, len(words)) + 1):
            yield words[start:end]


def spellings(words: Sequence[str], *, is_whole: bool, has_stems: bool) -> list[str]:
    """Return under what to look for ``words`` in names, or for names that are these words."""
    joined = "_".join(words)
    if is_whole:
        return [WHOLE + joined]
    found = [WHOLE + joined, joined]
    if has_stems:
        stems = [stem(word) for word in words]
        found.append(STEM + "_".join(stems))
        if stems != list(words) and stems == [stem(word) for word in stems]:
            found += [WHOLE + "_".join(stems), "_".join(stems)]
    return found


def label_terms(field: str, entries: Iterable[LabelEntry]) -> dict[str, set[str]]:
    """Return the terms of the fields that words of labels are looked up in.

    Of other names only the last words fit as well as the name itself; the others like a stem.
    """
    found: set[str] = set()
    plain: set[str] = set()
    for entry in entries:
        bare = _bare_terms(entry.names)
        plain.update(bare.plain)
        for ending in _endings(entry):
            found.update([term + ending for term in bare.kept])
    return {label_field(field): found, plain_field(field): plain}


def label_text(field: str, entries: Sequence[LabelEntry]) -> dict[str, str]:
    """Return the same terms with blanks between them; those of two labels may come twice."""
    spelled = [_spelled(entry) for entry in entries]
    kept = " ".join([one.kept for one in spelled])
    return {label_field(field): kept, plain_field(field): " ".join([one.plain for one in spelled])}


def label_names(field: str, entries: Iterable[LabelEntry]) -> dict[str, list[str]]:
    """Return the values of the fields that names of labels are counted in."""
    spelled = [_spelled(entry) for entry in entries]
    blocks, fine = [one.block for one in spelled], [one.fine for one in spelled]
    return {facet_field(field): blocks, fine_field(field): fine}


def counted_as(entry: LabelEntry) -> tuple[int, int]:
    """Return the block of confidences and the whole percent that a label is counted in."""
    level = HIGHEST if entry.always else entry.level
    return min(level // _BLOCK, LAST_COUNTED), level // PER_PERCENT


def counted_endings(min_confidence: int) -> tuple[list[str], list[str]]:
    """Return the endings in blocks and those in whole percents of what a threshold shows."""
    per_block = _BLOCK // PER_PERCENT
    first = -(-min_confidence // per_block)
    if first > LAST_COUNTED:
        return [], [f"{SEPARATOR}{percent:03}" for percent in range(min_confidence, 101)]
    blocks = [f"{SEPARATOR}b{block:02}" for block in range(first, LAST_COUNTED + 1)]
    percents = range(min_confidence, first * per_block)
    return blocks, [f"{SEPARATOR}{percent:03}" for percent in percents]


@lru_cache(maxsize=20_000)
def is_shown(ending: str, min_confidence: int) -> bool:
    """True for a counted ending at or above the threshold."""
    if ending.startswith("b"):
        return int(ending[1:]) * _BLOCK >= min_confidence * PER_PERCENT
    return int(ending) >= min_confidence


def plain_names(facets: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the same for facets without confidence."""
    return {facet_field(facet): list(names) for facet, names in facets.items()}


def begun_names(names: Iterable[str]) -> list[str]:
    """Return the terms from which names are completed, whatever word of them is typed."""
    return [f"{begun}{SEPARATOR}{name}" for name in names for begun in starts(name)]


@lru_cache(maxsize=20_000)
def starts(name: str) -> tuple[str, ...]:
    """Return the name from each of its words on, folded, for completing what is typed."""
    parts = fold(name).split()
    first = range(min(len(parts), MAX_RUN))
    return tuple(" ".join(parts[start:]) for start in first)


class _Bare(NamedTuple):
    """The terms of a label without their endings."""

    kept: tuple[str, ...]
    plain: tuple[str, ...]


@lru_cache(maxsize=20_000)
def _bare_terms(names: tuple[tuple[str, ...], ...]) -> _Bare:
    kept: dict[str, None] = {}
    for number, name in enumerate(names):
        kept.update(dict.fromkeys(_kept(name, is_own=number == 0)))
    plain = dict.fromkeys(word for name in names for word in name)
    return _Bare(tuple(kept), tuple(plain))


class _Spelled(NamedTuple):
    """A label at one level: its terms with blanks between, and as what it is counted."""

    kept: str
    plain: str
    block: str
    fine: str


@lru_cache(maxsize=8_000)
def _spelled(entry: LabelEntry) -> _Spelled:
    """Few labels at few levels make up a library."""
    bare = _bare_terms(entry.names)
    block, percent = counted_as(entry)
    return _Spelled(
        " ".join(term + ending for ending in _endings(entry) for term in bare.kept),
        " ".join(bare.plain),
        f"{entry.name}{SEPARATOR}b{block:02}",
        f"{entry.name}{SEPARATOR}{percent:03}",
    )


def _endings(entry: LabelEntry) -> tuple[str, ...]:
    level = entry.level
    own = (f"{SEPARATOR}{level:03}", f"{SEPARATOR}b{level // _BLOCK:02}")
    return (*own, ALWAYS) if entry.always else own


def _kept(name: tuple[str, ...], *, is_own: bool) -> Iterator[str]:
    """Yield under what a name is kept: itself, its other runs, and stems of what fits less well."""
    yield WHOLE + "_".join(name)
    for run in runs(name):
        # A cat may be called "house cat", but who asks for a house means another thing.
        is_fitting = is_own or run == name[-len(run) :]
        if is_fitting and run != name:
            yield "_".join(run)
        stems = tuple(map(stem, run))
        if stems != run or not is_fitting:
            yield STEM + "_".join(stems)
