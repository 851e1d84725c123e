"""Small words of French and Italian that are written together with the next: "d'un", "dell'auto".

The analysis takes them for words of their own. Here they are left out, as other small words are,
where what stands behind them or beside them is of such a language: not in "D'Angelo".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from search.analysis import fold, words
from search.foreign import SHARED_KINDS, is_foreign, places_called
from search.types import Node, Term

_ELIDED = re.compile("([^\\W\\d_]+)['\u2019\u02bc](.+)", re.DOTALL)
# What says nothing behind them either: "d'une", "qu'il", "c'est".
_SMALL = frozenset(["un", "une", "uno", "una", "est", "il", "ils", "elle", "elles", "on", "en"])


def without_elided(children: tuple[Node, ...], *, is_foreign_beside: bool) -> tuple[Node, ...]:
    """Return the words of a query without the small words at their beginnings.

    ``is_foreign_beside`` is True where other words show that all are of another language.
    """
    own = _all_without(children, _is_known)
    if is_foreign_beside or any(map(is_foreign_word, own)):
        return _all_without(own, lambda _term, _rest: True)
    is_kind_beside = any(isinstance(child, Term) and _is_kind(child) for child in children)
    return _all_without(own, _is_no_name) if is_kind_beside else own


def is_foreign_word(node: Node | None) -> bool:
    """True for a word without a field that the tables of other languages hold."""
    return isinstance(node, Term) and node.field is None and is_foreign(node.text)


def _all_without(
    children: tuple[Node, ...], is_apart: Callable[[Term, Term], bool]
) -> tuple[Node, ...]:
    own = (_without(child, is_apart) for child in children)
    return tuple(child for child in own if child is not None)


def _without(node: Node, is_apart: Callable[[Term, Term], bool]) -> Node | None:
    """Return what stands behind the apostrophe; None where that is small as well."""
    if not isinstance(node, Term) or (rest := _rest(node)) is None:
        return node
    if len(rest.words) == 1 and rest.words[0] in _SMALL:
        return None
    return rest if is_apart(node, rest) else node


def _rest(node: Term) -> Term | None:
    if node.field or node.prefix or node.pattern or node.fuzzy:
        return None
    split = _ELIDED.fullmatch(node.text)
    if split is None or len(node.words) < 2 or fold(split[1]) != node.words[0]:
        return None
    rest = words(split[2])
    return replace(node, text=split[2], words=rest) if rest == node.words[1:] else None


def _is_kind(term: Term) -> bool:
    return term.field is None and len(term.words) == 1 and term.words[0] in SHARED_KINDS


def _is_no_name(term: Term, _rest: Term) -> bool:
    """True for "d'Anna", but not for "D'Angelo"."""
    return term.text[0].islower()


def _is_known(_term: Term, rest: Term) -> bool:
    """True for a word of the tables; one in capitals is a name, if not that of a place."""
    return bool(places_called(rest.text, None)) or (rest.text.islower() and is_foreign(rest.text))
