"""docker-compose.yml, run without Docker: the same commands, from sign-up to found."""

from __future__ import annotations

import http.client
import io
import json
import shutil
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from tests.live_services import AWS, KEYS, address, empty_redis, new_database
from tests.ops.composed import Composed, Missing, read_services, stop_all
from tests.ops.stack import ROOT, free_port, wait_until
from tests.search.opensearch_server import running_server

PASSWORDS = {"POSTGRES_PASSWORD": "a", "STORE_SECRET_KEY": "b"}
ONE_SHOT = ("bucket", "prepare")
OURS = ("web", "media", "analysis", "sweeper")


def test_passwords_must_be_chosen() -> None:
    for name in PASSWORDS:
        with pytest.raises(Missing, match=name):
            read_services({**PASSWORDS, name: ""})


def test_every_image_is_pinned() -> None:
    images = [each["image"] for each in read_services(PASSWORDS).values() if "build" not in each]
    assert len(images) == 4
    assert all(":" in image and not image.endswith(":latest") for image in images)


def test_services_wait_for_what_exists_and_can_tell() -> None:
    services = read_services(PASSWORDS)
    for service in services.values():
        for name, wanted in service.get("depends_on", {}).items():
            if wanted["condition"] == "service_healthy":
                assert services[name]["healthcheck"]["test"]
            else:
                assert services[name]["restart"].startswith("on-failure")


def test_the_client_takes_the_file(tmp_path: Path) -> None:
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], check=False).returncode:  # noqa: S603
        pytest.skip("no Docker client that composes")
    told = "".join(f"{name}={value}\n" for name, value in PASSWORDS.items())
    (tmp_path / "env").write_text(told)
    command = [docker, "compose", "--env-file", str(tmp_path / "env"), "config", "--quiet"]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603


def _pdf(words: str) -> bytes:
    """A page of one line in a font that every reader has."""
    stream = f"BT /F1 24 Tf 72 700 Td ({words}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, offsets = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 6\n0000000000 65535 f \n" + table
    tail = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + head + tail


def _photo() -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((640, 480)).save(stream, "JPEG")
    return stream.getvalue()


class Visitor:
    """Somebody who knows the address and, after signing in, has a token."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._headers: dict[str, str] = {}

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        sent = {"Host": "localhost", **self._headers, **headers}
        connection.request(method, f"/api/v1/{path}", body=body, headers=sent)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response, content

    def json(self, path: str) -> Any:
        return json.loads(self.ask("GET", path)[1])

    def log_in(self, name: str, password: str) -> None:
        told = json.dumps({"username": name, "password": password}).encode()
        kind = {"Content-Type": "application/json"}
        token = json.loads(self.ask("POST", "auth/token/", told, **kind)[1])["token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def upload(self, name: str, content: bytes) -> str:
        file = io.BytesIO(content)
        file.name = name
        body = encode_multipart(BOUNDARY, {"file": file})
        response, answer = self.ask("POST", "media/", body, **{"Content-Type": MULTIPART_CONTENT})
        assert response.status == 201, answer
        return str(json.loads(answer)["id"])

    def is_settled(self, item: str) -> bool:
        jobs = self.json(f"media/{item}/jobs/")["results"]
        return all(job["state"] in ("done", "skipped", "failed") for job in jobs)

    def found(self, query: str) -> list[str]:
        results = self.json(f"search/?q={query}")["results"]
        return [hit["item"]["id"] for hit in results]


@pytest.fixture
def composed(tmp_path: Path) -> Iterator[Composed]:
    """All that the file starts itself, on servers that run here already."""
    broker, cache, port = empty_redis(5), empty_redis(6), free_port()
    chosen = {
        **PASSWORDS,
        "PORT": str(port),
        "PIXTRACT_LABEL_ENGINE": "off",
        "PIXTRACT_TEXT_ENGINE": "local",
        "PIXTRACT_S3_BUCKET": f"composed-{uuid.uuid4().hex[:12]}",
        "PIXTRACT_S3_PUBLIC_URL": address(AWS),
        "STORE_ACCESS_KEY": KEYS["AWS_ACCESS_KEY_ID"],
        "STORE_SECRET_KEY": KEYS["AWS_SECRET_ACCESS_KEY"],
    }
    with new_database() as database:
        moved = {
            "postgresql://pixtract:a@postgresql:5432/pixtract": database,
            "redis://redis:6379/0": broker,
            "redis://redis:6379/1": cache,
            "http://opensearch:9200": running_server(),
            "http://store:7070": address(AWS),
        }
        yield Composed(read_services(chosen), moved, tmp_path / "var", port)


@pytest.fixture
def visitor(composed: Composed, tmp_path: Path) -> Iterator[Visitor]:
    log = tmp_path / "log.txt"
    for name in ONE_SHOT:
        composed.run(name, log)
    running = {name: composed.start(name, log) for name in OURS}
    try:
        wait_until(composed.probe, 60, "a healthy web server")
        _make_account(composed)
        yield Visitor(composed.port)
        assert all(process.poll() is None for process in running.values()), log.read_text()
    finally:
        stop_all(running)


def _make_account(composed: Composed) -> None:
    account = {"USERNAME": "alice", "EMAIL": "alice@example.com", "PASSWORD": "composed-42"}
    told = {f"DJANGO_SUPERUSER_{name}": value for name, value in account.items()}
    subprocess.run(
        [sys.executable, "manage.py", "createsuperuser", "--noinput"],
        cwd=ROOT,
        env={**composed.environment("web"), **told},
        check=True,
        timeout=60,
    )


@pytest.mark.processes
def test_from_sign_up_to_found_by_the_files_own_commands(visitor: Visitor) -> None:
    visitor.log_in("alice", "composed-42")
    photo, document = _photo(), _pdf("quarterly marmalade figures")
    items = [visitor.upload("gradient.jpg", photo), visitor.upload("report.pdf", document)]
    wait_until(lambda: all(visitor.is_settled(item) for item in items), 120, "all steps")
    states = [job for item in items for job in visitor.json(f"media/{item}/jobs/")["results"]]
    assert not [job for job in states if job["state"] == "failed"]
    wait_until(lambda: visitor.found("marmalade") == [items[1]], 60, "the words of the PDF")
    wait_until(lambda: visitor.found("name:gradient") == [items[0]], 60, "the photo's name")
    response, _ = visitor.ask("GET", f"media/{items[0]}/original/")
    assert response.status == 302
    link = response.headers["Location"]
    assert urlsplit(link).netloc == urlsplit(address(AWS)).netloc
    with urllib.request.urlopen(link, timeout=60) as stored:  # noqa: S310 - the double's
        assert stored.read() == photo
