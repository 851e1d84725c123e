"""What a rule found on a page, before it becomes a field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gallery.types import Box, Field
from workers.reading.rows import Row, Token, around, join, letter_width

SOURCE = "rules"
MAX_KEY, MAX_VALUE = 120, 500


@dataclass(frozen=True, slots=True)
class Finding:
    """A value and where it stands; ``certainty`` 0-1 is the rule's, not the engine's.

    ``order`` is the place of the row on the pages, counted from 0.
    """

    kind: str
    key: tuple[Token, ...]
    value: tuple[Token, ...]
    page: int
    certainty: float
    text: str = ""
    normalized: str = ""
    order: int = 0

    @property
    def amount(self) -> Decimal:
        """The value of an amount of money."""
        return Decimal(self.normalized)

    def sure(self, certainty: float) -> Finding:
        """Return the same with another certainty."""
        return replace(self, certainty=certainty)

    def as_field(self) -> Field:
        """Return the field; as sure as the rule and the reading of the words are together."""
        read = sum(token.confidence for token in self.value) / max(len(self.value), 1)
        return Field(
            key=join(self.key).strip(" :.-#*")[:MAX_KEY],
            value=(self.text or join(self.value)).strip()[:MAX_VALUE],
            confidence=round(min(max(read * self.certainty, 0.0), 100.0), 1),
            page=self.page,
            kind=self.kind,
            normalized=self.normalized,
            key_box=box_of(self.key),
            value_box=box_of(self.value),
            source=SOURCE,
        )


def box_of(tokens: Sequence[Token]) -> Box | None:
    """Return the place on the picture as it was given; None for no words."""
    return around(token.shown for token in tokens) if tokens else None


def below(rows: Sequence[Row], index: int, key: Sequence[Token], most: int = 2) -> Row | None:
    """Return what stands under a key, in its column, in one of the next rows."""
    left, right = key[0].box.left, key[-1].right
    letter = letter_width(key)
    for row in rows[index + 1 : index + 1 + most]:
        if row.page != rows[index].page or row.top - rows[index].bottom > 3 * row.height:
            return None
        under = [
            part
            for part in row.parts
            if part[0].box.left < right + 2.5 * letter
            and (part[0].box.left + part[-1].right) / 2 > left - 6 * letter
            and part[-1].right > left
        ]
        if under:
            return Row(row.page, tuple(token for part in under for token in part))
    return None


def above(
    rows: Sequence[Row], index: int, value: Sequence[Token], most: int = 2
) -> tuple[Token, ...]:
    """Return the heading of a value: the words over it in one of the rows before."""
    left, right = value[0].box.left, value[-1].right
    for row in reversed(rows[max(index - most, 0) : index]):
        if row.page != rows[index].page or rows[index].top - row.bottom > 3 * row.height:
            return ()
        for part in row.parts:
            if part[0].box.left < right and part[-1].right > left:
                # What has numbers is a value itself.
                return () if any(one.isdigit() for one in join(part)) else part
    return ()
