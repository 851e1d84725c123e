"""The bucket as a store: links, listings, parts, orphans."""

from __future__ import annotations

import hashlib
import os
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from gallery import storage
from tests.cloud.buckets import choose_bucket, keys_in, make_bucket
from tests.factories import stored_item
from workers.cloud.bucket import BucketStorage
from workers.sweeper import sweep_orphans

LARGE = 17 << 20


def test_a_link_is_signed_as_boto3_signs(bucket: BucketStorage) -> None:
    with time_machine.travel("2026-05-01T10:07:00Z", tick=False):
        link = bucket.link("a/b c.jpg", content_type="image/jpeg", disposition="inline")
    with time_machine.travel("2026-05-01T10:00:00Z", tick=False):
        signed = bucket.client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": bucket.bucket_name,
                "Key": "library/a/b c.jpg",
                "ResponseContentType": "image/jpeg",
                "ResponseContentDisposition": "inline",
                "ResponseCacheControl": "private, max-age=3600, no-transform",
            },
            ExpiresIn=3600,
        )
    assert urlsplit(link.url)[:3] == urlsplit(signed)[:3]
    assert parse_qs(urlsplit(link.url).query) == parse_qs(urlsplit(signed).query)
    assert link.keep_seconds == 900


def test_large_files_go_and_come_in_parts(bucket: BucketStorage, tmp_path: Path) -> None:
    content = os.urandom(LARGE)
    source = tmp_path / "film.mp4"
    source.write_bytes(content)
    storage.put_file("originals/x/y/original.mp4", source)
    head = bucket.client.head_object(
        Bucket=bucket.bucket_name, Key="library/originals/x/y/original.mp4"
    )
    assert head["ETag"].endswith('-3"')
    with storage.local_copy("originals/x/y/original.mp4") as path:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest == hashlib.sha256(content).hexdigest()
    assert not path.exists()


def test_a_key_is_never_written_twice(bucket: BucketStorage, tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"first")
    storage.put_file("originals/x/y/original.bin", source)
    source.write_bytes(b"second")
    with pytest.raises(FileExistsError):
        storage.put_file("originals/x/y/original.bin", source)
    assert storage.open_stored("originals/x/y/original.bin").read() == b"first"
    assert len(keys_in(bucket)) == 1


def test_objects_are_kept_as_the_settings_say(
    monkeypatch: pytest.MonkeyPatch, moto_endpoint: str, tmp_path: Path
) -> None:
    wanted = {"S3_ENCRYPTION": "AES256", "S3_STORAGE_CLASS": "STANDARD_IA"}
    with choose_bucket(monkeypatch, moto_endpoint, **wanted):
        store = storage.storages["default"]
        make_bucket(moto_endpoint, store.bucket_name)
        heads = {}
        for root in ("originals", "renditions"):
            (tmp_path / root).write_bytes(b"x")
            storage.put_file(f"{root}/o/i/file.bin", tmp_path / root)
            heads[root] = store.client.head_object(
                Bucket=store.bucket_name, Key=f"library/{root}/o/i/file.bin"
            )
        acl = store.client.get_object_acl(
            Bucket=store.bucket_name, Key="library/originals/o/i/file.bin"
        )
    assert heads["originals"]["StorageClass"] == "STANDARD_IA"
    assert "StorageClass" not in heads["renditions"]
    assert {head["ServerSideEncryption"] for head in heads.values()} == {"AES256"}
    assert {grant["Grantee"]["Type"] for grant in acl["Grants"]} == {"CanonicalUser"}


def test_listing_goes_on_behind_a_key(bucket: BucketStorage) -> None:
    for name in ("originals/a", "originals/b", "originals/c", "originals-not/d"):
        bucket.client.put_object(Bucket=bucket.bucket_name, Key=f"library/{name}", Body=b"x")
    assert [file.key for file in storage.stored_files("originals", "originals/a")] == [
        "originals/b",
        "originals/c",
    ]


def put_raw(bucket: BucketStorage, key: str) -> str:
    bucket.client.put_object(Bucket=bucket.bucket_name, Key=f"library/{key}", Body=b"x")
    return f"library/{key}"


@pytest.mark.django_db
def test_orphans_go_and_everything_else_stays(alice: User, bucket: BucketStorage) -> None:
    item = stored_item(alice)
    orphan = put_raw(bucket, f"originals/{alice.pk}/{uuid.uuid4()}/original.jpg")
    foreign = {put_raw(bucket, "originals/readme.txt"), put_raw(bucket, "other/a/b/c")}
    kept = foreign | {f"library/{item.original_key}"}
    assert sweep_orphans() == 0
    assert keys_in(bucket) == kept | {orphan}
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert sweep_orphans() == 1
    assert keys_in(bucket) == kept


@pytest.mark.django_db
def test_a_round_is_bounded_and_the_next_goes_on(
    alice: User, bucket: BucketStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.sweeper._FILES_AT_ONCE", 2)
    monkeypatch.setattr("workers.sweeper._BUCKET_ORPHAN_AGE", timedelta(0))
    items = sorted(str(uuid.uuid4()) for _ in range(5))
    for item in items:
        put_raw(bucket, f"originals/{alice.pk}/{item}/original.jpg")
    assert [sweep_orphans() for _ in range(4)] == [2, 2, 1, 0]
    put_raw(bucket, f"originals/{alice.pk}/{items[0]}/original.jpg")
    assert sweep_orphans() == 1


@pytest.mark.django_db
def test_uploads_that_nobody_finished_are_given_up(bucket: BucketStorage) -> None:
    incoming = put_raw(bucket, "incoming/u/1")
    for key in ("originals/a/b/original.mp4", "incoming/u/2", "elsewhere/x"):
        bucket.client.create_multipart_upload(Bucket=bucket.bucket_name, Key=f"library/{key}")
    assert storage.drop_unfinished("incoming", datetime(2001, 1, 1, tzinfo=UTC)) == 0
    sweep_orphans()
    assert incoming in keys_in(bucket)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
        sweep_orphans()
    assert unfinished(bucket) == {"library/elsewhere/x"}
    assert keys_in(bucket) == set()


def unfinished(bucket: BucketStorage) -> set[str]:
    listed = bucket.client.list_multipart_uploads(Bucket=bucket.bucket_name)
    return {upload["Key"] for upload in listed.get("Uploads", ())}
