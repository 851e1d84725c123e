"""Uploads in parts: what a client is told that does not keep to what it announced."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Upload
from tests.api.sender import BASE, MIB, Sender, large_file, md5_of, sha256_of
from tests.factories import picture_bytes

ClientOf = Callable[[User | None], APIClient]


@pytest.fixture(autouse=True)
def _nothing_arrived_before() -> None:
    shutil.rmtree(Path(settings.MEDIA_ROOT) / "incoming", ignore_errors=True)


@pytest.fixture
def alices(api_client: ClientOf, alice: User) -> APIClient:
    return api_client(alice)


def test_another_size_for_the_same_bytes_names_the_upload_to_cancel(alices: APIClient) -> None:
    sender = Sender(alices, picture_bytes(1))
    sender.open(size=5)
    answer = Sender(alices, picture_bytes(1)).open()
    told = answer.json()
    assert (answer.status_code, told["code"]) == (409, "announced_with_another_size")
    assert sender.opened["id"] in told["detail"]
    assert "5 bytes" in told["detail"]
    alices.delete(sender.url)
    assert Sender(alices, picture_bytes(1)).open().status_code == 201
    assert Upload.objects.count() == 1


def test_anothers_announcement_is_in_nobodys_way(
    api_client: ClientOf, alices: APIClient, bob: User
) -> None:
    Sender(alices, picture_bytes(1)).open(size=5)
    assert Sender(api_client(bob), picture_bytes(1)).open().status_code == 201


@pytest.mark.parametrize(
    ("change", "code"),
    [(lambda body: body + b"x", b"EntityTooLarge"), (lambda body: body[1:], b"EntityTooSmall")],
)
def test_a_small_file_of_another_length_is_refused_for_what_it_is(
    alices: APIClient, change: Callable[[bytes], bytes], code: bytes
) -> None:
    sender = Sender(alices, picture_bytes(1))
    sender.open()
    answer = sender.put(0, change(sender.content))
    assert answer.status_code == 400
    assert code in answer.content
    assert f"should have {len(sender.content)}".encode() in answer.content


@pytest.mark.parametrize(("sent", "read"), [(40 * MIB, 40 * MIB), (200 * MIB, 64 * MIB)])
def test_who_sends_too_much_is_heard_out_before_the_answer(
    alices: APIClient, sent: int, read: int
) -> None:
    """A connection with unread bytes is cut, and its answer lost: but nobody is read for ever."""
    sender = Sender(alices, large_file())
    sender.open()
    signed = sender.sign("PUT", 1, md5_of(sender.piece(1))).json()
    body = io.BytesIO(bytes(sent))
    arriving: dict[str, Any] = {"wsgi.input": body, "CONTENT_LENGTH": str(sent)}
    answer = Client().generic("PUT", signed["url"], b"", **arriving)
    assert answer.status_code == 400
    assert b"EntityTooLarge" in answer.content
    assert body.tell() == read


@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_a_small_file_has_no_parts(alices: APIClient, method: str) -> None:
    sender = Sender(alices, picture_bytes(1))
    sender.open()
    answer = sender.sign(method, 1, md5_of(b""))
    assert (answer.status_code, answer.json()["code"]) == (400, "no_such_part")
    assert "in one piece: sign part 0" in answer.json()["detail"]


@pytest.mark.parametrize("sent", [{"id": "x"}, {"id": None}, {}])
def test_an_upload_that_no_id_names_cannot_be_finished(
    alices: APIClient, sent: dict[str, object]
) -> None:
    answer = alices.post(f"{BASE}finish/", sent, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["id"])


def test_the_hash_may_be_written_in_capitals(alices: APIClient) -> None:
    sender = Sender(alices, picture_bytes(1))
    sender.open()
    again = sender.open(sha256=sha256_of(sender.content).upper())
    assert again.status_code == 200
