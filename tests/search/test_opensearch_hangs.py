"""A search server that takes connections and never answers holds up nobody for long."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from search.backends.base import Request, SearchUnavailable
from search.backends.opensearch import OpenSearchBackend
from search.backends.opensearch_breaker import FAILURES, PAUSE_SECONDS, Breaker
from search.backends.opensearch_client import NoAnswer, Server
from search.backends.opensearch_indices import Indices


class Deaf:
    """Takes connections, and counts them; answers nothing until it is told what to say."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.taken: list[socket.socket] = []
        self.answer = b""
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.taken.append(connection)
            if self.answer:
                connection.recv(65_536)
                connection.sendall(self.answer)

    def say(self, status: str, body: bytes) -> None:
        """Answer every question so from now on."""
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n"
        self.answer = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        for each in (self.socket, *self.taken):
            each.close()

    @property
    def server(self) -> Server:
        url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        return Server(url, timeout_seconds=0.5)


@pytest.fixture
def deaf() -> Iterator[Deaf]:
    server = Deaf()
    yield server
    server.close()


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(deaf: Deaf, clock: Clock) -> OpenSearchBackend:
    return OpenSearchBackend(Indices(deaf.server), Breaker(clock))


def ask(engine: OpenSearchBackend) -> None:
    engine.search(uuid4(), Request(None, 0, {}), limit=1)


def open_it(engine: OpenSearchBackend) -> None:
    for _ in range(FAILURES):
        with pytest.raises(NoAnswer):
            ask(engine)


def refused(engine: OpenSearchBackend) -> bool:
    """True when a question was not even sent."""
    with pytest.raises(SearchUnavailable) as raised:
        ask(engine)
    return raised.type is SearchUnavailable


def test_after_some_failures_nothing_is_asked_for_a_while(
    deaf: Deaf, engine: OpenSearchBackend
) -> None:
    open_it(engine)
    before = len(deaf.taken)
    assert all(refused(engine) for _ in range(20))
    assert len(deaf.taken) == before


def test_one_question_goes_on_trial_and_the_others_do_not_wait_for_it(
    deaf: Deaf, engine: OpenSearchBackend, clock: Clock
) -> None:
    open_it(engine)
    before = len(deaf.taken)
    clock.now += PAUSE_SECONDS
    results: list[bool] = []
    barrier = threading.Barrier(6)

    def try_it() -> None:
        barrier.wait()
        results.append(refused(engine))

    threads = [threading.Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, *[True] * 5]
    assert len(deaf.taken) == before + 1
    assert refused(engine)


@pytest.mark.parametrize("status", ["200 OK", "500 Internal Server Error"])
def test_any_answer_closes_it(
    deaf: Deaf, engine: OpenSearchBackend, clock: Clock, status: str
) -> None:
    open_it(engine)
    deaf.say(status, b'{"responses": [{"status": 429, "error": "busy"}]}')
    clock.now += PAUSE_SECONDS
    before = len(deaf.taken)
    for _ in range(2 * FAILURES):
        with pytest.raises(SearchUnavailable):
            ask(engine)
    assert len(deaf.taken) >= before + 2 * FAILURES


def test_failures_that_are_not_in_a_row_do_not_open_it(
    deaf: Deaf, engine: OpenSearchBackend
) -> None:
    for _ in range(FAILURES):
        deaf.answer = b""
        for _ in range(FAILURES - 1):
            with pytest.raises(NoAnswer):
                ask(engine)
        deaf.say("500 Internal Server Error", b"{}")
        with pytest.raises(SearchUnavailable):
            ask(engine)
    deaf.answer = b""
    assert not refused(engine)


def test_the_indexer_tries_whenever_it_wants(deaf: Deaf, engine: OpenSearchBackend) -> None:
    open_it(engine)
    before = len(deaf.taken)
    for _ in range(3):
        with pytest.raises(NoAnswer):
            engine.write(uuid4(), [], [])
    assert len(deaf.taken) > before + 2


@pytest.mark.django_db
def test_the_api_says_that_search_is_out(
    deaf: Deaf, settings: Any, alice: User, api_client: Callable[[User | None], APIClient]
) -> None:
    settings.PIXTRACT_SEARCH_BACKEND = "opensearch"
    settings.PIXTRACT_OPENSEARCH = {"url": deaf.server.url, "timeout_seconds": 0.2}
    client = api_client(alice)
    for _ in range(FAILURES + 2):
        answer = client.get("/api/v1/search/?q=dog")
        assert (answer.status_code, answer.json()["code"]) == (503, "search_unavailable")
    before = len(deaf.taken)
    assert client.get("/api/v1/search/?q=dog").json()["code"] == "search_unavailable"
    assert client.get("/api/v1/search/suggest/?q=do").status_code == 200
    assert client.get("/api/v1/media/").status_code == 200
    assert len(deaf.taken) == before
