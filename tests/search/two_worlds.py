"""Every question that one may put to the search, with every word and id of somebody else.

Which questions there are is read from the API's schema, from the search's addresses, and from
what their pages look up in a request: a parameter that is added is tried without being told.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client
from django.urls import NoReverseMatch, reverse

from search import urls
from search.fields import FIELDS, FieldKind

PREFIXES = ("/api/v1/search/", "/api/v1/searches/")
# What differs between two answers to the same question: the clock, tokens, ids just made.
_VOLATILE = (
    (re.compile(r'"took_ms":\d+'), '"took_ms":0'),
    (re.compile(r'"(created|searched)_at":"[^"]*"'), r'"\1_at":""'),
    (re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'), ""),
    (re.compile(r'"X-CSRFToken": "[^"]*"'), ""),
    (re.compile(r'(nonce|data-csrf|content)="[A-Za-z0-9+/=]{16,}"'), ""),
)
_NEW_ID = re.compile(r'"id":"[0-9a-f-]{36}"')
_ALBUM = re.compile("/albums/([0-9a-f-]{36})/")
seen_names: set[str] = set()


@dataclass(frozen=True, slots=True)
class Question:
    method: str
    path: str
    values: tuple[tuple[str, str], ...] = ()
    is_json: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path} {dict(self.values)}"


class RecordsNames:
    """Middleware that notes which values of a request a page looks up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.GET = _Recorded(request.GET.urlencode())  # type: ignore[assignment]
        if request.method == "POST" and request.content_type != "application/json":
            request.POST = _Recorded(request.POST.urlencode())  # type: ignore[assignment]
        return self._get_response(request)


class _Recorded(QueryDict):
    def __getitem__(self, key: str) -> Any:
        seen_names.add(key)
        return super().__getitem__(key)

    def getlist(self, key: str, default: Any = None) -> Any:
        seen_names.add(key)
        return super().getlist(key, default)


def api_questions(values: Sequence[str], ids: Sequence[UUID]) -> Iterator[Question]:
    """Yield each parameter of each operation of the search's API with each of ``values``."""
    schema = json.loads(Client().get("/api/schema/?format=json").content)
    for path, methods in schema["paths"].items():
        if not path.startswith(PREFIXES):
            continue
        for method, operation in methods.items():
            names, choices = _parameters(schema, operation)
            for address in _addresses(path, ids):
                yield from _tried(method.upper(), address, names, choices, values)


def page_questions(
    client: Client, values: Sequence[str], ids: Sequence[UUID]
) -> Iterator[Question]:
    """Yield each value that each page of the search looks up, with each of ``values``.

    ``client`` must be one whose requests pass through RecordsNames.
    """
    for address, method in itertools.product(_page_addresses(ids), ("GET", "POST")):
        seen_names.clear()
        answer(client, Question(method, address))
        names = sorted(seen_names - {"csrfmiddlewaretoken"})
        yield from _tried(method, address, names, {}, values, is_json=False)


def answer(client: Client, question: Question) -> tuple[int, str, str]:
    """Ask, and return status, body and where it sends one; what it changed is undone.

    A saved search is followed to what it finds, a new album to what is in it, a recent search to
    what is offered.
    """
    values = dict(question.values)
    with transaction.atomic():
        if question.is_json:
            response: Any = client.generic(
                question.method, question.path, json.dumps(values), "application/json"
            )
        else:
            response = getattr(client, question.method.lower())(question.path, values)
        body = _scrubbed(response.content.decode())
        if response.status_code == 201:
            body = _NEW_ID.sub("", body) + _scrubbed(_followed(client, response.json()))
        location = response.headers.get("Location", "")
        if album := _ALBUM.fullmatch(location):
            body = _scrubbed(client.get(location).content.decode()).replace(album[1], "")
            location = location.replace(album[1], "")
        transaction.set_rollback(True)
    return response.status_code, body, location


def _followed(client: Client, made: dict[str, Any]) -> str:
    if "results" not in made:
        # A search that was noted: the empty box offers it now.
        return _NEW_ID.sub("", client.get(reverse("api:suggest")).content.decode())
    return client.get(made["results"] + "&facets=1").content.decode()


def _scrubbed(body: str) -> str:
    for pattern, plain in _VOLATILE:
        body = pattern.sub(plain, body)
    return body


def _tried(
    method: str,
    address: str,
    names: Sequence[str],
    choices: dict[str, list[Any]],
    values: Sequence[str],
    *,
    is_json: bool | None = None,
) -> Iterator[Question]:
    """Vary one parameter at a time; the others are such that as much as possible shows."""
    in_body = method in ("POST", "PATCH", "PUT") if is_json is None else is_json
    open_wide = {"q": "", "name": "x", "facets": "1", "min_confidence": "0", "sort": "relevance"}
    base = {name: open_wide[name] for name in names if name in open_wide}
    yield Question(method, address, tuple(base.items()), in_body)
    for name in names:
        for value in (*values, *choices.get(name, ())):
            tried: Any = {"label": [value], "place": [value]} if name == "filters" else value
            yield Question(method, address, tuple((base | {name: tried}).items()), in_body)


def _parameters(
    schema: dict[str, Any], operation: dict[str, Any]
) -> tuple[list[str], dict[str, list[Any]]]:
    found = {
        entry["name"]: entry["schema"].get("enum", [])
        for entry in operation.get("parameters", ())
        if entry["in"] == "query"
    }
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    body = schema["components"]["schemas"].get(name, {}).get("properties", {})
    written = {key: entry.get("enum", []) for key, entry in body.items() if not _is_given(entry)}
    found |= written
    return list(found), found


def _is_given(entry: dict[str, Any]) -> bool:
    return bool(entry.get("readOnly"))


def _addresses(path: str, ids: Sequence[UUID]) -> list[str]:
    if "{" not in path:
        return [path]
    return [re.sub(r"\{[^}]*\}", str(one), path) for one in ids]


def _page_addresses(ids: Sequence[UUID]) -> Iterator[str]:
    for pattern in urls.urlpatterns:
        name = f"search:{pattern.name}"
        with suppress(NoReverseMatch):
            yield reverse(name)
            continue
        for one in ids:
            yield reverse(name, args=[one])


def queries_for(words: Sequence[str]) -> Iterator[str]:
    """Yield the ways to ask for each word, and the first in every field of the language."""
    for word in words:
        yield from (word, f"{word[:-1]}~2", f"{word[:4]}*", word[:3], word[:-1] + "a")
    for name, field in FIELDS.items():
        if field.kind in (FieldKind.WORDS, FieldKind.LABEL):
            yield f"{name}:{words[0][:4]}*"
