"""What nearly fits when nothing fits all of a sentence: the same without some of its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from uuid import UUID

from search.backends import get_backend
from search.backends.base import Request
from search.narrowing import is_small
from search.sentences import is_kind, is_medium, is_plain, said
from search.translation import PLACE_FIELDS
from search.types import And, Choice, Node, Not, Or, Term, Tier

# Each word is asked for by itself: whoever writes more is not served by less of it.
MAX_WORDS = 8

# How well the best of what fits does, and how many fit.
Look = tuple[Tier, int]
Looker = Callable[[Node], Look]


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


def nearly(root: Node | None, look: Looker) -> tuple[Node, str] | None:
    """Return what to ask instead, and how to say so; None when there is nothing to leave out.

    Words that nothing has beside the fixed parts (fields, phrases, negations) are left out. Where
    every word is known, any one of them may be missing; at the last all but one are. What names
    a label is what the sentence is about, and is kept before years, kinds, places and the rest.
    Nothing is kept that tells nothing: "photos" alone are no answer to "photos of my yacht".
    """
    if not isinstance(root, And):
        return None
    free = [child for child in root.children if _is_free(child)]
    fixed = [child for child in root.children if not _is_free(child)]
    if not free or len(free) > MAX_WORDS or len(root.children) < 2:
        return None
    looks = {child: look(_all([child, *fixed])) for child in free}
    known = tuple(child for child in free if looks[child][1])
    if not known:
        return None
    missing = tuple(child for child in free if child not in known)
    subjects = _subjects(known, fixed, look)
    others = tuple(child for child in known if child not in subjects)
    for kept in _less(missing, subjects, others):
        if _is_any_telling([*kept.nodes, *fixed]) and look(asked := _all([*kept.nodes, *fixed]))[1]:
            return asked, kept.said
    telling = [child for child in subjects or known if _is_any_telling([child, *fixed])]
    if not telling:
        return None
    most = max(telling, key=lambda child: (looks[child][0], -looks[child][1]))
    return _all([most, *fixed]), f"{_listed([most])} alone"


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is left of a sentence, and how to say so."""

    nodes: Sequence[Node]
    said: str


def _less(
    missing: Sequence[Node], subjects: Sequence[Node], others: Sequence[Node]
) -> Iterator[_Kept]:
    """Yield what to ask for, with ever fewer of the words, the subjects kept longest."""
    without = f"without {_listed(missing)}" if missing else "without"
    also = f"{without} and without one of" if missing else "without one of"
    if missing:
        yield _Kept((*subjects, *others), without)
    if len(others) > 1 and (subjects or len(others) > 2):
        fewer = _all_but_one(others) if subjects else _telling_but_one(others)
        yield _Kept((*subjects, fewer), f"{also} {_listed(others)}")
    if not subjects:
        return
    if sum(map(_is_wordy, others)) > 1:
        # Two more words that meet say more than a label that they do not meet.
        yield _Kept(others, f"without {_listed([*missing, *subjects])}")
    if others and len(subjects) > 1:
        yield _Kept(subjects, f"{_listed(subjects)} alone")
    if len(subjects) > 1:
        fewer, listed = _all_but_one(subjects), _listed(subjects)
        if others:
            yield _Kept((fewer, *others), f"{also} {listed}")
        if len(subjects) > 2:
            yield _Kept((fewer,), f"all but one of {listed}")


def _is_any_telling(nodes: Sequence[Node]) -> bool:
    return any(map(_is_telling, nodes))


def _is_telling(node: Node) -> bool:
    """False for what fits nearly all of a library or says nothing: kinds of files, small words."""
    if isinstance(node, And):
        return _is_any_telling(node.children)
    if is_medium(node) or isinstance(node, Not):
        return False
    if isinstance(node, Choice):
        return node.field != "type"
    if isinstance(node, Or) and said(node) == node:
        # Any may be what fits, so that each of them has to tell something.
        return bool(node.children) and all(map(_is_telling, node.children))
    return not is_small(said(node))


def _subjects(known: Sequence[Node], fixed: Sequence[Node], look: Looker) -> tuple[Node, ...]:
    """Return the words that name labels which the library shows."""
    words = (child for child in known if not is_kind(child))
    return tuple(child for child in words if look(_all([_as_label(child), *fixed]))[1])


def _is_wordy(node: Node) -> bool:
    typed = said(node)
    return not is_kind(node) and isinstance(typed, Term) and typed.words[0].isalpha()


def _as_label(node: Node) -> Node:
    typed = said(node)
    label = replace(typed, field="label") if isinstance(typed, Term) else typed
    others = node.children[1:] if isinstance(node, Or) else ()
    # A place that is called so in another language is what it is about no more than any place.
    others = tuple(one for one in others if not _is_place(one))
    return Or((label, *others)) if others else label


def _is_place(node: Node) -> bool:
    return isinstance(node, Term) and node.field in PLACE_FIELDS


def _is_free(node: Node) -> bool:
    typed = said(node)
    return isinstance(typed, Term) and is_plain(typed)


def _all_but_one(known: Sequence[Node]) -> Node:
    return Or(tuple(_all(kept) for kept in combinations(known, len(known) - 1)))


def _telling_but_one(known: Sequence[Node]) -> Node:
    kept = (one for one in combinations(known, len(known) - 1) if _is_any_telling(one))
    return Or(tuple(map(_all, kept)))


def _all(nodes: Sequence[Node]) -> Node:
    return And(tuple(nodes)) if len(nodes) > 1 else nodes[0]


def _listed(nodes: Sequence[Node]) -> str:
    typed = (said(node) for node in nodes)
    return ", ".join(f"“{node.text}”" for node in typed if isinstance(node, Term))
