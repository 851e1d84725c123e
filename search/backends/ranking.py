"""What ranking, stemming and confidence mean, the same for every engine."""

from __future__ import annotations

from itertools import pairwise

from search.analysis import is_unspaced, stem
from search.backends.base import Request
from search.backends.encoding import ALWAYS, covering, spellings
from search.levels import HIGHEST, PER_PERCENT
from search.types import Phrase, Term, Tier

# Local labels of at least this confidence are right nine times in ten.
SURE = 80


def tiers(request: Request) -> tuple[Tier, ...]:
    """Return the tiers to read, best first; the last one holds everything that is found."""
    if request.is_typo:
        return (Tier.TYPO,)
    if request.root is None or not request.is_ranked:
        return (Tier.STEM,)
    return (Tier.STRONG, Tier.EXACT, Tier.STEM)


def shown_from(request: Request, tier: Tier) -> int:
    """Return the confidence from which a label fits ``tier``: only a sure one fits the best."""
    return max(request.min_confidence, SURE) if tier is Tier.STRONG else request.min_confidence


def has_stems(leaf: Term) -> bool:
    """Stems stand for words in the spirit of the word; codes, parts and spellings are literal."""
    if leaf.prefix or leaf.pattern or leaf.variants:
        return False
    return all(word.isalpha() and not is_unspaced(word) for word in leaf.words)


def is_part_of_pairs(leaf: Term) -> bool:
    """True for one character of a script that is kept as pairs, in which it is first or last."""
    last = leaf.words[-1]
    return len(last) == 1 and len(leaf.words) == 1 and is_unspaced(last)


def near_pairs(leaf: Phrase) -> tuple[tuple[str, str], ...]:
    """Return the words of which each must stand near the next; none for words in their order."""
    return tuple(pairwise(leaf.words)) if leaf.slop else ()


def label_spellings(leaf: Term | Phrase, tier: Tier, *, has_stems: bool) -> list[str]:
    """Return under what names of labels are looked up for a word that is spelled out."""
    if isinstance(leaf, Phrase):
        return spellings(leaf.words, is_whole=False, has_stems=False)
    found = spellings(leaf.words, is_whole=leaf.exact, has_stems=has_stems and tier <= Tier.STEM)
    if has_stems and not leaf.exact and tier > Tier.STEM:
        for form in _other_numbers(leaf.words[-1]):
            found += spellings((*leaf.words[:-1], form), is_whole=False, has_stems=False)
    for variant in leaf.variants:
        found += spellings((variant,), is_whole=leaf.exact, has_stems=False)
    return found


def _other_numbers(word: str) -> list[str]:
    """Return the singulars and plurals that a word may have: "dogs" names the label Dog."""
    ended = [f"{word}s", f"{word}es", word.removesuffix("s"), word.removesuffix("es")]
    if word.endswith("y"):
        ended.append(f"{word[:-1]}ies")
    if word.endswith("ies"):
        ended.append(f"{word[:-3]}y")
    # Forms of other words, as "glass" is of "glas", have other stems; lower tiers go by these.
    return [form for form in dict.fromkeys(ended) if form != word and stem(form) == stem(word)]


def label_endings(request: Request, leaf: Term | Phrase | None, tier: Tier) -> list[str]:
    """Return the endings of labels within the leaf's levels, or else of those that are shown."""
    low, high = (leaf.low, leaf.high) if isinstance(leaf, Term) else (None, None)
    if low is None and high is None:
        return [*covering(shown_from(request, tier) * PER_PERCENT, HIGHEST), ALWAYS]
    return covering(low or 0, min(HIGHEST if high is None else high, HIGHEST))
