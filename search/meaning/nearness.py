"""Which names of labels lie near to a text."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from gallery.taxonomy import load_taxonomy
from gallery.taxonomy.everyday import related_labels
from search.meaning.encoder import Encoder, Points, get_encoder

# Measured on everyday words: below, more of what is near is wrong than right.
NEAR = 0.6
# From here on it may be of use to whoever would see nothing at all.
DISTANT = 0.5
# From here on two words mean the same rather than much the same.
SAME = 0.75
# So many labels stand for a word at most; more would be guesses.
MAX_NEAR = 5
_REMEMBERED = 8_000
_AT_ONCE = 256
# Not set while the neighborhood is being made aside.
_READY = threading.Event()
_READY.set()


@dataclass(frozen=True, slots=True)
class NearName:
    """A label's name and how near to the text it is, up to 1."""

    name: str
    nearness: float


class OtherName(NamedTuple):
    """A label's name that the taxonomy lacks. ``owner`` is whose it is, empty for everybody's."""

    name: str
    owner: str = ""


class Neighborhood:
    """Knows where names lie: those of the taxonomy always, others once they were asked for."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._remembered: OrderedDict[OtherName, Points] = OrderedDict()
        self._lock = threading.Lock()
        spoken = list(_spoken())
        self._labels = [(label,) for label, _ in spoken]
        self._points = encoder.encode([name for _, name in spoken])
        # What is much like an everyday word has to do with the same labels: a helicopter in
        # another language with aircraft.
        everyday = list(related_labels().items())
        self._everyday = [labels for _, labels in everyday]
        self._everyday_points = encoder.encode([word for word, _ in everyday])
        self._shared: tuple[tuple[OtherName, ...], Points] = (), self._points[:0]

    def near(
        self, text: str, others: Sequence[OtherName] = (), least: float = NEAR
    ) -> list[NearName]:
        """Return names of the taxonomy and of ``others`` at least so near, the nearest first."""
        # What somebody typed is not remembered: nobody can tell by the time whether it was.
        point = self._encoder.encode([text])[0]
        with self._lock:
            rows = self._rows_of(others)
        nearness: dict[str, float] = {}
        for labels, found in (
            *_over(SAME, self._everyday, self._everyday_points @ point),
            *_over(least, self._labels, self._points @ point),
            *_over(least, others, rows @ point),
        ):
            for label in labels[:1] if isinstance(labels, OtherName) else labels:
                nearness[label] = max(nearness.get(label, 0.0), min(found, 1.0))
        near = (NearName(name, found) for name, found in nearness.items())
        return sorted(near, key=lambda one: (-one.nearness, one.name))

    def learn(self, names: Sequence[OtherName]) -> None:
        """Find out where names lie before anybody asks."""
        with self._lock:
            self._rows_of(names)

    def _rows_of(self, others: Sequence[OtherName]) -> Points:
        """Return a row for each; those of everybody's names are kept together."""
        own = [other for other in others if other.owner]
        shared = tuple(other for other in others if not other.owner)
        if own and others[: len(own)] != own:
            return self._points_of(others)
        if self._shared[0] != shared:
            self._shared = shared, self._points_of(shared)
        rows = self._shared[1]
        return np.concatenate((self._points_of(own), rows)) if own else rows

    def _points_of(self, names: Sequence[OtherName]) -> Points:
        """Return a row for each name; those asked for again are remembered."""
        fresh = [name for name in dict.fromkeys(names) if name not in self._remembered]
        rows: dict[OtherName, Points] = {}
        for start in range(0, len(fresh), _AT_ONCE):
            part = fresh[start : start + _AT_ONCE]
            rows |= dict(
                zip(part, self._encoder.encode([other.name for other in part]), strict=True)
            )
        rows |= {name: self._remembered[name] for name in names if name not in rows}
        self._remember(rows)
        return np.stack([rows[name] for name in names]) if names else self._points[:0]

    def _remember(self, rows: dict[OtherName, Points]) -> None:
        for name, row in rows.items():
            self._remembered[name] = row
            self._remembered.move_to_end(name)
        while len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)


def _over(
    least: float, labels: Sequence[tuple[str, ...]], nearness: Points
) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield the labels of each point that is at least so near, with its nearness."""
    for place in np.flatnonzero(nearness >= least):
        yield labels[int(place)], float(nearness[place])


def _spoken() -> Iterator[tuple[str, str]]:
    """Yield each label with each of its names: it lies wherever one of them does."""
    for label in load_taxonomy().all_labels():
        for name in (label.name, *label.aliases):
            yield label.name, name


def neighborhood() -> Neighborhood | None:
    """Return the neighborhood of the encoder in use; None where there is none, or not yet."""
    return _made() if _READY.is_set() else None


def make_aside(names: Callable[[], Sequence[OtherName]]) -> threading.Thread:
    """Make the neighborhood in a thread of its own, and learn what ``names`` returns there.

    It takes seconds: until then there is none, so that nobody waits for it.
    """
    _READY.clear()
    thread = threading.Thread(target=_make, args=(names,), name="meaning", daemon=True)
    thread.start()
    return thread


def _make(names: Callable[[], Sequence[OtherName]]) -> None:
    try:
        if (around := _made()) is not None:
            around.learn(names())
    finally:
        _READY.set()


def _made() -> Neighborhood | None:
    encoder = get_encoder()
    return _around(encoder) if encoder else None


@lru_cache(maxsize=2)
def _around(encoder: Encoder) -> Neighborhood:
    return Neighborhood(encoder)
