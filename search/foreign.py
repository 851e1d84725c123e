"""What words of other languages stand for: labels, what has to do with labels, and places."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from gallery.taxonomy.languages import (
    LANGUAGES,
    foreign_relations,
    foreign_words,
    shared_words,
    words_of_languages,
)
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
# Words for kinds of files that are the same in English and in these languages.
SHARED_KINDS = frozenset(
    ("video", "videos", "photo", "photos", "image", "images", "selfie", "selfies")
)
# Words that show of which language a sentence is: those for kinds, and small ones, by themselves
# or right behind one of the kinds above.
_KINDS_OF = {
    "de": "foto fotos bild bilder bildern aufnahmen fotografie filme filmen",
    "fr": "photographie",
    "es": "foto fotos fotografia imagen imagenes",
    "it": "foto fotografia immagine immagini filmato filmati",
}
_SMALL_OF = {
    "de": "und mit vom zum zur auf eine einem einen einer dem",
    "fr": "une avec dans aux",
    "es": "",
    "it": "della delle degli nella sulla dell nell sull dall",
}
_SMALL_BEHIND_KINDS = {
    "de": "von aus am im ein mein meine",
    "fr": "de du des d le les la un l",
    "es": "de del con una un",
    "it": "di del dei con una un",
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


def languages_in(text: str) -> frozenset[str]:
    """Return the languages that a sentence can be of, by words that English has not."""
    tokens = words(text)
    found = {name for token in tokens for name in _languages_by_word().get(token, ())}
    for before, word in pairwise(tokens):
        if before in SHARED_KINDS:
            found.update(name for name in LANGUAGES if word in _SMALL_BEHIND_KINDS[name].split())
    return frozenset(found)


def labels_called_in(text: str, languages: frozenset[str]) -> tuple[str, ...]:
    """Return what a word that English has as well means in a sentence of these languages.

    One that several languages have means the same in all of them: "mar".
    """
    tokens = words(text)
    meanings = _shared_labels().get(tokens[0], ()) if len(tokens) == 1 else ()
    if languages.isdisjoint(name for name, _ in meanings):
        return ()
    return tuple(dict.fromkeys(label for _, label in meanings))


@lru_cache(maxsize=1)
def _languages_by_word() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, spoken in words_of_languages().items():
        small = (*_KINDS_OF[name].split(), *_SMALL_OF[name].split())
        for word in (*(token for one in spoken for token in words(one)), *small):
            found.setdefault(word, set()).add(name)
    return found


@lru_cache(maxsize=1)
def _shared_labels() -> dict[str, tuple[tuple[str, str], ...]]:
    return {words(word)[0]: meanings for word, meanings in shared_words().items()}


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
