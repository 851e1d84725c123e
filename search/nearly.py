"""What nearly fits when nothing fits all of a sentence: the same without some of its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from uuid import UUID

from search.backends import get_backend
from search.backends.base import Request
from search.sentences import is_plain, said
from search.types import And, Node, Or, Term

# Each word is asked for by itself: whoever writes more is not served by less of it.
MAX_WORDS = 8

Count = Callable[[Node], int]


def near_request(
    owner_id: UUID, request: Request, confidences: Sequence[int]
) -> tuple[Request, str] | None:
    """Return the request without some of its words, and which; None where that finds nothing.

    ``confidences`` are tried in turn: less sure labels only where none are sure.
    """
    for confidence in confidences:
        asked = replace(request, min_confidence=confidence)

        def count(root: Node, asked: Request = asked) -> int:
            return get_backend().search(owner_id, replace(asked, root=root), limit=1).total

        if (near := nearly(request.root, count)) is not None:
            return replace(asked, root=near[0]), near[1]
    return None


def nearly(root: Node | None, count: Count) -> tuple[Node, str] | None:
    """Return what to ask instead, and how to say so; None when there is nothing to leave out.

    Words that nothing has beside the fixed parts (fields, phrases, negations) are left out. Where
    every word is known, any one of them may be missing. ``count`` counts what fits a tree.
    """
    if not isinstance(root, And):
        return None
    free = [child for child in root.children if _is_free(child)]
    fixed = [child for child in root.children if not _is_free(child)]
    if not free or len(free) > MAX_WORDS or len(root.children) < 2:
        return None
    known = [child for child in free if count(_all([child, *fixed]))]
    if not known:
        return None
    missing = [child for child in free if child not in known]
    if missing and count(kept := _all([*known, *fixed])):
        return kept, f"without {_listed(missing)}"
    if len(known) < 2:
        return None
    return _all([_all_but_one(known), *fixed]), f"without one of {_listed(known)}"


def _is_free(node: Node) -> bool:
    typed = said(node)
    return isinstance(typed, Term) and is_plain(typed)


def _all_but_one(known: Sequence[Node]) -> Node:
    return Or(tuple(_all(kept) for kept in combinations(known, len(known) - 1)))


def _all(nodes: Sequence[Node]) -> Node:
    return And(tuple(nodes)) if len(nodes) > 1 else nodes[0]


def _listed(nodes: Sequence[Node]) -> str:
    typed = (said(node) for node in nodes)
    return ", ".join(node.text for node in typed if isinstance(node, Term))
