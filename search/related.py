"""What has to do with a query without being what it says: shown after the hits, and apart.

A word such as "kitchen" is no label's name, but it has to do with some: by a table of everyday
words, or else because what it means lies near to what they mean. The widened query finds what
the query itself does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import islice

from django.db.models import Q

from accounts.models import User
from gallery.models import Label
from gallery.taxonomy import load_taxonomy
from gallery.taxonomy.everyday import everyday_words, related_labels
from search.analysis import stem, words
from search.backends import get_backend
from search.backends.base import Request
from search.meaning.nearness import MAX_NEAR, NearName, neighborhood
from search.narrowing import STOP_WORDS
from search.sentences import said
from search.translation import is_translation, labels_called
from search.types import And, Node, Not, Or, Relation, Term

MAX_OWN_LABELS = 2_000
_MIN_LENGTH = 3
_FARTHER = 0.15

Stems = tuple[str, ...]


class Relations:
    """What the words of one search have to do with in its user's own library."""

    def __init__(self, user: User, request: Request) -> None:
        self._user = user
        self._request = request
        self._found: dict[str, Relation] = {}

    def root(self) -> Node | None:
        """Return what finds only what is related, or None when nothing has relations."""
        root = self._request.root
        if root is None:
            return None
        widened = self._by_whole_text(self._widened(root))
        return None if widened == root else And((widened, Not(root)))

    def of(self, label: str) -> Relation | None:
        """Return why the label was looked for, if it was."""
        return self._found.get(label)

    def _widened(self, node: Node) -> Node:
        if isinstance(node, And):
            return And(tuple(self._widened(child) for child in node.children))
        if isinstance(node, Or):
            if is_translation(node) or said(node) != node:
                return node
            return Or(tuple(self._widened(child) for child in node.children))
        # What is shut out stays just that: nobody wants less because of a distant relation.
        return self._or_its_relations(node) if isinstance(node, Term) else node

    def _or_its_relations(self, term: Term) -> Node:
        if not _is_plain(term) or term.field not in (None, "label"):
            return term
        known = _labels_by_stem().get(_stems(term.text), ())
        relations = [Relation(term.text, name) for name in known]
        if not relations and term.field is None and not labels_called(term.text):
            relations = self._near(term.text)
        return self._or(term, relations)

    def _by_whole_text(self, widened: Node) -> Node:
        """Let words together mean what none of them means: "man's best friend"."""
        root = self._request.root
        if not isinstance(root, And) or not all(map(_is_free, root.children)):
            return widened
        text = " ".join(child.text for child in root.children if isinstance(child, Term))
        known = _labels_by_stem().get(_stems(text), ())
        return self._or(widened, [Relation(text, name) for name in known] or self._near(text))

    def _or(self, node: Node, relations: list[Relation]) -> Node:
        for relation in relations:
            self._found.setdefault(relation.label, relation)
        labels = (_label(relation.label, node) for relation in relations)
        return Or((node, *labels)) if relations else node

    def _near(self, text: str) -> list[Relation]:
        """Return the labels of the library that mean nearly the same, the nearest first."""
        around = neighborhood() if _may_mean_something(text) else None
        if around is None:
            return []
        others = self._other_labels
        if _stems(text) in _taxonomy_stems() or any(_stems(text) == _stems(o) for o in others):
            return []
        return list(self._in_library(text, around.near(text, others)))

    def _in_library(self, text: str, nearest: list[NearName]) -> Iterator[Relation]:
        farthest = 0.0
        count = 0
        for near in nearest:
            if near.nearness < farthest or count == MAX_NEAR:
                return
            if self._has(near):
                farthest = max(farthest, near.nearness - _FARTHER)
                count += 1
                yield Relation(text, near.name, near.nearness)

    def _has(self, near: NearName) -> bool:
        """True if the library shows the label: what others have must not crowd out what it has."""
        asked = replace(self._request, root=_label(near.name))
        return get_backend().search(self._user.pk, asked, limit=1).total > 0

    @cached_property
    def _other_labels(self) -> list[str]:
        """Labels outside of the taxonomy: the user's own, and those that engines came with."""
        rows = Label.objects.filter(Q(owner=self._user) | Q(owner=None), hidden=False)
        own: dict[str, None] = {}
        shared: dict[str, None] = {}
        known = load_taxonomy()
        for name, owner in rows.order_by("name").values_list("name", "owner_id"):
            if known.lookup(name) is None:
                (own if owner else shared)[name] = None
        return [*islice(own, MAX_OWN_LABELS), *(name for name in shared if name not in own)]


def _label(name: str, bounds: Node | None = None) -> Term:
    low, high = (bounds.low, bounds.high) if isinstance(bounds, Term) else (None, None)
    return Term("label", name, words(name), exact=True, low=low, high=high)


def _is_plain(term: Term) -> bool:
    return not (term.prefix or term.pattern or term.exact or term.fuzzy)


def _is_free(node: Node) -> bool:
    return isinstance(node, Term) and node.field is None and _is_plain(node)


def _may_mean_something(text: str) -> bool:
    """False for codes, numbers, and words that mean nothing of their own."""
    found = words(text)
    if not found or any(character.isdigit() for character in text):
        return False
    is_said = any(word not in STOP_WORDS for word in found)
    return is_said and (len(text) >= _MIN_LENGTH or not text.isascii())


@lru_cache(maxsize=20_000)
def _stems(text: str) -> Stems:
    return tuple(map(stem, words(text)))


@lru_cache(maxsize=1)
def _labels_by_stem() -> dict[Stems, tuple[str, ...]]:
    found: dict[Stems, tuple[str, ...]] = {}
    for word, labels in related_labels().items():
        known = found.get(_stems(word), ())
        found[_stems(word)] = tuple(dict.fromkeys((*known, *labels)))
    return found


@lru_cache(maxsize=1)
def _taxonomy_stems() -> frozenset[Stems]:
    """What labels are called: words that need no relation to find them."""
    return frozenset(
        _stems(name)
        for label in load_taxonomy().all_labels()
        for name in (label.name, *label.aliases, *everyday_words(label.name))
    )
