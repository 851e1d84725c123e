"""What would be bought, added up by step and operation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gallery.models import MediaItem
from workers.analyzers.base import LabelAnalyzer, LongAnalyzer, TextAnalyzer
from workers.estimating.batch import Batch
from workers.results import WHOLE_FILE
from workers.spending.prices import price_of

_Name = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One operation: how many items and units it is about, and micro-dollars.

    ``at_most`` means that for some of them it shows only on the way whether it is needed.
    """

    step: str
    provider: str
    operation: str
    items: int
    units: int
    microdollars: int
    at_most: bool = False


@dataclass(slots=True)
class _Sum:
    items: int = 0
    units: int = 0
    at_most: bool = False


@dataclass(slots=True)
class Basket:
    """Sums, so that its size does not grow with the library."""

    sums: dict[_Name, _Sum] = field(default_factory=dict)

    def add_pictures(
        self,
        batch: Batch,
        item: MediaItem,
        analyzer: LabelAnalyzer | TextAnalyzer,
        question: tuple[str, str],
        parts: Iterable[int],
        *,
        at_most: bool = False,
    ) -> int:
        """Add a unit for each part that was not answered; returns how many there were.

        ``question`` is the step that asks, and the name its answers are kept under. Engines
        of this machine are asked at no price.
        """
        step, operation = question
        units = sum(batch.is_new(item, analyzer, operation, part) for part in parts)
        self._add(step, analyzer, units, at_most=at_most)
        return units

    def add_whole(
        self,
        batch: Batch,
        item: MediaItem,
        analyzer: LongAnalyzer,
        question: tuple[str, str],
        units: int,
        *,
        at_most: bool = False,
    ) -> int:
        """Add a whole file of ``units`` minutes or pages, unless it was answered: then 0."""
        step, operation = question
        is_new = batch.is_new(item, analyzer, operation, 0, WHOLE_FILE)
        self._add(step, analyzer, units if is_new else 0, at_most=at_most)
        return units if is_new else 0

    def lines(self) -> list[Line]:
        """In the order in which the steps ask first."""
        return [
            Line(*name, one.items, one.units, price_of(*name[1:], one.units), one.at_most)
            for name, one in self.sums.items()
        ]

    def _add(
        self,
        step: str,
        analyzer: LabelAnalyzer | TextAnalyzer | LongAnalyzer,
        units: int,
        *,
        at_most: bool,
    ) -> None:
        if not units or not analyzer.provider:
            return
        one = self.sums.setdefault((step, analyzer.provider, analyzer.operation), _Sum())
        one.items += 1
        one.units += units
        one.at_most = one.at_most or at_most
