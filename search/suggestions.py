"""Completions while one types: fields, and the owner's own labels, places and words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from accounts.models import User
from gallery.currencies import CODES
from search.addresses import address_of
from search.analysis import fold, is_unspaced
from search.backends import get_backend
from search.backends.base import SearchUnavailable
from search.fields import FIELDS, Field, FieldKind, table
from search.gazetteer import towns_named
from search.language import MAX_LENGTH
from search.models import SavedSearch
from search.printing import quoted
from search.recents import MAX_RECENT, recent_of
from search.types import Suggestion

MAX_SUGGESTIONS = 10
_MIN_WORD = 2
_MAX_FIELDS = 3
_MAX_YEARS = 6
_LISTED = ("vendor", "country")
_LAST = re.compile(
    r"(?:^|(?<=[\s(]))(?P<sign>[-!]?)(?:(?P<field>[A-Za-z]{1,20}):)?(?P<value>\"[^\"]*|[^\s\"()]*)$"
)
# Facets whose names complete a word without a field, with how many of each may come.
_NAMED = (("label", 5), ("category", 2), ("album", 3), ("place", 3), ("camera", 2))
_WORD_FIELDS = ("name", "caption", "text")
_FACET_OF = ("place", "camera", "label", "category", "album")


def suggest(user: User, text: str, *, min_confidence: int | None = None) -> list[Suggestion]:
    """Return up to MAX_SUGGESTIONS completions of the last word of ``text``.

    Each one's ``query`` is the whole query with the completion in place. An empty box is offered
    the user's recent searches, then the saved ones.
    """
    if not text.strip():
        return [*_recent(user), *_saved(user)]
    match = _LAST.search(text[-MAX_LENGTH:])
    if match is None:
        return []
    threshold = user.shown_confidence if min_confidence is None else min_confidence
    found = _Completer(user, threshold).complete(match["field"], match["value"].lstrip('"'))
    head = text[-MAX_LENGTH:][: match.start()] + match["sign"]
    whole = (replace(one, query=head + one.query) for one in _once(found))
    try:
        return list(islice(whole, MAX_SUGGESTIONS))
    except SearchUnavailable:
        # A library without an index has no words yet; fields need none.
        return [replace(one, query=head + one.query) for one in _fields(match["value"])]


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
        if len(value) < _MIN_WORD and not is_unspaced(value):
            yield from _fields(value)
            return
        (first, limit), *others = _NAMED
        yield from self._names(first, value, limit)
        yield from islice(_fields(value), _MAX_FIELDS)
        for facet, limit in others:
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
            for year, count in self._found("year", value, _MAX_YEARS).items():
                yield Suggestion("taken", f"taken:{year}", year, count)
            yield from _examples(field, value)
        elif field.kind is FieldKind.WORDS:
            yield from self._words(field.name, value, f"{field.name}:")
        else:
            yield from _examples(field, value)

    def _towns(self, value: str) -> Iterator[Suggestion]:
        """Places of the user's own that can be measured from."""
        for name, count in self._found("place", value, MAX_SUGGESTIONS).items():
            if towns_named(name):
                yield Suggestion("near", f"near:{quoted(name)}", name, count)

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
        # Behind the field's name alone, only words of which there are few are worth a list.
        if not prefix.isalnum() and (prefix or field not in _LISTED):
            return
        counts = self._backend.vocabulary(self._owner_id, field, prefix, 500)
        frequent = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        for word, count in frequent[:3] if prefix else frequent[:MAX_SUGGESTIONS]:
            yield Suggestion("word" if not lead else field, lead + word, word, count)


def _values(field: Field, values: Iterable[str], typed: str) -> Iterator[Suggestion]:
    for value in values:
        if value.startswith(typed.lower()):
            yield Suggestion(field.name, f"{field.name}:{value}", value)


def _once(found: Iterable[Suggestion]) -> Iterator[Suggestion]:
    """Yield the first of those that make the same query."""
    seen: set[str] = set()
    for one in found:
        if one.query not in seen:
            seen.add(one.query)
            yield one


def _recent(user: User) -> Iterator[Suggestion]:
    for one in recent_of(user)[:MAX_RECENT]:
        yield Suggestion("recent", one.text, one.text, id=one.pk)


def _saved(user: User) -> Iterator[Suggestion]:
    saved = SavedSearch.objects.filter(owner=user).order_by("name")[:MAX_SUGGESTIONS]
    for one in saved:
        yield Suggestion("saved", one.text, one.name, url=address_of(one).url)


def _fields(value: str) -> Iterator[Suggestion]:
    for field in table():
        if value and field.name.startswith(value.lower()):
            text = f"{field.name}: {field.meaning}"
            yield Suggestion("field", f"{field.name}:", text, is_partial=True)


def _examples(field: Field, value: str) -> Iterator[Suggestion]:
    """Yield what else one may ask a field that has no words: ``taken:yesterday``."""
    for example in (field.example, *field.more):
        asked = example.removeprefix(f"{field.name}:")
        if asked != example and " " not in asked and asked.startswith(value.lower()):
            yield Suggestion("example", example, asked)


def _quoted(name: str) -> str:
    return name if name.isalnum() else quoted(name)
