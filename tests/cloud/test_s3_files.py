"""Media in a bucket, from upload to trash, as HTTP shows them."""

from __future__ import annotations

import hashlib
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from gallery import storage
from gallery.models import MediaItem
from tests.cloud.buckets import keys_in
from tests.factories import RenditionFactory, picture_bytes, stored_item
from workers.cloud.bucket import BucketStorage

ClientOf = Callable[[User | None], APIClient]
pytestmark = pytest.mark.django_db
PICTURE = picture_bytes(7)


def original(item: MediaItem) -> str:
    return f"/api/v1/media/{item.pk}/original/"


def fetched(url: str, **headers: str) -> tuple[int, bytes, Any]:
    request = urllib.request.Request(url, headers=headers)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return answer.status, answer.read(), answer.headers


def test_an_upload_is_in_the_bucket_below_the_prefix(
    api_client: ClientOf, alice: User, bucket: BucketStorage
) -> None:
    file = SimpleUploadedFile("dunes.jpg", PICTURE)
    response = api_client(alice).post("/api/v1/media/", {"file": file}, format="multipart")
    assert response.status_code == 201
    item = MediaItem.objects.get(pk=response.json()["id"])
    assert keys_in(bucket) == {f"library/{item.original_key}"}
    stored = bucket.client.get_object(
        Bucket=bucket.bucket_name, Key=f"library/{item.original_key}"
    )["Body"].read()
    assert hashlib.sha256(stored).hexdigest() == item.sha256


def test_an_original_is_handed_out_by_the_bucket_itself(
    api_client: ClientOf, alice: User, bucket: BucketStorage
) -> None:
    item = stored_item(alice, PICTURE, "größe.jpg")
    response = api_client(alice).get(original(item))
    assert response.status_code == 302
    assert response["Cache-Control"] == "private, max-age=300"
    assert "ETag" not in response
    status, content, headers = fetched(response["Location"])
    assert (status, content) == (200, PICTURE)
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Disposition"].startswith("inline;")
    assert "gr%C3%B6%C3%9Fe.jpg" in headers["Content-Disposition"]
    assert headers["Cache-Control"].startswith("private")


def test_a_part_is_asked_of_the_bucket(
    api_client: ClientOf, alice: User, bucket: BucketStorage
) -> None:
    item = stored_item(alice, PICTURE)
    response = api_client(alice).get(original(item), headers={"Range": "bytes=5-9"})
    status, content, headers = fetched(response["Location"], Range="bytes=5-9")
    assert (status, content) == (206, PICTURE[5:10])
    assert headers["Content-Range"] == f"bytes 5-9/{len(PICTURE)}"


def test_downloads_and_what_a_browser_could_run_are_attachments(
    api_client: ClientOf, alice: User, bucket: BucketStorage
) -> None:
    item = stored_item(alice, PICTURE)
    saved = api_client(alice).get(original(item) + "?download=1")
    assert fetched(saved["Location"])[2]["Content-Disposition"].startswith("attachment;")
    MediaItem.objects.filter(pk=item.pk).update(content_type="image/svg+xml")
    active = fetched(api_client(alice).get(original(item))["Location"])[2]
    assert active["Content-Type"] == "application/octet-stream"
    assert active["Content-Disposition"].startswith("attachment;")


def test_the_link_stays_the_same_for_a_while(
    api_client: ClientOf, alice: User, bucket: BucketStorage
) -> None:
    item = stored_item(alice, PICTURE)
    client = api_client(alice)
    with time_machine.travel("2026-05-01T10:01:00Z", tick=False) as clock:
        first = client.get(original(item))["Location"]
        clock.move_to("2026-05-01T10:14:59Z")
        assert client.get(original(item))["Location"] == first
        clock.move_to("2026-05-01T10:15:00Z")
        assert client.get(original(item))["Location"] != first
    query = parse_qs(urlsplit(first).query)
    assert query["X-Amz-Date"] == ["20260501T100000Z"]
    assert query["X-Amz-Expires"] == ["3600"]


def test_head_and_validators_are_answered_here(
    api_client: ClientOf, alice: User, bucket: BucketStorage
) -> None:
    item = stored_item(alice, PICTURE)
    head = api_client(alice).head(original(item))
    assert (head.status_code, head["Content-Length"]) == (200, str(len(PICTURE)))
    unchanged = api_client(alice).get(original(item), headers={"If-None-Match": f'"{item.sha256}"'})
    assert unchanged.status_code == 304


def test_thumbs_keep_one_address_and_may_be_kept_for_ever(
    api_client: ClientOf, alice: User, bucket: BucketStorage
) -> None:
    item = stored_item(alice, PICTURE)
    thumb = _rendition(item, "thumb", b"a small picture")
    address = f"/api/v1/media/{item.pk}/renditions/thumb/?v={thumb.version}"
    response = api_client(alice).get(address)
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"a small picture"
    assert "immutable" in response["Cache-Control"]
    part = api_client(alice).get(address, headers={"Range": "bytes=2-6"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"small")


def test_a_video_to_play_is_handed_out_by_the_bucket(
    api_client: ClientOf, alice: User, bucket: BucketStorage
) -> None:
    item = stored_item(alice, PICTURE)
    _rendition(item, "play", b"a film")
    response = api_client(alice).get(f"/api/v1/media/{item.pk}/renditions/play/")
    assert response.status_code == 302
    assert fetched(response["Location"])[1] == b"a film"


def test_a_thumb_costs_one_request(
    api_client: ClientOf, alice: User, bucket: BucketStorage
) -> None:
    item = stored_item(alice, PICTURE)
    _rendition(item, "thumb", b"a small picture")
    asked: list[str] = []
    bucket.client.meta.events.register(
        "before-call.s3", lambda model, **_: asked.append(model.name)
    )
    response = api_client(alice).get(f"/api/v1/media/{item.pk}/renditions/thumb/")
    assert b"".join(response.streaming_content) == b"a small picture"
    assert response["Content-Length"] == "15"
    assert asked == ["GetObject"]


def test_a_part_costs_a_part_only(bucket: BucketStorage, alice: User) -> None:
    item = stored_item(alice, PICTURE)
    asked: list[str] = []
    bucket.client.meta.events.register(
        "before-call.s3.GetObject",
        lambda params, **_: asked.append(params["headers"].get("Range", "everything")),
    )
    with storage.open_part(item.original_key, 4, 8) as opened:
        assert opened.read() == PICTURE[4:12]
    assert asked == ["bytes=4-11"]


def test_others_get_no_link(api_client: ClientOf, alice: User, bob: User, bucket: Any) -> None:
    item = stored_item(alice, PICTURE)
    assert api_client(bob).get(original(item)).status_code == 404
    assert api_client(None).get(original(item)).status_code == 401


def test_bytes_that_are_gone_are_404(
    api_client: ClientOf, alice: User, bucket: BucketStorage
) -> None:
    item = stored_item(alice, PICTURE)
    bucket.delete(item.original_key)
    response = api_client(alice).get(original(item))
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_what_is_deleted_for_good_leaves_the_bucket(
    api_client: ClientOf,
    alice: User,
    bucket: BucketStorage,
    django_capture_on_commit_callbacks: Any,
) -> None:
    item = stored_item(alice, PICTURE)
    _rendition(item, "thumb", b"t")
    kept = stored_item(alice, picture_bytes(8))
    client = api_client(alice)
    client.delete(f"/api/v1/media/{item.pk}/")
    with django_capture_on_commit_callbacks(execute=True):
        gone = client.delete(f"/api/v1/media/{item.pk}/?permanent=true")
    assert gone.status_code == 204
    assert keys_in(bucket) == {f"library/{kept.original_key}"}


def _rendition(item: MediaItem, name: str, content: bytes) -> Any:
    key = storage.rendition_key(item.owner_id, item.pk, f"{name}-1.webp")
    path = storage.settings.PIXTRACT_WORK_DIR / f"{item.pk}-{name}"
    path.write_bytes(content)
    storage.put_file(key, path)
    kind = "video/mp4" if name == "play" else "image/webp"
    return RenditionFactory(item=item, name=name, key=key, content_type=kind)
