"""An AWS endpoint of our own: answers, and misbehaves as it is told or at random, but seeded."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# What the endpoint can do to a call, besides answering it.
FAULTS = ("throttle", "error", "timeout", "cut", "garble", "deny", "forget")


@dataclass(frozen=True)
class Seen:
    """One call: what was asked, and what was done to it ("ok" or a fault)."""

    operation: str
    body: dict[str, Any]
    done: str


@dataclass
class FakeAws:
    """``answers`` makes the answer of each operation out of the call's body.

    ``script`` gives the faults of the next calls; after it, ``odds`` gives each fault's share.
    """

    answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]]
    odds: dict[str, float] = field(default_factory=dict)
    script: list[str] = field(default_factory=list)
    seed: int = 1
    silence_seconds: float = 3.0
    seen: list[Seen] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - to be the same each time
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def counts(self) -> Counter[str]:
        with self._lock:
            return Counter(call.done for call in self.seen)

    def note(self, operation: str, body: dict[str, Any]) -> str:
        """Decide what happens to this call, and remember it."""
        with self._lock:
            done = self.script.pop(0) if self.script else self._by_odds()
            self.seen.append(Seen(operation, body, done))
        return done

    def _by_odds(self) -> str:
        chance = self._random.random()
        for fault, share in self.odds.items():
            chance -= share
            if chance < 0:
                return fault
        return "ok"


@contextmanager
def running(fake: FakeAws) -> Iterator[FakeAws]:
    """Serve ``fake`` on a free port of this machine."""

    class Handler(_Handler):
        aws = fake

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    aws: FakeAws

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        done = self.aws.note(operation, body)
        try:
            self._do(done, operation, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _do(self, done: str, operation: str, body: dict[str, Any]) -> None:
        if done == "throttle":
            return self._refuse(400, "ProvisionedThroughputExceededException")
        if done == "error":
            return self._refuse(500, "InternalServerError")
        if done == "deny":
            return self._refuse(400, "AccessDeniedException")
        if done == "forget":
            return self._refuse(400, "ResourceNotFoundException")
        if done == "timeout":
            time.sleep(self.aws.silence_seconds)
            self.close_connection = True
            return None
        answer = json.dumps(self.aws.answers[operation](body)).encode()
        if done == "garble":
            return self._send(200, b'{"Labels": [' + answer[:40])
        return self._send(200, answer, cut=done == "cut")

    def _refuse(self, status: int, code: str) -> None:
        body = json.dumps({"__type": code, "message": f"refused by test: {code}"})
        self._send(status, body.encode())

    def _send(self, status: int, body: bytes, *, cut: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = cut

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: tests read ``seen``."""
