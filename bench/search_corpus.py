"""A library made in code, as large as one likes, to measure search and indexing on.

Words, labels and places are drawn as they are in life: few of them often, most of them seldom.
The same seed gives the same items, one after another, whatever is done with them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

SEED = 20260101
WORDS = 80_000
LABELS = 3_000
PLACES = 2_000
CAMERAS = 60
CATEGORIES = 30
# Of a hundred items: the large owner's, the middle one's; all others have some 400 each.
LARGE, MIDDLE = 50, 10
ITEMS_OF_SMALL = 400
_SYLLABLES = [a + b for a in "bcdfghjklmnprstvwz" for b in ("a", "e", "i", "o", "u", "ai", "ou")]
_ENDS = ("", "", "n", "r", "s", "t", "l", "nd", "ck", "ing", "ed", "er", "ly")
_FIRST_DAY = datetime(2006, 1, 1, tzinfo=UTC)
_SECONDS = 20 * 365 * 86_400

T = TypeVar("T")
Place = tuple[str, str, str]
Camera = tuple[str, str]


@dataclass(frozen=True, slots=True)
class MadeItem:
    """One item. ``owner`` counts from 0, the largest; ``labels`` are names with confidences.

    ``place`` is city, country and its code; ``camera`` maker and model. ``kind`` is photo, video
    or document; receipts have a ``document_type``, ``vendor`` and ``total_cents``.
    """

    number: int
    owner: int
    file_name: str
    caption: str
    taken_local: datetime
    kind: str
    labels: tuple[tuple[str, float], ...]
    place: Place | None
    camera: Camera | None
    text: str
    document_type: str = ""
    vendor: str = ""
    total_cents: int | None = None


class Frequent(Generic[T]):
    """Values of which the first is drawn most often: the one at rank r with weight 1/r^slope."""

    def __init__(self, values: Sequence[T], slope: float) -> None:
        self.values = list(values)
        self._weights = list(accumulate(1 / rank**slope for rank in range(1, len(values) + 1)))

    def draw(self, random: Random, count: int) -> list[T]:
        """Return ``count`` values, the same one as often as it comes."""
        return random.choices(self.values, cum_weights=self._weights, k=count)


class Vocabulary:
    """All words, labels, places and cameras, most frequent first; made anew from nothing."""

    def __init__(self) -> None:
        random = Random(SEED)
        self.words = Frequent(_words(random, WORDS), 1.07)
        capital = [word.capitalize() for word in _words(random, LABELS + PLACES + CAMERAS + 200)]
        self.labels = Frequent(_label_names(random, capital[:LABELS]), 0.95)
        rest = capital[LABELS:]
        countries = [(name, name[:2].upper()) for name in rest[PLACES + CAMERAS :][:80]]
        cities = rest[:PLACES]
        self.places = Frequent([(city, *random.choice(countries)) for city in cities], 0.9)
        makers = rest[PLACES + CAMERAS + 80 :][:12]
        models = [f"{name} {random.randint(1, 90)}" for name in rest[PLACES:][:CAMERAS]]
        self.cameras = Frequent([(random.choice(makers), model) for model in models], 1.0)
        self.categories = rest[PLACES + CAMERAS + 92 :][:CATEGORIES]

    def parents_of(self, label: str) -> tuple[str, ...]:
        """Return the broader labels of a label: none to two of the more frequent ones."""
        random = Random(label)
        return tuple(self.labels.values[random.randrange(150)] for _ in range(random.randrange(3)))

    def category_of(self, label: str) -> str:
        """Return the one category that a label belongs to."""
        return Random(f"category {label}").choice(self.categories)


def made_items(
    count: int, seed: int = SEED, vocabulary: Vocabulary | None = None
) -> Iterator[MadeItem]:
    """Yield ``count`` items of a large, a middle and many small owners, mixed."""
    known = vocabulary or Vocabulary()
    random = Random(seed)
    for number in range(count):
        yield _item(number, _owner(random, count), random, known)


def owner_id(owner: int) -> uuid.UUID:
    """Return the same id for the same owner in every run."""
    return uuid.UUID(int=Random(f"owner {owner}").getrandbits(128), version=4)


def item_id(number: int) -> uuid.UUID:
    """Return the same id for the same item in every run, as random as any."""
    return uuid.UUID(int=Random(number).getrandbits(128), version=4)


def _owner(random: Random, count: int) -> int:
    drawn = random.randrange(100)
    if drawn < LARGE:
        return 0
    if drawn < LARGE + MIDDLE:
        return 1
    others = count * (100 - LARGE - MIDDLE) // 100
    return 2 + random.randrange(max(others // ITEMS_OF_SMALL, 1))


def _item(number: int, owner: int, random: Random, known: Vocabulary) -> MadeItem:
    is_document = random.random() < 0.2
    taken = _FIRST_DAY + timedelta(seconds=random.randrange(_SECONDS))
    common = {
        "number": number,
        "owner": owner,
        "file_name": _file_name(number, taken, random, known),
        "caption": _caption(random, known),
        "taken_local": taken,
    }
    made = _document(random, known) if is_document else _picture(random, known)
    return MadeItem(**common, **made)  # type: ignore[arg-type]  # the names are those above


def _picture(random: Random, known: Vocabulary) -> dict[str, object]:
    names = dict.fromkeys(known.labels.draw(random, random.randint(5, 15)))
    return {
        "kind": "video" if random.random() < 0.06 else "photo",
        "labels": tuple((name, round(random.uniform(25, 100), 1)) for name in names),
        "place": known.places.draw(random, 1)[0] if random.random() < 0.6 else None,
        "camera": known.cameras.draw(random, 1)[0] if random.random() < 0.85 else None,
        "text": "",
    }


def _document(random: Random, known: Vocabulary) -> dict[str, object]:
    words = known.words.draw(random, random.randint(50, 400))
    made: dict[str, object] = {"kind": "document", "labels": (), "place": None, "camera": None}
    if random.random() < 0.5:
        cents = random.randrange(100, 500_000)
        vendor = " ".join(known.words.values[random.randrange(2_000)] for _ in range(2)).title()
        code = f"{random.choice('ABC')}-{random.randrange(10_000):04}/{random.choice('XYZ')}"
        words += ["\nInvoice", code, "total due", f"{cents // 100}.{cents % 100:02}"]
        made |= {"document_type": "receipt", "vendor": vendor, "total_cents": cents}
        words.insert(0, vendor)
    return made | {"text": " ".join(words)}


def _file_name(number: int, taken: datetime, random: Random, known: Vocabulary) -> str:
    drawn = random.random()
    if drawn < 0.6:
        return f"IMG_{number % 10_000:04}.jpg"
    if drawn < 0.85:
        return f"{taken:%Y%m%d_%H%M%S}.jpg"
    return "-".join(known.words.draw(random, 2)) + f"-{random.randrange(1_000)}.jpg"


def _caption(random: Random, known: Vocabulary) -> str:
    if random.random() >= 0.25:
        return ""
    return " ".join(known.words.draw(random, random.randint(3, 12)))


def _words(random: Random, count: int) -> list[str]:
    """Return different words, of two to four syllables."""
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = random.choices(_SYLLABLES, k=random.choice((1, 2, 2, 2, 3, 3)))
        found.setdefault("".join(syllables) + random.choice(_ENDS))
    return list(found)


def _label_names(random: Random, capital: Sequence[str]) -> list[str]:
    """Make every third label one of two words."""
    return [
        f"{name} {random.choice(capital)}" if place % 3 == 2 else name
        for place, name in enumerate(capital)
    ]
