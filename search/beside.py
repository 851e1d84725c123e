"""What is shown after the hits and apart from them, never counted as found.

Where nothing fits: what fits without some of the words. Where little fits: labels that are
less sure than the threshold. And what the words have to do with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from uuid import UUID

from accounts.models import User
from search.backends import get_backend
from search.backends.base import Request
from search.hits import Found
from search.matching import Matcher
from search.nearly import near_request
from search.related import Relations
from search.results import Hit
from search.types import FoundPage, Node, Notice, Relation

MOST = 24
# Whoever sees more hits than these has enough to look at without guesses.
FEW = 12


@dataclass(frozen=True, slots=True)
class Beside:
    """What to show beside the hits: as ids, so that all is loaded together."""

    groups: tuple[Found, ...] = ()
    notices: tuple[Notice, ...] = ()
    _relations: Relations | None = None

    def relations(self, hits: Sequence[Hit]) -> tuple[Relation, ...]:
        """Return what the labels have to do with the words that brought these hits."""
        if self._relations is None:
            return ()
        labels = dict.fromkeys(match.label for hit in hits for match in hit.matches)
        return tuple(reason for label in labels if (reason := self._relations.of(label)))


def beside(
    user: User, request: Request, found: FoundPage, *, typed: Node | None, unsure: int | None
) -> Beside:
    """Return what goes after the last of the hits that ``request`` found.

    ``typed`` is what was asked for before it was corrected or made less. ``unsure`` is the
    confidence down to which labels may be guessed; None where the user's threshold is meant.
    """
    if found.end is not None or typed is None:
        return Beside()
    asked, notices = _less(user, request, found, unsure)
    relations = Relations(user, replace(request, root=typed, is_typo=False))
    meant = replace(request, is_typo=False)
    seen = {hit.id for hit in found.ids}
    # Relations are looked for one after the other, and only while there is room for more.
    related = (replace(meant, root=root) for root in relations.roots())
    groups = _first(user, chain(asked, related), seen)
    if not seen:
        distant = (replace(meant, root=root) for root in relations.distant_roots())
        groups = _first(user, distant, seen)
    return Beside(groups, notices, relations)


def _less(
    user: User, request: Request, found: FoundPage, unsure: int | None
) -> tuple[list[Request], tuple[Notice, ...]]:
    """Return what to ask where nothing or little fits: for less, or for what is less sure."""
    notices: tuple[Notice, ...] = ()
    asked: list[Request] = []
    if request.is_typo:
        return asked, notices
    sure = (request.min_confidence, *(() if unsure is None else (unsure,)))
    if not found.total and (near := near_request(user.pk, request, sure)) is not None:
        asked.append(near[0])
        notices = (Notice("partial", f"Nothing fits all of it. Below is what fits {near[1]}."),)
    if 0 < found.total <= FEW and unsure is not None:
        asked.append(replace(request, min_confidence=unsure))
    return asked, notices


def _first(user: User, asked: Iterable[Request], seen: set[UUID]) -> tuple[Found, ...]:
    """Ask one after the other for what was not seen, as long as there is room for it."""
    groups: list[Found] = []
    room = MOST
    for request in asked:
        page = get_backend().search(user.pk, request, limit=MOST + len(seen))
        fresh = [hit for hit in page.ids if hit.id not in seen][:room]
        seen.update(hit.id for hit in fresh)
        groups.append((fresh, Matcher(request.root, request.min_confidence)))
        room -= len(fresh)
        if not room:
            break
    return tuple(groups)
