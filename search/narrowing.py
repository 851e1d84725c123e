"""Last steps on a parsed tree: words too common to ask for, and confidence bounds."""

from __future__ import annotations

from dataclasses import replace

from search.foreign import is_foreign
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
STOP_WORDS = frozenset([*_ENGLISH.split(), *_OTHERS.split()])
# The notice that some were left out.
SMALL_WORDS = "common"
# What a request begins with.
_LEADS = frozenset(["find", "search", "show"])


def settle(root: Node | None, notices: list[Notice]) -> Node | None:
    """Return the tree with stop words dropped and ``confidence:`` applied to its labels."""
    while isinstance(root, And):
        root = _without_stop_words(root, notices)
        if len(root.children) > 1:
            return _narrowed(root)
        (root,) = root.children
    return root


def is_small(node: Node) -> bool:
    """True for a word that says nothing by itself, in English or beside words of others."""
    return _is_one_of(node, STOP_WORDS | _SMALL_BESIDE)


def _narrowed(root: And) -> Node:
    """Give the labels of ``root`` the bounds of each ``confidence:`` beside them."""
    bounds = [
        child for child in root.children if isinstance(child, Range) and child.field == "confidence"
    ]
    for bound in bounds:
        root = And(tuple(_bounded(part, bound) for part in root.children))
    return root


def _without_stop_words(root: And, notices: list[Notice]) -> And:
    kept = _without_articles(
        tuple(child for child in root.children if not _is_one_of(child, STOP_WORDS))
    )
    while len(kept) > 1 and _is_one_of(kept[0], _LEADS):
        kept = kept[1:]
    has_words = any(needles_of(child) for child in kept)
    if len(kept) == len(root.children) or not has_words:
        return root
    notices.append(
        Notice(SMALL_WORDS, "Very common words were left out; quote them to search them.")
    )
    return And(kept)


def _without_articles(children: tuple[Node, ...]) -> tuple[Node, ...]:
    """Leave the small words of other languages out where there is another word of them."""
    if not any(map(_is_foreign, children)):
        return children
    return tuple(child for child in children if not _is_article(child))


def _is_article(node: Node) -> bool:
    # In capitals it is a name: "Hund in LA".
    return _is_one_of(node, _SMALL_BESIDE) and isinstance(node, Term) and not node.text.isupper()


def _is_foreign(node: Node) -> bool:
    return isinstance(node, Term) and node.field is None and is_foreign(node.text)


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
