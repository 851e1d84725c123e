"""Completions while one types: fields, and the owner's own labels, places and words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from accounts.models import User
from gallery.currencies import CODES
from search.analysis import fold, is_unspaced
from search.backends import get_backend
from search.backends.base import SearchUnavailable
from search.fields import FIELDS, Field, FieldKind, table
from search.gazetteer import towns_named
from search.language import MAX_LENGTH
from search.types import Suggestion

MAX_SUGGESTIONS = 10
_MIN_WORD = 2
_LAST = re.compile(
    r"(?:^|(?<=[\s(]))(?P<sign>[-!]?)(?:(?P<field>[A-Za-z]{1,20}):)?(?P<value>\"[^\"]*|[^\s\"()]*)$"
)
# Facets whose names complete a word without a field, with how many of each may come.
_NAMED = (("label", 5), ("category", 2), ("album", 3), ("place", 3), ("camera", 2))
_WORD_FIELDS = ("name", "caption", "text")
_FACET_OF = ("place", "camera", "label", "category", "album")


def suggest(user: User, text: str, *, min_confidence: int | None = None) -> list[Suggestion]:
    """Return up to MAX_SUGGESTIONS completions of the last word of ``text``.

    Each one's ``query`` is the whole query with the completion in place.
    """
    match = _LAST.search(text[-MAX_LENGTH:])
    if match is None:
        return []
    threshold = user.shown_confidence if min_confidence is None else min_confidence
    found = _Completer(user, threshold).complete(match["field"], match["value"].lstrip('"'))
    head = text[-MAX_LENGTH:][: match.start()] + match["sign"]
    whole = (Suggestion(one.kind, head + one.query, one.text, one.count) for one in found)
    try:
        return list(islice(whole, MAX_SUGGESTIONS))
    except SearchUnavailable:
        # A library without an index has no words yet; fields need none.
        return [Suggestion(one.kind, head + one.query, one.text) for one in _fields(match["value"])]


class _Completer:
    def __init__(self, user: User, min_confidence: int) -> None:
        self._owner_id = user.pk
        self._min_confidence = min_confidence
        self._backend = get_backend()

    def complete(self, field: str | None, value: str) -> Iterator[Suggestion]:
        if field is None:
            yield from self._anything(value)
        elif field.lower() in FIELDS:
            yield from self._in_field(FIELDS[field.lower()], value)

    def _anything(self, value: str) -> Iterator[Suggestion]:
        if not value:
            return
        yield from _fields(value)
        if len(value) < _MIN_WORD and not is_unspaced(value):
            return
        for facet, limit in _NAMED:
            yield from self._names(facet, value, limit)
        for field in _WORD_FIELDS:
            yield from self._words(field, value, "")

    def _in_field(self, field: Field, value: str) -> Iterator[Suggestion]:
        if field.kind is FieldKind.CHOICE:
            yield from _values(field, field.values, value)
        elif field.kind is FieldKind.CURRENCY:
            yield from _values(field, [code.lower() for code in CODES], value)
        elif field.kind is FieldKind.NEAR:
            yield from self._towns(value)
        elif field.name in _FACET_OF:
            yield from self._names(field.name, value, MAX_SUGGESTIONS)
        elif field.name == "taken":
            for year, count in self._found("year", value, MAX_SUGGESTIONS).items():
                yield Suggestion("taken", f"taken:{year}", year, count)
        elif field.kind is FieldKind.WORDS and value:
            yield from self._words(field.name, value, f"{field.name}:")

    def _towns(self, value: str) -> Iterator[Suggestion]:
        """Places of the user's own that can be measured from."""
        for name, count in self._found("place", value, MAX_SUGGESTIONS).items():
            if towns_named(name):
                yield Suggestion("near", f'near:"{name}"', name, count)

    def _names(self, facet: str, value: str, limit: int) -> Iterator[Suggestion]:
        for name, count in self._found(facet, value, limit).items():
            yield Suggestion(facet, f"{facet}:{_quoted(name)}", name, count)

    def _found(self, facet: str, value: str, limit: int) -> dict[str, int]:
        return self._backend.names(
            self._owner_id,
            facet,
            fold(value).strip(),
            min_confidence=self._min_confidence,
            limit=limit,
        )

    def _words(self, field: str, value: str, lead: str) -> Iterator[Suggestion]:
        prefix = fold(value)
        if not prefix.isalnum():
            return
        counts = self._backend.vocabulary(self._owner_id, field, prefix, 500)
        frequent = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        for word, count in frequent[:3]:
            yield Suggestion("word" if not lead else field, lead + word, word, count)


def _values(field: Field, values: Iterable[str], typed: str) -> Iterator[Suggestion]:
    for value in values:
        if value.startswith(typed.lower()):
            yield Suggestion(field.name, f"{field.name}:{value}", value)


def _fields(value: str) -> Iterator[Suggestion]:
    for field in table():
        if value and field.name.startswith(value.lower()):
            yield Suggestion("field", f"{field.name}:", f"{field.name}: {field.meaning}")


def _quoted(name: str) -> str:
    return name if name.isalnum() else f'"{name.replace(chr(34), "")}"'
