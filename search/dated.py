"""Dates as reasons: as people read them, and each by what it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gallery.models import MediaItem
from search.dates import KnownDate, dates_of, kind_of_date, known_dates, sort_key, spoken_day
from search.fields import DATE_WORDS
from search.needles import Needle, Passage
from search.snippets import snippet
from search.types import Match, Range, SnippetPart


class Dated:
    """What a query asks for of dates: in words, as a bare date, or in a field."""

    def __init__(self, ranges: Sequence[Range], needles: Sequence[Needle]) -> None:
        self._ranges = [found for found in ranges if found.field == "taken"]
        self._bare = [found for found in self._ranges if found.is_bare]
        self._needles = needles
        # Months come again with every item.
        self._met: dict[str, list[Needle]] = {}

    def __bool__(self) -> bool:
        return bool(self._ranges)

    def matches(self, item: MediaItem) -> Iterator[Match]:
        """Yield the dates that words or a bare date ask for, none of them twice."""
        found = {(one.field, _said(one)): one for one in _covered(self._bare, item)}
        dates = dates_of(item) if self._needles else ()
        for known in dates:
            if needles := self._needles_in(known.words):
                said = spoken_day(known.day)
                match = Match(known.kind, _marked(said, needles))
                found.setdefault((known.kind, said), match)
        yield from found.values()
        if not found and len(dates) > 1 and self._needles_in(known_dates(item)):
            # Words in quotes may stand beside each other in two of the dates.
            yield _whole(dates[0])

    def stated(self, item: MediaItem) -> Iterator[Match]:
        """Yield the item's date where the query asks for it in any way."""
        yield from _covered(self._ranges, item)

    def _needles_in(self, words: str) -> list[Needle]:
        if words not in self._met:
            passage = Passage(DATE_WORDS, words)
            self._met[words] = [one for one in self._needles if next(one.ranges(passage), None)]
        return self._met[words]


def _covered(dates: Sequence[Range], item: MediaItem) -> Iterator[Match]:
    taken = sort_key(item.taken_local) // 1000
    if any(date.holds(taken) for date in dates):
        yield _whole(KnownDate(kind_of_date(item), item.taken_local, ""))


def _marked(said: str, needles: Sequence[Needle]) -> tuple[SnippetPart, ...]:
    """Mark what needles match of a day; all of it for what is written in another way there."""
    passage = Passage(DATE_WORDS, said)
    is_otherwise = any(next(needle.ranges(passage), None) is None for needle in needles)
    return snippet(said, [(0, len(said))] if is_otherwise else passage.ranges(needles))


def _whole(known: KnownDate) -> Match:
    return Match(known.kind, (SnippetPart(spoken_day(known.day), highlighted=True),))


def _said(match: Match) -> str:
    return "".join(part.text for part in match.snippet)
