"""What words of other languages stand for: labels, what has to do with labels, and places."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from gallery.taxonomy.languages import foreign_relations, foreign_words
from search import place_names
from search.analysis import stem, words
from search.months import month_called

# Words for kinds of files that English has not, folded.
FOREIGN_KINDS = {
    "photo": (
        *("foto", "bild", "bilder", "bildern", "aufnahmen", "photographie"),
        *("fotografia", "fotografie", "imagen", "imagenes", "immagine", "immagini"),
    ),
    "video": ("filme", "filmen", "filmato", "filmati"),
}
_KIND_STEMS = frozenset((stem(word),) for kind in FOREIGN_KINDS.values() for word in kind)


def labels_called(text: str) -> tuple[str, ...]:
    """Return the labels that a single word stands for in another language."""
    return _found(_labels_by_stem(), text)


def places_called(text: str, field: str | None) -> tuple[str, ...]:
    """Return the names, as photos have them, of the places that are called so elsewhere.

    ``field`` is ``country`` for countries alone.
    """
    called = place_names.countries_called if field == "country" else place_names.places_called
    return called(text)


def is_foreign_name(text: str) -> bool:
    """True for what means a label or a place in another language."""
    return bool(labels_called(text) or place_names.places_called(text))


def is_foreign(text: str) -> bool:
    """True for a word of another language that the tables hold, whatever it stands for."""
    if month_called(text):
        return True
    is_kind = tuple(map(stem, words(text))) in _KIND_STEMS
    return is_kind or is_foreign_name(text) or bool(_found(_relations_by_stem(), text))


def _found(table: Mapping[str, tuple[str, ...]], text: str) -> tuple[str, ...]:
    tokens = words(text)
    return table.get(stem(tokens[0]), ()) if len(tokens) == 1 else ()


@lru_cache(maxsize=1)
def _labels_by_stem() -> dict[str, tuple[str, ...]]:
    return _by_stem(foreign_words())


@lru_cache(maxsize=1)
def _relations_by_stem() -> dict[str, tuple[str, ...]]:
    return _by_stem(foreign_relations())


def _by_stem(table: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word, labels in table.items():
        (token,) = words(word)
        found[stem(token)] = tuple(dict.fromkeys((*found.get(stem(token), ()), *labels)))
    return found
