"""What can be typed, for the help page: forms of words, then every field of ``search.fields``."""

from __future__ import annotations

from dataclasses import dataclass

from search.fields import Field, table


@dataclass(frozen=True, slots=True)
class Entry:
    """Examples that mean the same kind of thing; each of them is a query that works."""

    examples: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    entries: tuple[Entry, ...]


_WORDS = Section(
    "Words",
    (
        Entry(("beach dog",), "both words, wherever they stand"),
        Entry(('"total due"',), "these words in this order"),
        Entry(('"due total"~3',), "words near each other, with at most three others between"),
        Entry(("recei*",), "whatever begins like that; three letters or more"),
        Entry(("te?t",), "any one letter there"),
        Entry(("recipt~", "recpt~2"), "with a typing mistake, or two"),
        Entry(("A1312B", "1312"), "part numbers, plates and the like, whole or in part"),
        Entry(("june 2023 lisbon", "2024-05-31", "2024-05"), "places, months and days, too"),
        Entry((r"label\:dog",), "a backslash takes a sign's meaning away"),
    ),
)
_TOGETHER = Section(
    "And, or, not",
    (
        Entry(("beach OR lake", "beach || lake"), "one of them; OR, AND and NOT in capitals"),
        Entry(("beach AND dog", "beach && dog"), "the same as without"),
        Entry(("dog -beach", "dog NOT beach", "dog !beach"), "without the second"),
        Entry(("(cat OR dog) grass", "label:(cat OR dog)"), "parentheses group"),
    ),
)


def guide() -> tuple[Section, ...]:
    """Return the sections of the help page in their order."""
    fields = tuple(Entry(_examples(field), field.meaning) for field in table())
    return (_WORDS, _TOGETHER, Section("One field", fields))


def _examples(field: Field) -> tuple[str, ...]:
    """Return a field's own examples, and one for each of the values that it may have."""
    choices = (f"{field.name}:{value}" for value in field.values)
    return tuple(dict.fromkeys((field.example, *field.more, *choices)))
