"""Both engines give the same answers: ids in order, tiers, totals, facets, words, reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from gallery.models import MediaItem
from search.analysis import Token
from search.backends.base import Request, SearchBackend
from search.backends.embedded import EmbeddedBackend
from search.backends.encoding import FACETS
from search.backends.opensearch import OpenSearchBackend
from search.backends.opensearch_client import Server
from search.fields import LABEL_FIELDS, WORD_FIELDS
from search.language import parse
from search.needles import needles_of
from search.outbox import enqueue_library
from search.results import ResultPage
from search.services import search_media
from search.suggestions import suggest
from tests.search.conftest import index_all
from tests.search.corpus import ALICE
from tests.search.random_library import WORDS, queries
from tests.search.random_library import library as random_library

Engines = tuple[SearchBackend, SearchBackend]
_PREFIXES = ("", "b", "su", "go", "str", "東", "京都", "مك", "a b")


@pytest.fixture(scope="module")
def engines(new_server: Callable[[], Server], tmp_path_factory: pytest.TempPathFactory) -> Engines:
    both = EmbeddedBackend(tmp_path_factory.mktemp("index")), OpenSearchBackend.at(new_server())
    for engine in both:
        engine.rebuild(ALICE, random_library())
    return both


def _answers(engine: SearchBackend, request: Request) -> list[object]:
    whole = engine.search(ALICE, request, limit=100)
    first = engine.search(ALICE, request, limit=7)
    second = engine.search(ALICE, request, limit=7, after=first.end)
    return [whole, first, second, engine.facets(ALICE, request, size=8)]


@pytest.mark.parametrize("text", queries())
def test_queries_have_the_same_answers(engines: Engines, text: str) -> None:
    request = Request(parse(text).root, 55, {})
    one, other = (_answers(engine, request) for engine in engines)
    assert one == other


@pytest.mark.parametrize("text", queries(40, seed=3))
@pytest.mark.parametrize("is_typo", [False, True])
def test_thresholds_filters_and_orders_have_the_same_answers(
    engines: Engines, text: str, is_typo: bool
) -> None:
    filters = {
        "label": ("Sea", "Golden Retriever"),
        "kind": ("photo", "video"),
        "album": ("Summer 2023", "🏖"),
    }
    request = Request(parse(text).root, 20, filters, is_ranked=False, is_typo=is_typo)
    for asked in (request, replace(request, min_confidence=90, filters={"place": ("Lisbon",)})):
        one, other = (_answers(engine, asked) for engine in engines)
        assert one == other


NEAR = [f"{one} {other}" for one, other in pairwise(WORDS)]


@pytest.mark.parametrize("words", [*NEAR, "total total", "total due running", "due total due"])
def test_words_near_each_other_are_found_in_either_order(engines: Engines, words: str) -> None:
    """Both engines find what the reasons for a hit would show, and nothing else."""
    request = Request(parse(f'text:"{words}"~5').root, 55, {})
    found = [{hit.id for hit in engine.search(ALICE, request, limit=100).ids} for engine in engines]
    (needle,) = needles_of(request.root)
    shown = {
        document.id
        for document in random_library()
        if any(needle.spans([Token(word, 0, 0) for word in document.fields["text"]]))
    }
    assert found == [shown, shown]


@pytest.mark.parametrize("prefix", _PREFIXES)
def test_words_and_names_are_the_same(engines: Engines, prefix: str) -> None:
    def known(engine: SearchBackend) -> list[object]:
        fields = (*LABEL_FIELDS, *WORD_FIELDS)
        words = [list(engine.vocabulary(ALICE, field, prefix, 50).items()) for field in fields]
        names = [
            list(engine.names(ALICE, facet, prefix, min_confidence=55, limit=9).items())
            for facet in FACETS
        ]
        return [words, names]

    one, other = (known(engine) for engine in engines)
    assert one == other


def _use(settings: Any, server: Server) -> None:
    settings.PIXTRACT_SEARCH_BACKEND = "opensearch"
    settings.PIXTRACT_OPENSEARCH = {"url": server.url, "index": server.index}


def _shown(page: ResultPage) -> ResultPage:
    return replace(page, took_ms=0)


@pytest.mark.parametrize(
    "text", ["dog", '"total due"', "label:dog>30", "beech", "lisbon -receipt", "recei*", "nothing"]
)
def test_people_see_the_same(
    alice: User,
    library: list[MediaItem],
    settings: Any,
    new_server: Callable[[], Server],
    text: str,
) -> None:
    """Hits with their reasons, facets, spellings and completions, through the outbox."""

    def seen() -> tuple[ResultPage, object]:
        page = search_media(alice, text, with_facets=True)
        return _shown(page), suggest(alice, text[:3])

    one = seen()
    _use(settings, new_server())
    enqueue_library(alice.pk)
    index_all()
    assert seen() == one


def test_the_index_folder_stays_empty_with_a_server(
    alice: User,
    library: list[MediaItem],
    settings: Any,
    new_server: Callable[[], Server],
    tmp_path: Path,
) -> None:
    _use(settings, new_server())
    settings.PIXTRACT_INDEX_DIR = tmp_path / "unused"
    enqueue_library(alice.pk)
    index_all()
    assert search_media(alice, "dog").total == 1
    assert not (tmp_path / "unused").exists()
