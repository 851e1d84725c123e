"""OpenSearch: the contract on a real server, and what is special to one index for all."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from search.backends.base import IndexBroken, Request, SearchUnavailable
from search.backends.identity import identity
from search.backends.opensearch import OpenSearchBackend
from search.backends.opensearch_client import Server, connect
from search.backends.opensearch_indices import Indices
from search.backends.opensearch_schema import VERSION
from search.documents import PAGE_BREAK
from search.types import Gone, SearchDocument
from tests.search.contract import BackendContract, fill, numbers, request
from tests.search.corpus import ALICE, BOB, corpus, document, item_id, label
from tests.search.opensearch_server import count_of, indices_of

NewServer = Callable[[], Server]


class TestOpenSearchBackend(BackendContract):
    """Runs the contract."""

    @pytest.fixture(scope="class")
    @classmethod
    def new_backend(cls, new_server: NewServer) -> Callable[[], OpenSearchBackend]:
        return lambda: OpenSearchBackend.at(new_server())


@pytest.fixture
def server(new_server: NewServer) -> Server:
    return new_server()


@pytest.fixture
def backend(server: Server) -> OpenSearchBackend:
    engine = OpenSearchBackend.at(server)
    fill(engine)
    return engine


def _found(backend: OpenSearchBackend, text: str) -> list[int]:
    return numbers(backend.search(ALICE, request(text), limit=50).ids)


def test_the_old_library_is_found_until_the_new_one_is_complete(
    backend: OpenSearchBackend,
) -> None:
    def documents() -> Iterator[SearchDocument]:
        yield document(70, "new.jpg")
        assert _found(backend, "beagle") == [1]
        assert _found(backend, "new") == []
        with pytest.raises(SearchUnavailable):
            backend.write(ALICE, [document(71, "late.jpg")], [])
        with pytest.raises(SearchUnavailable):
            backend.rebuild(ALICE, [])
        with pytest.raises(SearchUnavailable):
            backend.delete_owner(ALICE)
        backend.write(BOB, [document(51, "bob.jpg")], [])

    backend.rebuild(ALICE, documents())
    assert _found(backend, "beagle") == []
    assert _found(backend, "new") == [70]


def test_a_failed_rebuild_leaves_the_old_library_alone(
    backend: OpenSearchBackend, server: Server
) -> None:
    held = count_of(server, ALICE)

    def failing() -> Iterator[SearchDocument]:
        for number in range(600):
            yield document(number, "half.jpg")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        backend.rebuild(ALICE, failing())
    assert _found(backend, "beagle") == [1]
    assert count_of(server, ALICE) == held
    backend.write(ALICE, [document(1, "writable.jpg")], [])
    assert _found(backend, "writable") == [1]


def test_every_library_is_replaced_in_one_step(backend: OpenSearchBackend, server: Server) -> None:
    (before,) = indices_of(server)
    with backend.replacement() as new:
        new.rebuild(ALICE, corpus())
        assert len(indices_of(server)) == 2
        # Goes to both, as the library is in both.
        backend.write(ALICE, [document(80, "meanwhile.jpg")], [Gone(item_id(2), 1)])
        # Goes to one, and comes with the library to the other.
        backend.write(BOB, [document(51, "bobs.jpg")], [])
        new.rebuild(BOB, [document(50, "secret.jpg"), document(51, "bobs.jpg")])
        assert _found(backend, "meanwhile") == [80]
    ((after, aliases),) = indices_of(server).items()
    assert after != before
    assert aliases == {
        f"{server.index}.{identity(VERSION)}-read",
        f"{server.index}.{identity(VERSION)}-write",
    }
    assert _found(backend, "meanwhile") == [80]
    assert _found(backend, "dog") == [1, 3]
    assert numbers(backend.search(BOB, request("bobs"), limit=5).ids) == [51]


def test_a_replacement_is_merged_in_the_server_s_own_time(
    backend: OpenSearchBackend, server: Server
) -> None:
    with backend.replacement() as new:
        for one in corpus():
            new.rebuild(uuid.uuid4(), [one])
        (index,) = [name for name, aliases in indices_of(server).items() if len(aliases) == 1]
        before = _pieces(server, index)
    end = time.monotonic() + 60
    while _pieces(server, index) > 1 and time.monotonic() < end:
        time.sleep(0.1)
    assert before > 1
    assert _pieces(server, index) == 1


def _pieces(server: Server, index: str) -> int:
    client = connect(server)
    client.indices.refresh(index=index)
    found = client.indices.stats(index=index, metric="segments")
    return int(found["indices"][index]["primaries"]["segments"]["count"])


def test_a_failed_replacement_leaves_everything(backend: OpenSearchBackend, server: Server) -> None:
    before = indices_of(server)
    with pytest.raises(RuntimeError), backend.replacement() as new:
        new.rebuild(ALICE, [])
        raise RuntimeError("the database went away")
    assert indices_of(server) == before
    assert _found(backend, "beagle") == [1]


def test_a_replacement_that_was_broken_off_a_week_ago_is_removed(
    backend: OpenSearchBackend, server: Server
) -> None:
    before = indices_of(server)
    # As of a process that was killed: nobody is left to remove it.
    left = Indices(server).replacement()
    left.__enter__()
    assert len(indices_of(server)) == 2 and backend.tidy() == 0
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert backend.tidy() == 1
        assert backend.tidy() == 0
    assert indices_of(server) == before
    assert _found(backend, "beagle") == [1]


def test_a_rebuild_during_a_replacement_spoils_neither(
    backend: OpenSearchBackend, server: Server
) -> None:
    with backend.replacement() as new:
        new.rebuild(ALICE, corpus())
        backend.rebuild(ALICE, corpus())
        new.rebuild(BOB, [document(50, "secret.jpg")])
        assert _found(backend, "beagle") == [1]
    assert _found(backend, "beagle") == [1]


def test_a_forgotten_owner_leaves_nothing(backend: OpenSearchBackend, server: Server) -> None:
    backend.rebuild(ALICE, corpus())
    backend.delete_owner(ALICE)
    assert count_of(server, ALICE) == 0
    assert count_of(server, BOB) == 2
    with pytest.raises(IndexBroken):
        backend.write(ALICE, [document(1, "x.jpg")], [])
    backend.delete_owner(ALICE)


def test_installations_share_a_server(backend: OpenSearchBackend, server: Server) -> None:
    other = OpenSearchBackend.at(replace(server, index=f"{server.index}-v2"))
    other.rebuild(ALICE, [document(9, "elsewhere.jpg")])
    with other.replacement() as new:
        new.rebuild(ALICE, [document(9, "elsewhere.jpg")])
    with backend.replacement() as new:
        new.rebuild(ALICE, corpus())
    backend.delete_owner(ALICE)
    assert _found(other, "elsewhere") == [9]


def test_an_index_deleted_by_hand_is_missed_and_made_anew(
    backend: OpenSearchBackend, server: Server
) -> None:
    connect(server).indices.delete(index=f"{server.index}.v*")
    for ask in (_found, lambda backend, _: backend.write(ALICE, [document(1, "x.jpg")], [])):
        with pytest.raises(IndexBroken):
            ask(backend, "dog")
    assert indices_of(server) == {}
    fill(backend)
    assert _found(backend, "beagle") == [1]


def test_no_phrase_spans_two_pages_or_two_fields(backend: OpenSearchBackend) -> None:
    pages = SearchDocument(
        id=item_id(1),
        version=1,
        sort_key=1,
        fields={
            "text": ("total", PAGE_BREAK, "due"),
            "caption": ("red", "wine"),
            "camera": ("glass",),
        },
    )
    backend.rebuild(ALICE, [pages])
    assert _found(backend, '"total due"') == []
    assert _found(backend, '"wine glass"') == []
    assert _found(backend, '"wine glass"~9') == []
    assert _found(backend, '"red wine"') == [1]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"{'-'.join(['word'] * 12)}" for _ in range(32)),
        " ".join(f"{'-'.join(['ab'] * 19)}-abc*" for _ in range(32)),
        " OR ".join(f"(one{n} -(two{n} OR three-four-five{n}))" for n in range(10)),
        "-(" * 12 + "word" + ")" * 12,
    ],
)
def test_the_longest_queries_are_within_the_server_s_limits(
    backend: OpenSearchBackend, text: str
) -> None:
    assert backend.search(ALICE, request(text, label="Sea"), limit=5).total >= 0
    assert backend.facets(ALICE, request(text, place="Lisbon"), size=5)


def test_many_chosen_values_are_within_the_server_s_limits(backend: OpenSearchBackend) -> None:
    chosen = {"label": ("Beagle", *map(str, range(700)))}
    assert numbers(backend.search(ALICE, Request(None, 0, chosen), limit=5).ids) == [1]


def test_a_refused_document_is_an_error_of_its_own(backend: OpenSearchBackend) -> None:
    refused = replace(document(1, "x.jpg"), facets={"no_such_facet": ("x",)})
    with pytest.raises(ValueError, match="refuses"):
        backend.write(ALICE, [refused], [])
    assert _found(backend, "beagle") == [1]


def test_overlong_names_do_not_keep_an_item_out(backend: OpenSearchBackend) -> None:
    huge = replace(document(90, "huge.jpg", labels=(label("Long " * 9_000, 99),)))
    backend.write(ALICE, [replace(huge, facets={"place": ("x" * 70_000,)})], [])
    assert _found(backend, "huge") == [90]
