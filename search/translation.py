"""Words of other languages in a query: "perro" finds the label Dog as well as the word.

The same goes for places and months: "Prag" finds what was taken in Prague, "Juni" in June. The
index knows nothing of them: the query says what they mean, so that one language more costs no item
anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from gallery.taxonomy.languages import LANGUAGES
from search.analysis import words
from search.fields import DATE_WORDS
from search.foreign import labels_called, labels_called_in, places_called
from search.months import month_called
from search.types import And, Node, Not, Or, Phrase, Term

PLACE_FIELDS = ("place", "country")


_ALL = frozenset(LANGUAGES)
_NONE: frozenset[str] = frozenset()


def translated(node: Node | None, languages: frozenset[str] = _NONE) -> Node | None:
    """Return the tree in which foreign words may also be the labels and places they stand for.

    In a sentence of these ``languages``, words that English has as well are foreign, too.
    """
    return None if node is None else _translated(node, languages)


def is_translation(node: Node) -> bool:
    """True for a word beside what it stands for, as ``translated`` gives them."""
    if not isinstance(node, Or):
        return False
    return any(node == _or_meant(node.children[0], languages) for languages in (_NONE, _ALL))


def place_of(words_typed: tuple[Term, ...]) -> Or | None:
    """Return neighboring words beside the place that they name together: "Nueva York"."""
    text = " ".join(word.text for word in words_typed)
    places = tuple(_places(text, None))
    return Or((And(words_typed), *places)) if places else None


def _translated(node: Node, languages: frozenset[str]) -> Node:
    if isinstance(node, Not):
        return Not(_translated(node.child, languages))
    if isinstance(node, And):
        return And(tuple(_translated(child, languages) for child in node.children))
    if isinstance(node, Or):
        if is_translation(node):
            return node
        return Or(tuple(_translated(child, languages) for child in node.children))
    return _or_meant(node, languages)


def _or_meant(node: Node, languages: frozenset[str]) -> Node:
    if isinstance(node, And) and all(isinstance(child, Term) for child in node.children):
        return place_of(tuple(child for child in node.children if isinstance(child, Term))) or node
    meant = tuple(_meant(node, languages))
    return Or((node, *meant)) if meant else node


def _meant(node: Node, languages: frozenset[str]) -> Iterator[Term]:
    # Who writes the name of a field may need the quotes to hold two words together.
    if isinstance(node, Phrase) and node.field in PLACE_FIELDS and not node.slop:
        yield from _places(node.text, node.field)
    if not isinstance(node, Term) or node.prefix or node.pattern or node.exact or node.fuzzy:
        return
    if node.field in (None, "label"):
        for name in labels_called(node.text) or labels_called_in(node.text, languages):
            yield Term("label", name, words(name), exact=True, low=node.low, high=node.high)
    if node.field is None and (month := month_called(node.text)):
        yield Term(DATE_WORDS, month, words(month))
    if node.field in (None, *PLACE_FIELDS):
        yield from _places(node.text, node.field)


def _places(text: str, field: str | None) -> Iterator[Term]:
    for name in places_called(text, field):
        yield Term(field or "place", name, words(name))
