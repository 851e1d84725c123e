"""Uploads in parts: the protocol, what survives, and what is refused."""

from __future__ import annotations

import base64
import io
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client, override_settings
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem, Upload
from tests.api.arrivals import ClientOf, alices, arrived_files, nothing_arrived_before, stored
from tests.api.sender import BASE, MIB, Sender, large_file, md5_of
from tests.factories import picture_bytes, stored_item
from workers.verifying import verify_arrived

__all__ = ["alices", "nothing_arrived_before"]
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>'


def test_a_file_in_parts_becomes_an_item_of_identical_bytes(alices: APIClient) -> None:
    sender = Sender(alices, large_file())
    answer = sender.send_all(description="The pier", taken_at="2020-02-03T04:05:06")
    assert (answer.status_code, answer.json()["state"]) == (202, "verifying")
    assert not verify_arrived(seconds=30)
    state = sender.state()
    assert (state["state"], state["duplicate"], state["error"]) == ("done", False, None)
    item = MediaItem.objects.get(pk=state["item"])
    assert stored(item) == sender.content
    assert (item.caption, item.taken_local.isoformat()[:19]) == ("The pier", "2020-02-03T04:05:06")
    assert item.jobs.exists()
    assert arrived_files() == []


def test_a_small_file_goes_in_one_piece_with_its_sidecar(alices: APIClient) -> None:
    sender = Sender(alices, picture_bytes(3))
    sender.send_all(sidecar=base64.b64encode(XMP).decode())
    assert sender.opened["part_bytes"] == 0
    verify_arrived(seconds=30)
    item = MediaItem.objects.get(pk=sender.state()["item"])
    assert stored(item) == sender.content
    with default_storage.open(item.sidecar_key) as file:
        assert file.read() == XMP


def test_check_tells_of_own_items_alone(alices: APIClient, alice: User, bob: User) -> None:
    mine, his = stored_item(alice), stored_item(bob, picture_bytes(2))
    asked = {"sha256": [mine.sha256.upper(), his.sha256, "0" * 64]}
    known = alices.post(f"{BASE}check/", asked, format="json").json()["known"]
    assert known == [{"sha256": mine.sha256, "item": str(mine.pk), "trashed": False}]


def test_what_is_here_already_is_not_sent_and_leaves_the_trash(
    alices: APIClient, alice: User
) -> None:
    item = stored_item(alice, picture_bytes(1))
    alices.delete(f"/api/v1/media/{item.pk}/")
    answer = Sender(alices, picture_bytes(1)).open()
    assert answer.status_code == 200
    data = answer.json()
    assert (data["state"], data["item"], data["duplicate"]) == ("done", str(item.pk), True)
    assert data["restored"] is True
    assert Sender(alices, picture_bytes(1)).open().json()["restored"] is False
    item.refresh_from_db()
    assert item.trashed_at is None
    assert not Upload.objects.exists()


def test_a_file_announced_again_goes_on_where_it_was(alices: APIClient) -> None:
    first = Sender(alices, large_file())
    first.open()
    first.put(2)
    again = Sender(alices, first.content)
    answer = again.open()
    assert (answer.status_code, answer.json()["id"]) == (200, first.opened["id"])
    assert answer.json()["sent_bytes"] == 8 * MIB
    again.etags = again.listed()
    assert again.etags == first.etags
    again.put(1)
    again.put(3)
    assert again.complete().status_code == 200
    assert again.finish().status_code == 202
    verify_arrived(seconds=30)
    assert again.state()["state"] == "done"


def test_after_the_parts_are_complete_only_the_end_is_told_again(alices: APIClient) -> None:
    sender = Sender(alices, large_file())
    sender.open()
    for number in (1, 2, 3):
        sender.put(number)
    sender.complete()
    answer = Sender(alices, sender.content).open().json()
    assert answer["sent_bytes"] == answer["size"]
    assert sender.complete().status_code == 200
    sender.finish()
    assert sender.finish().json()["state"] == "verifying"
    verify_arrived(seconds=30)
    assert sender.finish().json()["state"] == "done"
    assert MediaItem.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda body: body[:-1], b"EntityTooSmall"),
        (lambda body: body + b"x", b"EntityTooLarge"),
        (lambda body: b"x" + body[1:], b"BadDigest"),
    ],
)
def test_a_part_that_is_not_what_was_announced_is_not_kept(
    alices: APIClient, change: Callable[[bytes], bytes], code: bytes
) -> None:
    sender = Sender(alices, large_file())
    sender.open()
    answer = sender.put(1, change(sender.piece(1)))
    assert answer.status_code == 400
    assert code in answer.content
    assert sender.listed() == {}
    assert arrived_files() == []


def test_a_part_cut_off_on_the_way_is_not_kept(alices: APIClient) -> None:
    sender = Sender(alices, large_file())
    sender.open()
    signed = sender.sign("PUT", 1, md5_of(sender.piece(1))).json()
    cut_off = {
        "wsgi.input": io.BytesIO(sender.piece(1)[: 5 * MIB]),
        "CONTENT_LENGTH": str(8 * MIB),
    }
    answer = Client().generic("PUT", signed["url"], b"", **cut_off)
    assert answer.status_code == 400
    assert b"IncompleteBody" in answer.content
    assert arrived_files() == []


def test_an_incomplete_file_cannot_be_finished(alices: APIClient) -> None:
    sender = Sender(alices, large_file())
    sender.open()
    sender.put(1)
    assert sender.complete().status_code == 400
    answer = sender.finish()
    assert (answer.status_code, answer.json()["code"]) == (409, "incomplete")
    assert sender.state()["state"] == "uploading"


def test_the_wrong_file_fails_with_a_reason_and_can_be_sent_again(alices: APIClient) -> None:
    sender = Sender(alices, large_file())
    sender.open()
    damaged = sender.content[: 9 * MIB] + b"!" + sender.content[9 * MIB + 1 :]
    right, sender.content = sender.content, damaged
    for number in (1, 2, 3):
        assert sender.put(number).status_code == 200
    sender.complete()
    sender.finish()
    verify_arrived(seconds=30)
    state = sender.state()
    assert (state["state"], state["error"]["code"]) == ("failed", "hash_mismatch")
    assert not MediaItem.objects.exists()
    assert arrived_files() == []
    again = Sender(alices, right)
    assert again.send_all().status_code == 202
    verify_arrived(seconds=30)
    assert again.state()["state"] == "done"


def test_a_file_that_nobody_can_read_is_refused_before_or_after_it_is_sent(
    alices: APIClient,
) -> None:
    content = b"<html>" + b"x" * 100
    head = base64.b64encode(content[:50]).decode()
    answer = Sender(alices, content, "page.jpg").open(head=head)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_type")
    quiet = Sender(alices, content, "page.jpg")
    quiet.send_all()
    verify_arrived(seconds=30)
    assert quiet.state()["error"]["code"] == "unsupported_type"
    assert arrived_files() == []


def test_limits(alices: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Sender(alices, b"").open().json()["code"] == "empty_file"
    with override_settings(PIXTRACT_MAX_UPLOAD_BYTES=100):
        answer = Sender(alices, b"x" * 101).open()
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    monkeypatch.setattr("gallery.services.upload_sessions.MAX_OPEN", 1)
    assert Sender(alices, picture_bytes(1)).open().status_code == 201
    answer = Sender(alices, picture_bytes(2)).open()
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_uploads")


def test_a_file_that_cannot_fit_is_refused_at_once(alices: APIClient) -> None:
    said = {"file_name": "a.mp4", "size": 1 << 60, "sha256": "a" * 64}
    with override_settings(PIXTRACT_MAX_UPLOAD_BYTES=1 << 61):
        answer = alices.post(BASE, said, format="json")
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"sha256": "abc"},
        {"size": -1},
        {"size": "many"},
        {"head": "not base64!"},
        {"sidecar": "%%%"},
        {"file_name": ""},
        {"taken_at": "yesterday"},
    ],
)
def test_malformed_announcements(alices: APIClient, said: dict[str, object]) -> None:
    answer = Sender(alices, picture_bytes()).open(**said)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize(
    ("method", "number", "md5"),
    [("PUT", 0, "x"), ("PUT", 4, "x"), ("PUT", 1, ""), ("PATCH", 0, ""), ("PUT", 1, "bad")],
)
def test_wishes_that_make_no_sense(alices: APIClient, method: str, number: int, md5: str) -> None:
    sender = Sender(alices, large_file())
    sender.open()
    answer = sender.sign(method, number, md5_of(b"") if md5 == "x" else md5)
    assert answer.status_code == 400


def test_others_find_nothing(api_client: ClientOf, alices: APIClient, bob: User) -> None:
    sender = Sender(alices, large_file())
    sender.open()
    theirs = api_client(bob)
    for answer in (
        theirs.get(sender.url),
        theirs.delete(sender.url),
        theirs.post(f"{sender.url}sign/", {"method": "GET"}, format="json"),
        theirs.post(f"{BASE}finish/", {"id": sender.opened["id"]}, format="json"),
        theirs.get(f"{BASE}{uuid.uuid4()}/"),
    ):
        assert answer.status_code == 404
    assert theirs.get(BASE).json()["results"] == []
    assert theirs.get(f"{BASE}?ids={sender.opened['id']}").json()["results"] == []
    assert Sender(theirs, sender.content).open().status_code == 201


def test_an_address_is_for_one_request_of_one_upload_and_for_an_hour(
    alices: APIClient, alice: User
) -> None:
    sender = Sender(alices, large_file())
    sender.open()
    url = sender.sign("GET").json()["url"]
    assert Client().get(url).status_code == 200
    assert Client().delete(url).status_code == 403
    assert Client().get(url[:-2] + "x/").status_code == 403
    with time_machine.travel(timezone.now() + timedelta(seconds=3601)):
        assert Client().get(url).status_code == 403
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert Client().get(url).status_code == 404
