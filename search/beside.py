"""What is shown after the hits and apart from them, never counted as found.

Where nothing fits: what fits without some of the words. Where little fits: labels that are
less sure than the threshold. And what the words have to do with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from accounts.models import User
from search.backends import get_backend
from search.backends.base import Request
from search.hits import load_hits
from search.matching import Matcher
from search.nearly import near_request
from search.related import related_root
from search.results import Hit
from search.types import FoundPage, Notice

MOST = 24
# Whoever sees more hits than these has enough to look at without guesses.
FEW = 12


@dataclass(frozen=True, slots=True)
class Beside:
    hits: tuple[Hit, ...] = ()
    notices: tuple[Notice, ...] = ()


def beside(user: User, request: Request, found: FoundPage, *, unsure: int | None) -> Beside:
    """Return what goes after the last of the hits.

    ``unsure`` is the confidence down to which labels may be guessed; None where the user's
    threshold is meant.
    """
    if found.end is not None or request.root is None or request.is_typo:
        return Beside()
    notices: tuple[Notice, ...] = ()
    asked: list[Request] = []
    sure = (request.min_confidence, *(() if unsure is None else (unsure,)))
    if not found.total and (near := near_request(user.pk, request, sure)) is not None:
        asked.append(near[0])
        notices = (Notice("partial", f"Nothing fits all of it. Below is what fits {near[1]}."),)
    if 0 < found.total <= FEW and unsure is not None:
        asked.append(replace(request, min_confidence=unsure))
    if (root := related_root(request.root)) is not None:
        asked.append(replace(request, root=root))
    seen = {hit.id for hit in found.ids}
    hits = tuple(hit for wanted in asked for hit in _unseen(user, wanted, seen))
    return Beside(hits[:MOST], notices)


def _unseen(user: User, request: Request, seen: set[UUID]) -> Iterator[Hit]:
    page = get_backend().search(user.pk, request, limit=MOST + len(seen))
    fresh = [hit for hit in page.ids if hit.id not in seen][:MOST]
    seen.update(hit.id for hit in fresh)
    yield from load_hits(user, fresh, Matcher(request.root, request.min_confidence))
