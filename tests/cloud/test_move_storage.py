"""`manage.py move_storage`: there, back, interrupted, damaged."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test.utils import override_settings

from accounts.models import User
from gallery.models import MediaItem
from tests.cloud.buckets import keys_in
from tests.factories import RenditionFactory, picture_bytes, stored_item
from workers.cloud.bucket import BucketStorage

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(alice: User, tmp_path: Path) -> Iterator[dict[str, bytes]]:
    """Five files of Alice in a folder of this test's own, by key."""
    folder = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": None},
        },
        "staticfiles": settings.STORAGES["staticfiles"],
    }
    with override_settings(STORAGES=folder, MEDIA_ROOT=tmp_path):
        items = [stored_item(alice, picture_bytes(seed)) for seed in (1, 2, 3)]
    with_sidecar = items[0]
    with_sidecar.sidecar_key = with_sidecar.original_key.replace("original.jpg", "sidecar.xmp")
    with_sidecar.save()
    (tmp_path / with_sidecar.sidecar_key).write_bytes(b"<xmp/>")
    thumb = f"renditions/{alice.pk}/{with_sidecar.pk}/thumb-1.webp"
    RenditionFactory(item=with_sidecar, name="thumb", key=thumb, size_bytes=5)
    (tmp_path / thumb).parent.mkdir(parents=True)
    (tmp_path / thumb).write_bytes(b"thumb")
    with override_settings(MEDIA_ROOT=tmp_path):
        yield files_in(tmp_path)


@pytest.fixture
def bucket(library: dict[str, bytes], bucket: BucketStorage) -> BucketStorage:
    """The bucket, chosen after the library was made in the folder."""
    return bucket


def files_in(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def objects_in(bucket: BucketStorage) -> dict[str, bytes]:
    names = {key.removeprefix("library/") for key in keys_in(bucket)}
    return {name: bucket.open(name).read() for name in names}


def run(to: str, *flags: str) -> str:
    out = io.StringIO()
    call_command("move_storage", f"--to={to}", *flags, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_there_and_back(bucket: BucketStorage, library: dict[str, bytes], tmp_path: Path) -> None:
    assert "5 of 5: 5 copied" in run("s3")
    assert objects_in(bucket) == files_in(tmp_path) == library
    assert "5 of 5: 5 there already" in run("s3", "--delete-source")
    assert files_in(tmp_path) == {}
    assert "5 of 5: 5 copied" in run("folder", "--delete-source")
    assert files_in(tmp_path) == library
    assert objects_in(bucket) == {}


def test_large_files_go_both_ways_in_parts(
    bucket: BucketStorage, alice: User, tmp_path: Path
) -> None:
    content = picture_bytes() + bytes(range(256)) * (17 << 12)
    with override_settings(STORAGES=_folder_storages(tmp_path)):
        item = stored_item(alice, content)
    assert "6 copied" in run("s3")
    head = bucket.client.head_object(
        Bucket=bucket.bucket_name, Key=bucket.object_key(item.original_key)
    )
    assert head["ETag"].endswith('-3"')
    (tmp_path / item.original_key).unlink()
    assert "1 copied, 5 there already" in run("folder")
    assert (tmp_path / item.original_key).read_bytes() == content


def _folder_storages(folder: Path) -> dict[str, Any]:
    return {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder, "base_url": None},
        },
        "staticfiles": settings.STORAGES["staticfiles"],
    }


def test_damaged_and_missing_files_are_told_and_nothing_is_deleted(
    bucket: BucketStorage, library: dict[str, bytes], tmp_path: Path
) -> None:
    damaged, missing = list(MediaItem.objects.order_by("pk")[:2])
    (tmp_path / damaged.original_key).write_bytes(b"other bytes")
    (tmp_path / missing.original_key).unlink()
    before = files_in(tmp_path)
    out = io.StringIO()
    with pytest.raises(CommandError, match="nothing was deleted"):
        call_command("move_storage", "--to=s3", "--delete-source", stdout=out, stderr=out)
    assert f"damaged: {damaged.original_key}" in out.getvalue()
    assert f"missing: {missing.original_key}" in out.getvalue()
    assert files_in(tmp_path) == before


def test_a_copy_that_is_not_the_same_is_made_again(
    bucket: BucketStorage, library: dict[str, bytes]
) -> None:
    item = MediaItem.objects.order_by("pk")[0]
    bucket.client.put_object(
        Bucket=bucket.bucket_name,
        Key=bucket.object_key(item.original_key),
        Body=b"x" * item.size_bytes,
    )
    assert "5 copied" in run("s3")
    assert objects_in(bucket) == library


def test_a_move_that_broke_off_goes_on(
    bucket: BucketStorage, library: dict[str, bytes], tmp_path: Path
) -> None:
    item = MediaItem.objects.order_by("pk").last()
    assert item is not None
    lost = tmp_path / item.original_key
    content = lost.read_bytes()
    lost.unlink()
    with pytest.raises(CommandError):
        run("s3")
    lost.write_bytes(content)
    journal = (settings.VAR_DIR / "move-to-s3.journal").read_text().splitlines()[1:]
    assert sorted([*journal, item.original_key]) == sorted(library)
    assert "1 copied, 4 there already" in run("s3", "--delete-source")
    assert objects_in(bucket) == library
    assert not (settings.VAR_DIR / "move-to-s3.journal").exists()


def test_the_bucket_must_be_named_and_there(library: dict[str, bytes]) -> None:
    with pytest.raises(CommandError, match="PIXTRACT_S3_BUCKET"):
        run("s3")
