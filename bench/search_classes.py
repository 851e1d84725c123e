"""The questions that engines are timed on: forty of each class, the same in every run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from bench.search_corpus import SEED, Vocabulary
from search.types import SearchDocument

QUESTIONS = 40
# Of what a person types, most is in the library often; words at rank 1 to 4 are its "the".
_LABELS = 300
_FIRST_WORD, _LAST_WORD = 4, 3_000
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Question:
    """One question: what is typed, and what of the answer is wanted.

    ``aim_ms`` is what 95 of 100 answers may take at most. ``page`` counts from 1.
    """

    kind: str
    text: str
    aim_ms: int | None = 10
    page: int = 1
    with_facets: bool = False
    is_suggestion: bool = False


def questions(known: Vocabulary, sample: Sequence[SearchDocument]) -> dict[str, list[Question]]:
    """Return the questions by class; phrases come from ``sample``, an owner's documents."""
    maker = _Maker(known, sample)
    by_class: dict[str, Callable[[], Question]] = {
        "word": lambda: Question("word", maker.word()),
        "and": lambda: Question("and", maker.two()),
        "phrase": lambda: Question("phrase", f'"{maker.phrase()}"'),
        "prefix": lambda: Question("prefix", maker.prefix() + "*"),
        "fuzzy": lambda: Question("fuzzy", maker.misspelled() + "~"),
        "label": lambda: Question("label", f'label:"{maker.label()}">{maker.percent()}'),
        "negation": lambda: Question("negation", f"{maker.label_word()} -{maker.label_word()}"),
        "date": lambda: Question("date", f"{maker.word()} taken:{maker.year()}"),
        "page 50": lambda: Question("page 50", maker.label_word(), page=50),
        "facets": lambda: Question("facets", maker.word(), 30, with_facets=True),
        "all facets": lambda: Question("all facets", "", None, with_facets=True),
        "suggest": lambda: Question("suggest", maker.beginning(), 20, is_suggestion=True),
    }
    return {name: [make() for _ in range(QUESTIONS)] for name, make in by_class.items()}


class _Maker:
    def __init__(self, known: Vocabulary, sample: Sequence[SearchDocument]) -> None:
        self._random = Random(SEED + 1)
        self._labels = known.labels.values[:_LABELS]
        self._words = known.words.values[_FIRST_WORD:_LAST_WORD]
        self._phrases = _phrases(sample, self._random)

    def label(self) -> str:
        return self._random.choice(self._labels)

    def label_word(self) -> str:
        return self.label().split()[0].lower()

    def text_word(self) -> str:
        # Squared, so that frequent words are asked for more often, as they are.
        return self._words[int(self._random.random() ** 2 * len(self._words))]

    def word(self) -> str:
        return self._random.choice((self.label_word, self.text_word))()

    def two(self) -> str:
        kind = self._random.choice((self.label_word, self.text_word))
        return f"{kind()} {kind()}"

    def phrase(self) -> str:
        return next(self._phrases)

    def prefix(self) -> str:
        long = (word for word in iter(self.word, None) if len(word) > 4)
        return next(long)[: self._random.choice((3, 4))]

    def misspelled(self) -> str:
        word = next(word for word in iter(self.word, None) if len(word) > 5)
        place = self._random.randrange(2, len(word))
        return word[:place] + self._random.choice(_LETTERS) + word[place + 1 :]

    def beginning(self) -> str:
        return self.word()[: self._random.choice((2, 3, 4))]

    def percent(self) -> int:
        return self._random.randrange(50, 95)

    def year(self) -> int:
        return self._random.randrange(2006, 2026)


def _phrases(sample: Sequence[SearchDocument], random: Random) -> Iterator[str]:
    """Yield two or three words that stand next to each other somewhere in the sample."""
    texts = [words for one in sample if len(words := one.fields.get("text", ())) > 20]
    while True:
        words = random.choice(texts)
        size = random.choice((2, 2, 3))
        start = random.randrange(len(words) - size - 4)
        yield " ".join(words[start : start + size])
