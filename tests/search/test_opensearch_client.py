"""What is sent to a search server, seen from the other end of the wire."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from search.backends.base import SearchUnavailable
from search.backends.opensearch import OpenSearchBackend
from search.backends.opensearch_client import Server
from search.backends.opensearch_indices import Indices
from search.backends.opensearch_store import LibraryStore
from search.checks import check_backend

_DELETE = {"_op_type": "delete", "_index": "i", "_id": "1"}


class Recorder(ThreadingHTTPServer):
    """Answers with what it was given, in turn, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple[int, dict[str, Any]]] = []
        self.asked: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Recorder

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.path, dict(self.headers), body))
        status, answer = self.server.answers.pop(0)
        encoded = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        """Keep the tests' output quiet."""


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    server = Recorder()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def _bulk(status: int) -> tuple[int, dict[str, Any]]:
    return 200, {"errors": status >= 300, "items": [{"delete": {"_id": "1", "status": status}}]}


def test_a_busy_server_is_given_time(recorder: Recorder) -> None:
    recorder.answers = [_bulk(429), (429, {"error": "too many requests"}), _bulk(200)]
    assert LibraryStore(Indices(Server(recorder.url))).send([_DELETE]) == 1
    assert len(recorder.asked) == 3


@pytest.mark.parametrize("status", [403, 500, 503])
def test_a_change_that_was_not_made_is_an_error(recorder: Recorder, status: int) -> None:
    recorder.answers = [_bulk(status)]
    with pytest.raises(SearchUnavailable):
        LibraryStore(Indices(Server(recorder.url))).send([_DELETE])


def test_what_is_newer_or_gone_already_is_no_error(recorder: Recorder) -> None:
    gone = {"_id": "1", "status": 404, "result": "not_found"}
    recorder.answers = [_bulk(409), (200, {"errors": True, "items": [{"delete": gone}]})]
    store = LibraryStore(Indices(Server(recorder.url)))
    assert [store.send([_DELETE]) for _ in range(2)] == [1, 1]


def _authorization(recorder: Recorder, **options: str) -> str:
    recorder.answers = [(503, {})] * 4
    assert not OpenSearchBackend.at(Server(recorder.url, **options)).is_healthy()
    return recorder.asked[0][1].get("authorization", recorder.asked[0][1].get("Authorization", ""))


def test_user_and_password_are_sent(recorder: Recorder) -> None:
    sent = _authorization(recorder, user="pixtract", password="sesame")
    assert base64.b64decode(sent.removeprefix("Basic ")) == b"pixtract:sesame"


def test_requests_are_signed_for_aws(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    sent = _authorization(recorder, region="eu-west-1")
    assert sent.startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    assert "/eu-west-1/es/aws4_request" in sent


def test_nothing_is_proven_to_an_open_server(recorder: Recorder) -> None:
    assert _authorization(recorder) == ""


def test_only_a_trusted_server_is_spoken_to(recorder: Recorder, tmp_path: Path) -> None:
    trusted, other = tmp_path / "trusted.pem", tmp_path / "other.pem"
    for path in (trusted, other):
        path.write_bytes(_certificate())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted)
    recorder.socket = context.wrap_socket(recorder.socket, server_side=True)
    url = recorder.url.replace("http:", "https:")
    recorder.answers = [(200, {"status": "green"}), (200, {})]
    for ca_file in ("", str(other)):
        assert not OpenSearchBackend.at(Server(url, ca_file=ca_file)).is_healthy()
    assert recorder.asked == []
    assert OpenSearchBackend.at(Server(url, ca_file=str(trusted))).is_healthy()


def _certificate() -> bytes:
    """Make a key and a certificate of its own for this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "search")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoded = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return encoded + certificate.public_bytes(serialization.Encoding.PEM)


_SERVER = {
    "url": "https://search.example.com:9200",
    "user": "",
    "password": "",
    "region": "",
    "ca_file": "",
    "index": "pixtract",
}


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"url": ""}, "PIXTRACT_OPENSEARCH_URL"),
        ({"url": "search.example.com:9200"}, "PIXTRACT_OPENSEARCH_URL"),
        ({"user": "pixtract"}, "PIXTRACT_OPENSEARCH_PASSWORD"),
        ({"password": "sesame"}, "PIXTRACT_OPENSEARCH_USER"),
        ({"user": "a", "password": "b", "region": "eu-west-1"}, "PIXTRACT_OPENSEARCH_AWS_REGION"),
        ({"region": "eu-west-1"}, "AWS_PROFILE"),
        ({"ca_file": "/no/such/file.pem"}, "PIXTRACT_OPENSEARCH_CA_FILE"),
        ({"index": "Photos*"}, "PIXTRACT_OPENSEARCH_INDEX"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(
    settings: Any, monkeypatch: pytest.MonkeyPatch, options: dict[str, str], name: str
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/no/such/file")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    settings.PIXTRACT_SEARCH_BACKEND = "opensearch"
    settings.PIXTRACT_OPENSEARCH = {**_SERVER, **options}
    (found,) = check_backend()
    assert found.is_serious()
    assert name in found.hint


def test_a_server_that_is_away_is_a_warning_without_secrets(settings: Any) -> None:
    settings.PIXTRACT_SEARCH_BACKEND = "opensearch"
    settings.PIXTRACT_OPENSEARCH = {**_SERVER, "url": "http://user:sesame@127.0.0.1:9"}
    (found,) = check_backend()
    assert not found.is_serious(40)
    assert "127.0.0.1:9" in found.msg
    assert "sesame" not in found.msg
