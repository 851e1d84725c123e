"""What has to do with a query without being what it says: shown after the hits, and apart.

A word such as "kitchen" is no label's name, but it has to do with some. The widened query
finds what the query itself does not.
"""

from __future__ import annotations

from functools import lru_cache

from gallery.taxonomy.everyday import related_labels
from search.analysis import stem, words
from search.types import And, Node, Not, Or, Term


@lru_cache(maxsize=1)
def _labels_by_stem() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word, labels in related_labels().items():
        tokens = words(word)
        if len(tokens) == 1:
            known = found.get(stem(tokens[0]), ())
            found[stem(tokens[0])] = tuple(dict.fromkeys((*known, *labels)))
    return found


def related_root(root: Node | None) -> Node | None:
    """Return what finds only what is related, or None when no word has relations."""
    if root is None:
        return None
    widened = _widened(root)
    return None if widened == root else And((widened, Not(root)))


def _widened(node: Node) -> Node:
    if isinstance(node, And):
        return And(tuple(_widened(child) for child in node.children))
    if isinstance(node, Or):
        return Or(tuple(_widened(child) for child in node.children))
    # What is shut out stays just that: nobody wants less because of a distant relation.
    return _or_its_relations(node) if isinstance(node, Term) else node


def _or_its_relations(term: Term) -> Node:
    is_plain = not (term.prefix or term.pattern or term.exact) and len(term.words) == 1
    if not is_plain or term.field not in (None, "label"):
        return term
    labels = _labels_by_stem().get(stem(term.words[0]), ())
    relations = (
        Term("label", name, words(name), exact=True, low=term.low, high=term.high)
        for name in labels
    )
    return Or((term, *relations)) if labels else term
