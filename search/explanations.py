"""What an answer to "why not" is made of."""

from __future__ import annotations

from dataclasses import dataclass

from gallery.models import Album, MediaLabel
from search.types import Match, Notice


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a clause does not hold. ``media_label`` is what the owner could set right.

    ``add_label`` is a label that the owner could put on the item, ``album`` an album that the
    item could go into.
    """

    code: str
    message: str
    media_label: MediaLabel | None = None
    add_label: str = ""
    album: Album | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of the query that must hold: whether it does, and why or why not."""

    text: str
    is_met: bool
    matches: tuple[Match, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """``general`` is what keeps the item out of every search, or out of the index yet.

    ``notices`` say what the search asked for instead of what was typed, where that found nothing;
    the clauses are of that.
    """

    clauses: tuple[Clause, ...]
    general: tuple[Reason, ...]
    notices: tuple[Notice, ...] = ()

    @property
    def is_found(self) -> bool:
        return not self.general and all(clause.is_met for clause in self.clauses)

    @property
    def is_found_soon(self) -> bool:
        """True when nothing but the index, which is behind, keeps it from being found."""
        is_late = [reason.code for reason in self.general] == ["not_indexed"]
        return is_late and all(clause.is_met for clause in self.clauses)
