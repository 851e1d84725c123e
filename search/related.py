"""What has to do with a query without being what it says: shown after the hits, and apart.

A word such as "kitchen" is no label's name, but it has to do with some: by a table of everyday
words, or else because what it means lies near to what they mean. The widened query finds what
the query itself does not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import chain, islice

from django.db import DatabaseError, connection
from django.db.models import Q

from accounts.models import User
from gallery.models import Label
from gallery.taxonomy import load_taxonomy
from gallery.taxonomy.everyday import everyday_words, related_labels
from gallery.taxonomy.languages import foreign_relations
from search.analysis import stem, words
from search.backends import get_backend
from search.backends.base import Request
from search.dictionary import is_real_word
from search.foreign import is_foreign_name
from search.meaning.nearness import (
    DISTANT,
    MAX_NEAR,
    NEAR,
    NearName,
    OtherName,
    make_aside,
    neighborhood,
)
from search.narrowing import STOP_WORDS
from search.rows import raw
from search.sentences import said
from search.translation import is_translation
from search.types import And, Node, Not, Or, Relation, Term

logger = logging.getLogger(__name__)

MAX_OWN_LABELS = 2_000
MAX_DISTANT = 3
_MIN_LENGTH = 3
_FARTHER = 0.15
# Shorter ones that no dictionary has are slips more often than words, and near to anything.
_MIN_UNKNOWN = 5
_VOWELS = frozenset("aeiouy")

Stems = tuple[str, ...]


class Relations:
    """What the words of one search have to do with in its user's own library."""

    def __init__(self, user: User, request: Request) -> None:
        self._user = user
        self._request = request
        self._found: dict[str, Relation] = {}

    def roots(self) -> Iterator[Node]:
        """Yield what finds only what is related, one after the other; nothing without relations."""
        root = self._request.root
        if isinstance(root, Term):
            yield from self._one_by_one(self._of_term(root), root)
        elif root is not None:
            widened = self._widened(root)
            if widened != root:
                yield And((widened, Not(root)))
            # Words together can mean what none of them means: "game controller".
            yield from self._one_by_one(self._of_text(self._text), root)

    def distant_roots(self) -> Iterator[Node]:
        """Yield what is not quite near, for whoever would see nothing at all."""
        if not all(map(_may_be_word, words(self._text))):
            return
        for relation in self._near(self._text, DISTANT)[:MAX_DISTANT]:
            yield _label(self._noted(relation))

    def of(self, label: str) -> Relation | None:
        """Return why the label was looked for, if it was."""
        return self._found.get(label)

    @cached_property
    def _text(self) -> str:
        """What was typed, if it is words alone; otherwise nothing."""
        root = self._request.root
        words = root.children if isinstance(root, And) else (root,)
        if not all(word is not None and _is_free(word) for word in words):
            return ""
        return " ".join(word.text for word in words if isinstance(word, Term))

    def _one_by_one(self, relations: list[Relation], root: Node) -> Iterator[Node]:
        """Yield the labels of a table together, and those that are near from the nearest on."""
        labels = [_label(self._noted(relation), root) for relation in relations]
        known = tuple(labels[: sum(relation.nearness is None for relation in relations)])
        for label in ([Or(known)] if known else []) + labels[len(known) :]:
            yield And((label, Not(root)))

    def _widened(self, node: Node) -> Node:
        if isinstance(node, And):
            return And(tuple(self._widened(child) for child in node.children))
        if isinstance(node, Or):
            if is_translation(node) or said(node) != node:
                return node
            return Or(tuple(self._widened(child) for child in node.children))
        # What is shut out stays just that: nobody wants less because of a distant relation.
        if not isinstance(node, Term):
            return node
        labels = tuple(_label(self._noted(relation), node) for relation in self._of_term(node))
        return Or((node, *labels)) if labels else node

    def _of_term(self, term: Term) -> list[Relation]:
        if not _is_plain(term) or term.field not in (None, "label") or is_foreign_name(term.text):
            return []
        known = _labels_by_stem().get(_stems(term.text), ())
        relations = [Relation(term.text, name) for name in known]
        return relations if relations or term.field else self._near(term.text, NEAR)

    def _of_text(self, text: str) -> list[Relation]:
        known = _labels_by_stem().get(_stems(text), ())
        return [Relation(text, name) for name in known] or self._near(text, NEAR)

    def _noted(self, relation: Relation) -> str:
        return self._found.setdefault(relation.label, relation).label

    def _near(self, text: str, least: float) -> list[Relation]:
        """Return the labels of the library that mean nearly the same, the nearest first."""
        around = neighborhood() if _may_mean_something(text) else None
        if around is None or self._is_label(text):
            return []
        return list(self._in_library(text, around.near(text, self._other_labels, least)))

    def _is_label(self, text: str) -> bool:
        """True for the name of a label, which needs no relation to be found."""
        if _stems(text) in _taxonomy_stems():
            return True
        wanted = _stems(text)
        same = (other.name for other in self._other_labels if _stems(other.name) == wanted)
        # That others have such a label makes no difference.
        return any(map(self._has, same))

    def _in_library(self, text: str, nearest: list[NearName]) -> Iterator[Relation]:
        # What a word is far nearer to is what it means, though the library has none of it.
        known = (near.nearness for near in nearest if _is_in_taxonomy(near.name))
        farthest = max(known, default=0.0) - _FARTHER
        count = 0
        for near in nearest:
            if near.nearness < farthest or count == MAX_NEAR:
                return
            if self._has(near.name):
                farthest = max(farthest, near.nearness - _FARTHER)
                count += 1
                yield Relation(text, near.name, near.nearness)

    def _has(self, label: str) -> bool:
        """True if the library shows the label: what others have must not crowd out what it has."""
        asked = replace(self._request, root=_label(label), is_ranked=False)
        return get_backend().search(self._user.pk, asked, limit=1).total > 0

    @cached_property
    def _other_labels(self) -> list[OtherName]:
        """Labels outside of the taxonomy: the user's own, and those that engines came with."""
        rows = Label.objects.filter(Q(owner=self._user) | Q(owner=None), hidden=False)
        named = rows.order_by("name").annotate(raw_owner=raw("owner_id"))
        own: dict[str, None] = {}
        shared: list[str] = []
        for name, owner in named.values_list("name", "raw_owner"):
            if owner is None:
                shared.append(name)
            elif not _is_in_taxonomy(name):
                own[name] = None
        mine = (OtherName(name, str(self._user.pk)) for name in islice(own, MAX_OWN_LABELS))
        others = _outside_of_taxonomy(tuple(shared))
        return [*mine, *(other for other in others if not own or other.name not in own)]


def warm() -> None:
    """Get ready beside the first requests of a web server what they would have to wait for."""
    make_aside(_shared_labels)


def _shared_labels() -> list[OtherName]:
    """Return everybody's labels outside of the taxonomy; none while the database is away."""
    try:
        names = Label.objects.filter(owner=None, hidden=False).values_list("name", flat=True)
        return list(_outside_of_taxonomy(tuple(names)))
    except DatabaseError as error:
        logger.warning("labels not read ahead", extra={"error": error})
        return []
    finally:
        connection.close()


@lru_cache(maxsize=2)
def _outside_of_taxonomy(names: tuple[str, ...]) -> tuple[OtherName, ...]:
    """Return everybody's labels that the taxonomy lacks: the same until there is another."""
    return tuple(OtherName(name) for name in names if not _is_in_taxonomy(name))


@lru_cache(maxsize=20_000)
def _is_in_taxonomy(name: str) -> bool:
    return load_taxonomy().lookup(name) is not None


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
    # A sign that stands for letters was typed at a place where it cannot be read as one.
    if not found or any(character.isdigit() or character in "?*" for character in text):
        return False
    is_said = any(word not in STOP_WORDS for word in found)
    return is_said and (len(text) >= _MIN_LENGTH or not text.isascii())


def _may_be_word(word: str) -> bool:
    """False for a few letters that are no word which we know, such as "dgo"."""
    if not word.isascii() or word in STOP_WORDS or is_real_word(word):
        return True
    return len(word) >= _MIN_UNKNOWN and not _VOWELS.isdisjoint(word)


@lru_cache(maxsize=20_000)
def _stems(text: str) -> Stems:
    return tuple(map(stem, words(text)))


@lru_cache(maxsize=1)
def _labels_by_stem() -> dict[Stems, tuple[str, ...]]:
    found: dict[Stems, tuple[str, ...]] = {}
    for word, labels in chain(related_labels().items(), foreign_relations().items()):
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
