"""The parity list: what both engines must answer, query by query, in seven languages.

``parity.csv`` has for each query its language, the feature that it is about, and the items that
it finds, in order, by their names in ``tests.search.polyglot``.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from search.backends.opensearch_client import Server
from search.needles import needles_of
from search.outbox import enqueue_library
from search.results import ResultPage
from search.services import search_media
from tests.search.conftest import index, index_all
from tests.search.polyglot import BY_ID, make_polyglot

LANGUAGES = {"English", "German", "French", "Spanish", "Japanese", "Chinese", "Arabic"}


@dataclass(frozen=True, slots=True)
class Row:
    language: str
    feature: str
    query: str
    expected: str


def rows() -> list[Row]:
    """Return the list in its order."""
    with Path(__file__).with_name("parity.csv").open(encoding="utf-8", newline="") as stream:
        return [Row(**row) for row in csv.DictReader(stream)]


def names(page: ResultPage) -> str:
    return " ".join(BY_ID[hit.item.pk].name for hit in page.hits)


def answers(user: User) -> dict[str, ResultPage]:
    """Everything that a page of results says, but for the time it took."""
    return {
        row.query: replace(search_media(user, row.query, limit=100, with_facets=True), took_ms=0)
        for row in rows()
    }


def test_the_list_covers_the_languages_and_says_nothing_twice() -> None:
    asked = Counter(row.language for row in rows())
    assert len(rows()) >= 300
    assert all(asked[language] >= 15 for language in LANGUAGES)
    assert len({row.query for row in rows()}) == len(rows())
    found = sum(bool(row.expected) for row in rows())
    assert found >= len(rows()) * 0.75


@pytest.mark.django_db
def test_the_embedded_engine_answers_the_list(alice: User) -> None:
    index(*make_polyglot(alice))
    found = answers(alice)
    said = [(row, names(found[row.query])) for row in rows()]
    assert [(row, hits) for row, hits in said if hits != row.expected] == []
    silent = [
        query
        for query, page in found.items()
        if any(needles_of(page.query.root)) and not all(hit.matches for hit in page.hits)
    ]
    assert silent == [], "hits without a reason"


@pytest.mark.django_db
def test_opensearch_gives_the_same_answers(
    alice: User, settings: Any, new_server: Callable[[], Server]
) -> None:
    """The same hits in the same order with the same reasons, facets, notices and spellings."""
    index(*make_polyglot(alice))
    one = answers(alice)
    server = new_server()
    settings.PIXTRACT_SEARCH_BACKEND = "opensearch"
    settings.PIXTRACT_OPENSEARCH = {"url": server.url, "index": server.index}
    enqueue_library(alice.pk)
    index_all()
    other = answers(alice)
    assert [query for query in one if one[query] != other[query]] == []
    assert all(page.is_available for page in other.values())
