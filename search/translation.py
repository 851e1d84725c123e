"""Words of other languages in a query: "perro" finds the label Dog as well as the word.

The index knows nothing of them: the query says what they mean, so that one language more costs
no item anything.
"""

from __future__ import annotations

from functools import lru_cache

from gallery.taxonomy.languages import foreign_words
from search.analysis import stem, words
from search.types import And, Node, Not, Or, Term


def translated(node: Node | None) -> Node | None:
    """Return the tree in which each foreign word may also be the label that it stands for."""
    return None if node is None else _translated(node)


def labels_called(text: str) -> tuple[str, ...]:
    """Return the labels that a single word stands for in another language."""
    tokens = words(text)
    return _labels_by_stem().get(stem(tokens[0]), ()) if len(tokens) == 1 else ()


def is_translation(node: Node) -> bool:
    """True for a word beside the labels that it stands for, as ``translated`` gives them."""
    if not isinstance(node, Or) or not isinstance(node.children[0], Term):
        return False
    return node == _or_its_labels(node.children[0])


def _translated(node: Node) -> Node:
    if isinstance(node, Not):
        return Not(_translated(node.child))
    if isinstance(node, And):
        return And(tuple(map(_translated, node.children)))
    if isinstance(node, Or):
        return Or(tuple(map(_translated, node.children)))
    return _or_its_labels(node) if isinstance(node, Term) else node


def _or_its_labels(term: Term) -> Node:
    if term.prefix or term.pattern or term.exact or term.fuzzy or term.field not in (None, "label"):
        return term
    labels = tuple(
        Term("label", name, words(name), exact=True, low=term.low, high=term.high)
        for name in labels_called(term.text)
    )
    return Or((term, *labels)) if labels else term


@lru_cache(maxsize=1)
def _labels_by_stem() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word, labels in foreign_words().items():
        (token,) = words(word)
        found[stem(token)] = tuple(dict.fromkeys((*found.get(stem(token), ()), *labels)))
    return found
