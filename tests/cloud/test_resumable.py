"""Uploads in parts that go to the bucket itself: no byte passes through the web server."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from gallery import storage
from gallery.models import MediaItem, Upload, UploadState
from tests.api.sender import MIB, Sender, large_file, md5_of
from tests.cloud.buckets import keys_in
from tests.factories import picture_bytes
from workers.cloud.bucket import BucketStorage
from workers.sweeper import sweep_orphans
from workers.verifying import verify_arrived

pytestmark = pytest.mark.django_db


@pytest.fixture
def alices(alice: User, bucket: BucketStorage) -> APIClient:
    client = APIClient()
    client.force_login(alice)
    return client


def stored(item: MediaItem) -> bytes:
    with storage.open_stored(item.original_key) as file:
        return file.read()


@pytest.mark.parametrize("size", [17 * MIB + 5, MIB])
def test_a_file_becomes_an_item_of_identical_bytes(
    alices: APIClient, bucket: BucketStorage, size: int
) -> None:
    sender = Sender(alices, large_file(1, size))
    assert sender.send_all().status_code == 202
    verify_arrived(seconds=60)
    state = sender.state()
    assert (state["state"], state["error"]) == ("done", None)
    item = MediaItem.objects.get(pk=state["item"])
    assert hashlib.sha256(stored(item)).hexdigest() == item.sha256 == state["sha256"]
    assert keys_in(bucket) == {f"library/{item.original_key}"}


def test_addresses_are_the_buckets_own_and_sign_the_checksum(
    alices: APIClient, bucket: BucketStorage, moto_endpoint: str
) -> None:
    sender = Sender(alices, large_file())
    sender.open()
    md5 = md5_of(sender.piece(1))
    signed = sender.sign("PUT", 1, md5).json()
    assert signed["url"].startswith(f"{moto_endpoint}/{bucket.bucket_name}/library/incoming/")
    query = parse_qs(urlsplit(signed["url"]).query)
    assert query["X-Amz-SignedHeaders"] == ["content-md5;host"]
    assert query["X-Amz-Expires"] == ["3600"]
    assert signed["headers"] == {"Content-MD5": md5}
    assert not any("checksum" in name for name in query)


def test_a_file_announced_again_goes_on_where_it_was(alices: APIClient) -> None:
    first = Sender(alices, large_file())
    first.open()
    first.put(2)
    again = Sender(alices, first.content)
    assert again.open().json()["sent_bytes"] == 8 * MIB
    again.etags = again.listed()
    assert list(again.etags) == [2]
    again.put(1)
    again.put(3)
    assert again.complete().status_code == 200
    # The browser was closed before it told the end.
    assert Sender(alices, first.content).open().json()["sent_bytes"] == len(first.content)
    again.finish()
    verify_arrived(seconds=60)
    assert again.state()["state"] == "done"


def test_what_the_bucket_forgot_is_begun_anew(alices: APIClient, bucket: BucketStorage) -> None:
    sender = Sender(alices, large_file())
    sender.open()
    sender.put(1)
    bucket.abort_uploads("incoming/", timezone.now() + timedelta(days=1))
    forgotten = sender.opened["upload_id"]
    assert sender.open().json()["sent_bytes"] == 0
    assert sender.opened["upload_id"] != forgotten
    for number in (1, 2, 3):
        sender.put(number)
    sender.complete()
    assert sender.finish().status_code == 202
    verify_arrived(seconds=60)
    assert sender.state()["state"] == "done"


def test_an_incomplete_file_cannot_be_finished(alices: APIClient) -> None:
    sender = Sender(alices, large_file())
    sender.open()
    sender.put(1)
    assert sender.finish().json()["code"] == "incomplete"


def test_the_wrong_file_fails_and_leaves_nothing(alices: APIClient, bucket: BucketStorage) -> None:
    sender = Sender(alices, picture_bytes(1, size=(80, 60)))
    sender.open()
    sender.content = sender.content[:-1] + b"!"
    sender.put(0)
    sender.finish()
    verify_arrived(seconds=60)
    assert sender.state()["error"]["code"] == "hash_mismatch"
    assert keys_in(bucket) == set()


def test_cancelled_and_forgotten_uploads_leave_nothing(
    alices: APIClient, bucket: BucketStorage
) -> None:
    one, two = Sender(alices, large_file(1)), Sender(alices, large_file(2))
    for sender in (one, two):
        sender.open()
        sender.put(1)
    assert alices.delete(one.url).status_code == 204
    with time_machine.travel(timezone.now() + timedelta(days=6, minutes=1)):
        sweep_orphans()
    assert not Upload.objects.exists()
    left = bucket.client.list_multipart_uploads(Bucket=bucket.bucket_name)
    assert left.get("Uploads", []) == []


def test_a_bucket_that_is_away_puts_the_check_off(alices: APIClient, bucket: BucketStorage) -> None:
    sender = Sender(alices, large_file())
    sender.send_all()
    name, bucket.bucket_name = bucket.bucket_name, f"gone-{uuid.uuid4().hex}"
    verify_arrived(seconds=60)
    assert sender.row.state == UploadState.VERIFYING
    bucket.bucket_name = name
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        verify_arrived(seconds=60)
    assert sender.state()["state"] == "done"
