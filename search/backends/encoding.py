"""How labels and names are spelled in an index, whichever engine keeps it.

Codes are kept as their runs of three characters, one behind the other, so that any part of a code
is a phrase of such. Those of a code with blanks in it are MARKed: what is too short to be told from
chance is not asked across blanks.

Confidence is part of the word: a label's words are kept as ``word SEPARATOR 174``, its level
in three digits. One more ending stands for a label that is shown at any threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from search.analysis import fold, stem
from search.codes import MIN_SPACED
from search.fields import LABEL_FIELDS
from search.types import Code, LabelEntry

SEPARATOR = "\x1f"
NUMBERS = ("taken", "added", "size", "width", "height", "duration", "total")
PLAIN_FACETS = ("kind", "year", "place", "camera", "album")
FACETS = (*LABEL_FIELDS, *PLAIN_FACETS)
MAX_RUN = 4
MARK = "_"
_GRAM = 3
# Between two codes, for no phrase to span both; no query has it.
_CODE_BREAK = "\u00b6"


def exact_field(name: str) -> str:
    return f"exact_{name}"


def stem_field(name: str) -> str:
    return f"stem_{name}"


def whole_field(name: str) -> str:
    return f"whole_{name}"


def plain_field(name: str) -> str:
    return f"plain_{name}"


def facet_field(name: str) -> str:
    return f"facet_{name}"


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


def levels(entry: LabelEntry, always: str) -> tuple[str, ...]:
    """Return the endings under which a label's words are kept."""
    own = f"{entry.level:03}"
    return (own, always) if entry.always else (own,)


def runs(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield every run of neighboring words, so that parts of a name can be asked for."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + MAX_RUN, len(words)) + 1):
            yield words[start:end]


def label_terms(field: str, entries: Iterable[LabelEntry], always: str) -> dict[str, set[str]]:
    """Return the terms of the fields that words of labels are looked up in.

    Of other names only the last words fit as well as the name itself; the others like a stem.
    """
    exact: set[str] = set()
    stems: set[str] = set()
    whole: set[str] = set()
    plain: set[str] = set()
    for entry in entries:
        for ending in (SEPARATOR + level for level in levels(entry, always)):
            for number, name in enumerate(entry.names):
                whole.add("_".join(name) + ending)
                for run in runs(name):
                    # A cat may be called "house cat", but who asks for a house means another thing.
                    if number == 0 or run == name[-len(run) :]:
                        exact.add("_".join(run) + ending)
                    stems.add("_".join(map(stem, run)) + ending)
        plain.update(word for name in entry.names for word in name)
    fields = (exact_field, stem_field, whole_field, plain_field)
    return {
        name(field): terms for name, terms in zip(fields, (exact, stems, whole, plain), strict=True)
    }


def label_names(field: str, entries: Iterable[LabelEntry], always: str) -> dict[str, list[str]]:
    """Return the values of the fields that names of labels are counted and completed from."""
    facet: list[str] = []
    begun: list[str] = []
    for entry in entries:
        ending = SEPARATOR + levels(entry, always)[-1]
        facet.append(entry.name + ending)
        begun.extend(starts(entry.name, ending))
    return {facet_field(field): facet, names_field(field): begun}


def plain_names(facets: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the same for facets without confidence."""
    values: dict[str, list[str]] = {}
    for facet, names in facets.items():
        values[facet_field(facet)] = list(names)
        values[names_field(facet)] = [begun for name in names for begun in starts(name, "")]
    return values


def starts(name: str, ending: str) -> Iterator[str]:
    """Yield the name from each of its words on, folded, for completing what is typed."""
    parts = fold(name).split()
    for start in range(min(len(parts), MAX_RUN)):
        yield " ".join(parts[start:]) + SEPARATOR + name + ending
