"""Last steps on a parsed tree: words too common to ask for, and confidence bounds."""

from __future__ import annotations

import re
from dataclasses import replace

from search.elision import is_foreign_word, without_elided
from search.foreign import SHARED_KINDS
from search.needles import needles_of
from search.types import And, Node, Not, Notice, Or, Range, Term

# Words that hold a sentence together. Where an item has them or not says nothing about it.
_ENGLISH = (
    "a an and are at be by did do does during for from had has have how i in into is its me my "
    "near of on or our some taken that the their there these this those to was we were what when "
    "where which who with you your"
)
_OTHERS = (
    "au auf aux avec das dans de degli dei della delle dem den der des du ein eine einem einen "
    "einer el en et im les los mit nel nella por sulla und une vom von y zum zur"
)
# Small words of other languages that mean something in English, or a place (LA). They are small
# beside another word of these languages, as in "la plage" and "die Katze".
_ARTICLES = (
    "am aus con da del di die gli il la las le lo mein meine meinem meinen meiner para sui sul sur "
    "un una"
)
_SMALL_BESIDE = frozenset(_ARTICLES.split())
_FOREIGN_STOP_WORDS = frozenset(_OTHERS.split())
STOP_WORDS = _FOREIGN_STOP_WORDS.union(_ENGLISH.split())
# Those of them that follow a word for a kind in other languages alone: "Videos aus London".
_SMALL_BEHIND = frozenset(
    ["aus", "con", "del", "mein", "meine", "meiner", "para", "sul", "sur", "un", "una"]
)
_YEAR_WORDS = frozenset(["jahr", "jahre", "jahres", "annee", "anno", "ano"])
_YEAR = re.compile("(?:19|20)[0-9]{2}")
# The notice that some were left out.
SMALL_WORDS = "common"
_LEFT_OUT = Notice(SMALL_WORDS, "Very common words were left out; quote them to search them.")
# What a request begins with.
_LEADS = frozenset(["find", "search", "show"])


def settle(root: Node | None, notices: list[Notice]) -> Node | None:
    """Return the tree with stop words dropped and ``confidence:`` applied to its labels."""
    while isinstance(root, And):
        root = _without_stop_words(root, notices)
        if len(root.children) > 1:
            return _narrowed(root)
        (root,) = root.children
    return None if root is None else _without_elided(root, notices)


def _without_elided(root: Node, notices: list[Notice]) -> Node:
    kept = without_elided((root,), is_foreign_beside=False)
    if not kept or kept == (root,):
        return root
    notices.append(_LEFT_OUT)
    return kept[0]


def is_small(node: Node) -> bool:
    """True for a word that says nothing by itself, in English or beside words of others."""
    return _is_one_of(node, STOP_WORDS) or _is_article(node)


def _narrowed(root: And) -> Node:
    """Give the labels of ``root`` the bounds of each ``confidence:`` beside them."""
    bounds = [
        child for child in root.children if isinstance(child, Range) and child.field == "confidence"
    ]
    for bound in bounds:
        root = And(tuple(_bounded(part, bound) for part in root.children))
    return root


def _without_stop_words(root: And, notices: list[Notice]) -> And:
    is_foreign = any(_is_one_of(child, _FOREIGN_STOP_WORDS) for child in root.children)
    whole = without_elided(root.children, is_foreign_beside=is_foreign)
    kept = _without_articles(tuple(child for child in whole if not _is_one_of(child, STOP_WORDS)))
    kept = _without_year_words(kept)
    while len(kept) > 1 and _is_one_of(kept[0], _LEADS):
        kept = kept[1:]
    has_words = any(needles_of(child) for child in kept)
    if kept == root.children or not has_words:
        return root
    notices.append(_LEFT_OUT)
    return And(kept)


def _without_articles(children: tuple[Node, ...]) -> tuple[Node, ...]:
    """Leave the small words of other languages out where there is another word of them."""
    if any(map(is_foreign_word, children)):
        return tuple(child for child in children if not _is_article(child))
    kept: list[Node] = []
    for child in children:
        if not (_is_one_of(child, _SMALL_BEHIND) and kept and _is_one_of(kept[-1], SHARED_KINDS)):
            kept.append(child)
    return tuple(kept)


def _without_year_words(children: tuple[Node, ...]) -> tuple[Node, ...]:
    """Leave out "Jahr" and the like right before a year, which needs no word to be one."""
    kept: list[Node] = []
    for child in reversed(children):
        if not (_is_one_of(child, _YEAR_WORDS) and kept and _is_year(kept[-1])):
            kept.append(child)
    return tuple(reversed(kept))


def _is_year(node: Node) -> bool:
    if not isinstance(node, Term) or node.field is not None:
        return False
    return _YEAR.fullmatch(node.text) is not None


def _is_article(node: Node) -> bool:
    # In capitals it is a name: "Hund in LA".
    return _is_one_of(node, _SMALL_BESIDE) and isinstance(node, Term) and not node.text.isupper()


def _is_one_of(node: Node, small: frozenset[str]) -> bool:
    return (
        isinstance(node, Term)
        and node.field is None
        and not (node.prefix or node.pattern or node.fuzzy)
        and len(node.words) == 1
        and node.words[0] in small
    )


def _bounded(node: Node, bounds: Range) -> Node:
    """Give every ``label:`` below ``node`` that has no bounds of its own those of the query."""
    if isinstance(node, Not):
        return Not(_bounded(node.child, bounds))
    if isinstance(node, And):
        return And(tuple(_bounded(child, bounds) for child in node.children))
    if isinstance(node, Or):
        return Or(tuple(_bounded(child, bounds) for child in node.children))
    if isinstance(node, Term) and node.field == "label" and (node.low, node.high) == (None, None):
        return replace(node, low=bounds.low, high=bounds.high)
    return node
