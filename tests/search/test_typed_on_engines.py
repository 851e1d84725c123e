"""Both engines take every tree that the parser can give, and find the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from search.backends.base import Request, SearchBackend
from search.backends.embedded import EmbeddedBackend
from search.backends.opensearch import OpenSearchBackend
from search.backends.opensearch_client import Server
from search.language import parse
from tests.search.corpus import ALICE, corpus
from tests.search.random_library import library as random_library
from tests.search.typed import TIMES, pieces, sentences

_CASES = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    max_examples=1_000 * TIMES,
)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> SearchBackend:
    return _filled(EmbeddedBackend(tmp_path_factory.mktemp("index")))


@pytest.fixture(scope="module")
def server(new_server: Callable[[], Server]) -> SearchBackend:
    return _filled(OpenSearchBackend.at(new_server()))


def _filled(engine: SearchBackend) -> SearchBackend:
    documents = [*corpus(), *(one for one in random_library(60) if one.id.int > 1_020)]
    engine.rebuild(ALICE, documents)
    return engine


@_CASES
@given(st.one_of(pieces, sentences))
def test_the_embedded_engine_takes_whatever_is_typed(embedded: SearchBackend, text: str) -> None:
    request = Request(parse(text).root, 55, {})
    assert embedded.search(ALICE, request, limit=5).total >= 0


@settings(_CASES, max_examples=300 * TIMES)
@given(st.one_of(pieces, sentences, sentences))
@example('"total total"~3 OR "due total receipts"~9')
@example(" ".join(['"total due receipts store thank you for your"~10'] * 40))
def test_opensearch_takes_it_and_finds_the_same(
    embedded: SearchBackend, server: SearchBackend, text: str
) -> None:
    request = Request(parse(text).root, 55, {})
    one, other = (engine.search(ALICE, request, limit=50) for engine in (embedded, server))
    assert one == other
