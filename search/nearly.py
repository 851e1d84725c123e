"""What nearly fits when nothing fits all of a sentence: the same without some of its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from uuid import UUID

from search.backends import get_backend
from search.backends.base import Request
from search.sentences import is_plain, said
from search.types import And, Node, Or, Term, Tier

# Each word is asked for by itself: whoever writes more is not served by less of it.
MAX_WORDS = 8

# How well the best of what fits does, and how many fit.
Look = tuple[Tier, int]


def near_request(
    owner_id: UUID, request: Request, confidences: Sequence[int]
) -> tuple[Request, str] | None:
    """Return the request without some of its words, and which; None where that finds nothing.

    ``confidences`` are tried in turn: less sure labels only where none are sure.
    """
    for confidence in confidences:
        asked = replace(request, min_confidence=confidence)

        def look(root: Node, asked: Request = asked) -> Look:
            page = get_backend().search(owner_id, replace(asked, root=root), limit=1)
            return max((hit.tier for hit in page.ids), default=Tier.TYPO), page.total

        if (near := nearly(request.root, look)) is not None:
            return replace(asked, root=near[0]), near[1]
    return None


def nearly(root: Node | None, look: Callable[[Node], Look]) -> tuple[Node, str] | None:
    """Return what to ask instead, and how to say so; None when there is nothing to leave out.

    Words that nothing has beside the fixed parts (fields, phrases, negations) are left out. Where
    every word is known, any one of them may be missing; at the last all but one are: what is seen
    in a picture or stands in a name is kept before what is only printed somewhere, the rarest
    before others.
    """
    if not isinstance(root, And):
        return None
    free = [child for child in root.children if _is_free(child)]
    fixed = [child for child in root.children if not _is_free(child)]
    if not free or len(free) > MAX_WORDS or len(root.children) < 2:
        return None
    looks = {child: look(_all([child, *fixed])) for child in free}
    known = [child for child in free if looks[child][1]]
    if not known:
        return None
    missing = [child for child in free if child not in known]
    if missing and look(kept := _all([*known, *fixed]))[1]:
        return kept, f"without {_listed(missing)}"
    if len(known) > 2 and look(most := _all([_all_but_one(known), *fixed]))[1]:
        return most, f"without one of {_listed(known)}"
    telling = max(known, key=lambda child: (looks[child][0], -looks[child][1]))
    return _all([telling, *fixed]), f"{_listed([telling])} alone"


def _is_free(node: Node) -> bool:
    typed = said(node)
    return isinstance(typed, Term) and is_plain(typed)


def _all_but_one(known: Sequence[Node]) -> Node:
    return Or(tuple(_all(kept) for kept in combinations(known, len(known) - 1)))


def _all(nodes: Sequence[Node]) -> Node:
    return And(tuple(nodes)) if len(nodes) > 1 else nodes[0]


def _listed(nodes: Sequence[Node]) -> str:
    typed = (said(node) for node in nodes)
    return ", ".join(f"“{node.text}”" for node in typed if isinstance(node, Term))
