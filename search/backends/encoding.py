"""How labels and names are spelled in an index, whichever engine keeps it.

Codes are kept as their runs of three characters, one behind the other, so that any part of a code
is a phrase of such. Those of a code with blanks in it are MARKed: what is too short to be told from
chance is not asked across blanks.

Confidence is part of the word: a label's words are kept as ``word SEPARATOR 174``, its level
in three digits. One more ending stands for a label that is shown at any threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

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
        bare = _bare_terms(entry.names)
        plain.update(bare.plain)
        for level in levels(entry, always):
            ending = SEPARATOR + level
            exact.update([term + ending for term in bare.exact])
            stems.update([term + ending for term in bare.stems])
            whole.update([term + ending for term in bare.whole])
    fields = (exact_field, stem_field, whole_field, plain_field)
    return {
        name(field): terms for name, terms in zip(fields, (exact, stems, whole, plain), strict=True)
    }


def label_text(field: str, entries: Sequence[LabelEntry], always: str) -> dict[str, str]:
    """Return the same terms with blanks between them; those of two labels may come twice."""
    found = [_bare_terms(entry.names) for entry in entries]
    ends = [[SEPARATOR + level for level in levels(entry, always)] for entry in entries]
    values = {plain_field(field): " ".join(" ".join(bare.plain) for bare in found)}
    for name, index in ((exact_field, 0), (stem_field, 1), (whole_field, 2)):
        values[name(field)] = " ".join(
            f"{ending} ".join(bare[index]) + ending
            for bare, endings in zip(found, ends, strict=True)
            for ending in endings
        )
    return values


class _Bare(NamedTuple):
    """The terms of a label without their endings."""

    exact: tuple[str, ...]
    stems: tuple[str, ...]
    whole: tuple[str, ...]
    plain: tuple[str, ...]


@lru_cache(maxsize=20_000)
def _bare_terms(names: tuple[tuple[str, ...], ...]) -> _Bare:
    every = list(dict.fromkeys(run for name in names for run in runs(name)))
    # A cat may be called "house cat", but who asks for a house means another thing.
    ends = {name[start:] for name in names[1:] for start in range(len(name))}
    strict = ends.union(*(runs(name) for name in names[:1]))
    return _Bare(
        exact=tuple("_".join(run) for run in every if run in strict),
        stems=tuple(dict.fromkeys("_".join(map(stem, run)) for run in every)),
        whole=tuple("_".join(name) for name in names),
        plain=tuple(dict.fromkeys(word for name in names for word in name)),
    )


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


def starts(name: str, ending: str) -> list[str]:
    """Return the name from each of its words on, folded, for completing what is typed."""
    return [begun + ending for begun in _bare_starts(name)]


@lru_cache(maxsize=20_000)
def _bare_starts(name: str) -> tuple[str, ...]:
    parts = fold(name).split()
    first = range(min(len(parts), MAX_RUN))
    return tuple(" ".join(parts[start:]) + SEPARATOR + name for start in first)
