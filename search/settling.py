"""What a search asks for in the end: as typed, or what it falls back on where nothing fits that.

First come labels that are less sure, then likelier spellings, then a sentence without some of its
words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from accounts.models import User
from search.backends import get_backend
from search.backends.base import Request
from search.nearly import near_request
from search.sentences import is_sentence
from search.types import FoundPage, Notice, Position, Query
from search.typos import Speller

# Below, guesses are more often wrong than of use.
UNSURE = 30


@dataclass(frozen=True, slots=True)
class Search:
    """One search on its way: whose, for what, and what to give back."""

    user: User
    query: Query
    request: Request
    limit: int
    may_be_unsure: bool
    with_facets: bool = False

    @property
    def identity(self) -> tuple[object, ...]:
        """Return what a cursor is good for."""
        filters = sorted(self.request.filters.items())
        asked = (self.query.text, self.request.min_confidence, filters, self.request.is_ranked)
        return (str(self.user.pk), *asked)


@dataclass(frozen=True, slots=True)
class Settled:
    """What was asked in the end, with spellings or guesses let in, and what came of it.

    ``typed`` is what was asked for at first. ``spellings`` are what words were read as, the
    likeliest first, and ``kept`` says what is left of a sentence; both are empty where nothing
    was.
    """

    typed: Request
    request: Request
    found: FoundPage
    notices: tuple[Notice, ...] = ()
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kept: str = ""


def settle(search: Search, after: Position | None, speller: Speller) -> Settled:
    """Ask for what was typed, and for something like it for as long as nothing is found.

    Raises SearchUnavailable.
    """
    typed = replace(search.request, root=speller.explicit(search.request.root))
    found = _found(search, typed, after)
    settled = Settled(typed, typed, found, search.query.notices)
    if not found.total and any(typed.filters.values()):
        whole = settle(_unfiltered(search), None, speller)
        if whole.request != whole.typed:
            request = replace(whole.request, filters=typed.filters)
            return replace(
                whole, typed=typed, request=request, found=_found(search, request, after)
            )
    if not settled.found.total and search.may_be_unsure:
        settled = _less_sure(search, settled, after)
    if not settled.found.total:
        settled = _corrected(search, settled, after, speller)
    if not settled.found.total and is_sentence(search.query):
        settled = _partly(search, settled, after)
    return settled


def _unfiltered(search: Search) -> Search:
    """Return the search that values of facets were chosen in: it alone says what is let in.

    Otherwise a value counted among guesses, or among what fits a part of a sentence, would lead
    to something else.
    """
    return replace(search, request=replace(search.request, filters={}), limit=1)


def _found(search: Search, request: Request, after: Position | None) -> FoundPage:
    return get_backend().search(search.user.pk, request, limit=search.limit, after=after)


def _less_sure(search: Search, settled: Settled, after: Position | None) -> Settled:
    """Look among labels that are seldom right before saying that there is nothing."""
    lowered = replace(settled.request, min_confidence=UNSURE)
    unsure = _found(search, lowered, after)
    if not unsure.total:
        return settled
    least = settled.request.min_confidence
    notice = Notice("unsure", f"Nothing is that sure; these are guesses below {least} %.")
    return replace(settled, request=lowered, found=unsure, notices=(*settled.notices, notice))


def _partly(search: Search, settled: Settled, after: Position | None) -> Settled:
    """Look for what fits most of a sentence, of which somebody may remember one thing wrongly."""
    confidences = (
        settled.request.min_confidence,
        *((UNSURE,) if search.may_be_unsure else ()),
    )
    near = near_request(search.user.pk, settled.request, confidences)
    if near is None:
        return settled
    request, kept = near
    notice = Notice("partial", f"Nothing fits all of it; these fit {kept}.")
    return replace(
        settled,
        request=request,
        found=_found(search, request, after),
        notices=(*settled.notices, notice),
        kept=kept,
    )


def _corrected(
    search: Search, settled: Settled, after: Position | None, speller: Speller
) -> Settled:
    """Try the likeliest spellings of unknown words, and say so when that finds something."""
    request = settled.request
    for is_wide in (False, True):
        root = speller.corrected(request.root, is_wide=is_wide)
        if root == request.root:
            break
        widened = replace(request, root=root, is_typo=True)
        similar = _found(search, widened, after)
        if similar.total:
            notice = Notice("typo", f"Nothing is spelled like that; {_tried(speller)}.")
            return replace(
                settled,
                request=widened,
                found=similar,
                notices=(*settled.notices, notice),
                spellings=dict(speller.tried),
            )
    return replace(settled, notices=(*settled.notices, *_offered(search, speller, request)))


def _tried(speller: Speller) -> str:
    words = dict.fromkeys(" or ".join(others) for others in speller.tried.values())
    return f"these are for {', '.join(words)}"


def _offered(search: Search, speller: Speller, request: Request) -> Iterator[Notice]:
    """Offer other words for those that exist, but not here; they are not searched unasked."""
    speller.forget()
    root = speller.offering(request.root)
    is_offer = bool(speller.offered) and root != request.root
    wanted = replace(request, root=root, is_typo=True)
    if not is_offer or not get_backend().search(search.user.pk, wanted, limit=1).total:
        speller.forget()
        return
    words = ", ".join(speller.offered)
    yield Notice("unknown", f"Nothing here is called {words}.")
