"""Forms of words of other languages: "Hunden", "chevaux", "camiones", "borse".

Rules alone, for words that are looked up and never shown: a form that nobody uses does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_Rules = tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]


def _rules(*rules: tuple[str, tuple[str, ...]]) -> _Rules:
    return tuple((re.compile(ending + "$"), others) for ending, others in rules)


# What a word may end in, and what stands there in its other forms. The first that fits counts.
_ENDINGS: dict[str, _Rules] = {
    # The plural and its dative, and the genitive.
    "de": _rules(
        ("in", ("innen", "ins")),
        ("(?<=[eo])n", ("ns",)),
        ("(?<=e[lr])", ("n", "s")),
        ("(?<=e)", ("n",)),
        ("(?<=[aiouy])", ("s",)),
        ("(?<=[sßxz])", ("e", "en", "es")),
        ("", ("e", "en", "s", "es")),
    ),
    "fr": _rules(("(?<=[sxz])", ()), ("(?<=[ae]u)", ("x",)), ("al", ("aux",)), ("", ("s",))),
    "es": _rules(("(?<=[aeioué])", ("s",)), ("z", ("ces",)), ("(?<=s)", ("es",)), ("", ("es",))),
    "it": _rules(
        ("(?<=[cg])o", ("hi", "i")),
        ("(?<=[cg])a", ("he",)),
        ("(?<=[cg])ia", ("e", "ie")),
        ("io", ("i",)),
        ("[oe]", ("i",)),
        ("a", ("e",)),
    ),
}


def forms(language: str, word: str) -> Iterator[str]:
    """Yield the word and its other forms in the language, ``de``, ``fr``, ``es`` or ``it``."""
    yield word
    for ending, others in _ENDINGS[language]:
        if ending.search(word):
            yield from (ending.sub(other, word, count=1) for other in others)
            return
