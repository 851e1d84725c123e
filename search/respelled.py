"""A query's words with other spellings, in the words that were searched for."""

from __future__ import annotations

from dataclasses import replace

from search.types import And, Node, Not, Or, Term


def read_as(node: Node) -> Node:
    """Return the tree with the spellings that were searched for in the place of unknown words."""
    if isinstance(node, Not):
        return node
    if isinstance(node, And):
        return And(tuple(map(read_as, node.children)))
    if isinstance(node, Or):
        return Or(tuple(map(read_as, node.children)))
    if isinstance(node, Term) and is_respelled(node):
        words = tuple(_spelled(node, one) for one in node.variants)
        return Or(words) if len(words) > 1 else words[0]
    return node


def likeliest(term: Term) -> Term:
    """Return the likeliest spelling of an unknown word; it still stands for the others, too."""
    if not is_respelled(term):
        return term
    return replace(_spelled(term, term.variants[0]), variants=term.variants)


def is_respelled(term: Term) -> bool:
    """True for a word that nobody knows, which was not asked to be near to others."""
    return bool(term.variants) and not term.fuzzy


def _spelled(term: Term, word: str) -> Term:
    return replace(term, text=word, words=(word,), variants=())
