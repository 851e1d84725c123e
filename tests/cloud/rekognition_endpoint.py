"""A server that takes Rekognition's requests over HTTP and gives the answers it was told."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from PIL import Image

from workers import engines
from workers.analyzers.rekognition_calls import RekognitionCalls
from workers.analyzers.rekognition_video import RekognitionVideoAnalyzer
from workers.cloud.clients import client

Answer = dict[str, Any] | Callable[[dict[str, Any]], dict[str, Any]]
_ENGINES = (
    engines.label_analyzer,
    engines.video_analyzer,
    engines.face_analyzer,
    engines.sign_analyzer,
    engines.text_analyzer,
    engines._rekognition_calls,
)


class RekognitionEndpoint:
    """Answers by operation; ``requests`` are (operation, what was asked), in order.

    An answer with ``__type`` is sent as an error of that name.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.url = ""

    def asked(self, operation: str) -> list[dict[str, Any]]:
        return [asked for name, asked in self.requests if name == operation]

    def pictures(self, operation: str) -> list[Image.Image]:
        """The pictures that were sent."""
        sent = (base64.b64decode(asked["Image"]["Bytes"]) for asked in self.asked(operation))
        return [Image.open(io.BytesIO(content)) for content in sent]

    def calls(self) -> RekognitionCalls:
        return RekognitionCalls(
            lambda: client("rekognition", region="eu-west-1", endpoint_url=self.url, attempts=1)
        )

    def answer(self, operation: str, asked: dict[str, Any]) -> tuple[int, bytes]:
        self.requests.append((operation, asked))
        told = self.answers.get(operation, {"__type": "AccessDeniedException"})
        found = told(asked) if callable(told) else told
        return 400 if "__type" in found else 200, json.dumps(found).encode()


@contextmanager
def serving() -> Iterator[RekognitionEndpoint]:
    """Run an endpoint on a free port of this machine."""
    endpoint = RekognitionEndpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            operation = self.headers["X-Amz-Target"].partition(".")[2]
            status, body = endpoint.answer(operation, json.loads(self.rfile.read(length)))
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing of each request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield endpoint
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def chosen(
    endpoint: RekognitionEndpoint, monkeypatch: pytest.MonkeyPatch, **asked: object
) -> Iterator[None]:
    """Make Rekognition, at this endpoint, the product's label engine; nothing reads text."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    values = settings.PIXTRACT_REKOGNITION | {"endpoint_url": endpoint.url} | asked
    monkeypatch.setattr(settings, "PIXTRACT_REKOGNITION", values)
    monkeypatch.setattr(settings, "PIXTRACT_AWS", {"region": "eu-west-1", "profile": ""})
    monkeypatch.setattr(settings, "PIXTRACT_LABEL_ENGINE", "rekognition")
    monkeypatch.setattr(settings, "PIXTRACT_TEXT_ENGINE", "off")
    _forget_engines()
    yield
    _forget_engines()


def _forget_engines() -> None:
    for made in _ENGINES:
        made.cache_clear()


def offline() -> RekognitionCalls:
    """Nothing that only reads kept answers may make a client."""
    return RekognitionCalls(lambda: pytest.fail("a client was made"))


def video_engine(calls: RekognitionCalls, **channel: str) -> RekognitionVideoAnalyzer:
    arns = {"topic_arn": "", "role_arn": ""} | channel
    return RekognitionVideoAnalyzer(calls, min_confidence=40, **arns)
