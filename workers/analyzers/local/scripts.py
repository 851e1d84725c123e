"""Which characters to expect, from the languages that the user reads.

The recognizer knows eighteen thousand characters, most of them Chinese. On a
blurred receipt some of them win by a hair; an expectation settles such cases
and leaves clear ones alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from workers.analyzers.local.pictures import Floats

PLAIN_SIGNS = frozenset("£€¥§°–—‘’“”•…©®™½¼¾²³×")  # noqa: RUF001 - typography is meant
FIRST_OTHER_SCRIPT = "\u0250"
# How likely a character of a script that was not asked for is, beside a plain one.
OTHER_SCRIPT = 0.02
OTHER_LATIN = 0.2

# Ranges of characters by language; languages in Latin letters need none.
RANGES: dict[str, tuple[tuple[str, str], ...]] = {
    "zh": (("\u2e80", "\u9fff"), ("\uff00", "\uffef")),
    "ja": (("\u2e80", "\u9fff"), ("\uff00", "\uffef")),
    "ko": (("\u1100", "\u11ff"), ("\uac00", "\ud7af")),
    "ru": (("\u0400", "\u04ff"),),
    "uk": (("\u0400", "\u04ff"),),
    "bg": (("\u0400", "\u04ff"),),
    "sr": (("\u0400", "\u04ff"),),
    "el": (("\u0370", "\u03ff"),),
    "ar": (("\u0600", "\u06ff"),),
    "he": (("\u0590", "\u05ff"),),
    "th": (("\u0e00", "\u0e7f"),),
    "hi": (("\u0900", "\u097f"),),
}


def class_priors(alphabet: Sequence[str], languages: Collection[str]) -> Floats:
    """Return a factor for the probability of each class of the alphabet.

    ``languages`` are two-letter codes; none means that anything is expected.
    """
    if not languages:
        return np.ones(len(alphabet), dtype=np.float32)
    ranges = [span for language in languages for span in RANGES.get(language, ())]
    has_accents = any(code != "en" and code not in RANGES for code in languages)
    accents = 1.0 if has_accents else OTHER_LATIN
    return np.array([_prior(text, ranges, accents) for text in alphabet], dtype=np.float32)


def _prior(text: str, ranges: Sequence[tuple[str, str]], accents: float) -> float:
    first = text[:1]
    if first.isascii() or first in PLAIN_SIGNS:
        return 1.0
    if any(start <= first <= end for start, end in ranges):
        return 1.0
    return accents if first < FIRST_OTHER_SCRIPT else OTHER_SCRIPT
