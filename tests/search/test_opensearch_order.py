"""OpenSearch: who may write what, when several processes do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from search.backends.base import SearchUnavailable
from search.backends.identity import identity
from search.backends.opensearch import OpenSearchBackend
from search.backends.opensearch_client import Server, connect
from search.backends.opensearch_indices import Indices
from search.backends.opensearch_schema import VERSION, to_source
from search.backends.opensearch_store import LEASE_SECONDS, Build, LibraryStore
from search.types import Gone
from tests.ops.stack import wait_until
from tests.search.contract import fill, numbers, request
from tests.search.corpus import ALICE, corpus, document, item_id
from tests.search.opensearch_server import count_of

NewServer = Callable[[], Server]


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


def test_a_killed_rebuild_holds_the_library_for_two_minutes_only(
    backend: OpenSearchBackend, server: Server
) -> None:
    killed = Build(LibraryStore(Indices(server)), ALICE)
    with pytest.raises(SearchUnavailable):
        backend.write(ALICE, [document(1, "x.jpg")], [])
    with time_machine.travel(timezone.now() + timedelta(seconds=LEASE_SECONDS + 1)):
        assert backend.rebuild(ALICE, corpus()) == 9
    # Had it only slept, it would find its place taken.
    with pytest.raises(SearchUnavailable):
        killed.finish()
    assert _found(backend, "beagle") == [1]


def test_a_long_rebuild_keeps_its_hold(backend: OpenSearchBackend, server: Server) -> None:
    build = Build(LibraryStore(Indices(server)), ALICE)
    with time_machine.travel(timezone.now() + timedelta(seconds=LEASE_SECONDS - 10)):
        build.keep()
    with (
        time_machine.travel(timezone.now() + timedelta(seconds=LEASE_SECONDS + 30)),
        pytest.raises(SearchUnavailable),
    ):
        backend.write(ALICE, [document(1, "x.jpg")], [])
    build.give_up()
    backend.write(ALICE, [document(1, "x.jpg")], [])


def test_an_older_document_does_not_replace_a_newer_one(backend: OpenSearchBackend) -> None:
    backend.write(ALICE, [document(1, "newer.jpg", version=5)], [])
    backend.write(ALICE, [document(1, "older.jpg", version=4)], [])
    assert _found(backend, "newer") == [1]
    assert backend.versions(ALICE)[item_id(1)] == 5


def test_what_was_deleted_is_not_brought_back_by_what_was_on_its_way(
    backend: OpenSearchBackend,
) -> None:
    backend.write(ALICE, [], [Gone(item_id(1), 5), Gone(item_id(90), 5)])
    backend.write(ALICE, [document(1, "late.jpg", version=4)], [])
    backend.write(ALICE, [document(90, "late.jpg", version=4)], [])
    assert _found(backend, "late") == []
    backend.write(ALICE, [document(1, "restored.jpg", version=6)], [])
    assert _found(backend, "restored") == [1]


def test_an_older_deletion_does_not_take_a_newer_document(backend: OpenSearchBackend) -> None:
    backend.write(ALICE, [document(1, "restored.jpg", version=6)], [])
    backend.write(ALICE, [], [Gone(item_id(1), 5)])
    assert _found(backend, "restored") == [1]


def test_a_build_that_lost_its_hold_does_not_replace_what_was_written_since(
    backend: OpenSearchBackend, server: Server
) -> None:
    slow = Build(LibraryStore(Indices(server)), ALICE)
    with time_machine.travel(timezone.now() + timedelta(seconds=LEASE_SECONDS + 1)):
        backend.write(ALICE, [document(1, "meanwhile.jpg")], [])
    with pytest.raises(SearchUnavailable):
        slow.finish()
    assert _found(backend, "meanwhile") == [1]


def test_the_hold_of_a_process_that_is_gone_is_taken_at_once(
    backend: OpenSearchBackend, server: Server
) -> None:
    script = f"""
import django
import os
from uuid import UUID
django.setup()
from search.backends.opensearch_client import Server
from search.backends.opensearch_indices import Indices
from search.backends.opensearch_store import Build, LibraryStore
Build(LibraryStore(Indices(Server({server.url!r}, index={server.index!r}))), UUID({str(ALICE)!r}))
os.kill(os.getpid(), 9)
"""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    ended = subprocess.run([sys.executable, "-c", script], env=environment, check=False)  # noqa: S603
    assert ended.returncode == -signal.SIGKILL
    backend.write(ALICE, [document(1, "at once.jpg")], [])
    assert _found(backend, "once") == [1]


def test_what_a_killed_build_left_goes_with_the_next(
    backend: OpenSearchBackend, server: Server
) -> None:
    held = count_of(server, ALICE)
    Build(LibraryStore(Indices(server)), ALICE)
    left = replace(document(77, "left.jpg"), labels=())
    connect(server).index(
        index=f"{server.index}.{identity(VERSION)}-write",
        id=f"killed.{left.id}",
        body=to_source(left, ALICE, "killed"),
        params={"routing": ALICE},
    )
    assert count_of(server, ALICE) == held + 1
    with time_machine.travel(timezone.now() + timedelta(seconds=LEASE_SECONDS + 1)):
        assert backend.rebuild(ALICE, corpus()) == 9
    wait_until(lambda: count_of(server, ALICE) == held, 10, "the old documents' end")


def test_what_was_deleted_can_come_back_in_the_same_version(backend: OpenSearchBackend) -> None:
    for _ in range(3):
        backend.write(ALICE, [], [Gone(item_id(1), 1)] * 2)
        assert _found(backend, "again") == []
        backend.write(ALICE, [document(1, "again.jpg")], [])
        assert _found(backend, "again") == [1]
