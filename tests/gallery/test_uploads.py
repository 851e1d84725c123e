"""From bytes to an item: stored once, refused with a reason, deleted without a trace."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from accounts.models import User
from gallery.incoming import IncomingFile, display_name, read_incoming
from gallery.models import MediaItem
from gallery.services.deletion import delete_items, trash_items
from gallery.services.uploads import (
    Uploaded,
    UploadNotes,
    UploadRefused,
    create_media_item,
    wall_clock,
)
from tests.factories import UserFactory, picture_bytes, stored_item


def incoming(content: bytes, name: str = "a.jpg") -> IncomingFile:
    path = Path(settings.PIXTRACT_WORK_DIR) / f"made-{uuid.uuid4().hex}"
    path.write_bytes(content)
    return read_incoming(path, name)


def stored_names(item: MediaItem) -> list[str]:
    folder = Path(default_storage.path(item.original_key)).parent
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


@pytest.mark.django_db
def test_the_original_is_kept_to_the_byte(alice: User) -> None:
    content = picture_bytes(3)
    item = stored_item(alice, content, "../../etc/we<i>rd.png")
    assert default_storage.open(item.original_key).read() == content
    assert item.file_name == "we<i>rd.png"
    assert item.original_key == f"originals/{alice.pk}/{item.pk}/original.jpg"


@pytest.mark.django_db
def test_the_same_bytes_again_are_the_same_item(alice: User) -> None:
    first = stored_item(alice)
    again = create_media_item(alice, incoming(picture_bytes(), "copy.jpg"))
    assert again == Uploaded(first, duplicate=True)


@pytest.mark.django_db
def test_the_same_bytes_of_another_user_are_another_item(alice: User, bob: User) -> None:
    first = stored_item(alice)
    other = create_media_item(bob, incoming(picture_bytes()))
    assert not other.duplicate
    assert other.item.pk != first.pk


@pytest.mark.django_db
def test_uploading_what_is_in_the_trash_takes_it_out(alice: User) -> None:
    item = stored_item(alice)
    trash_items(alice, [item.pk])
    again = create_media_item(alice, incoming(picture_bytes()))
    assert again.duplicate
    assert again.item.trashed_at is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "code", "status"),
    [
        (b"", "empty_file", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_type", 415),
        (b"<html><script>alert(1)</script>", "unsupported_type", 415),
        (b"<x:xmpmeta xmlns:x='adobe:ns:meta/'></x:xmpmeta>", "lonely_sidecar", 415),
    ],
)
def test_refusals_say_why(alice: User, content: bytes, code: str, status: int) -> None:
    with pytest.raises(UploadRefused) as refused:
        create_media_item(alice, incoming(content))
    assert (refused.value.code, refused.value.status) == (code, status)
    assert not MediaItem.objects.exists()


@pytest.mark.django_db
def test_a_file_over_the_limit_is_refused(alice: User, settings: object) -> None:
    settings.PIXTRACT_MAX_UPLOAD_BYTES = 10  # type: ignore[attr-defined]
    with pytest.raises(UploadRefused) as refused:
        create_media_item(alice, incoming(picture_bytes()))
    assert refused.value.status == 413


@pytest.mark.django_db
def test_a_sidecar_is_stored_beside_its_photo(alice: User) -> None:
    sidecar = incoming(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'></x:xmpmeta>").path
    item = create_media_item(alice, incoming(picture_bytes()), UploadNotes(sidecar=sidecar)).item
    assert stored_names(item) == ["original.jpg", "sidecar.xmp"]


@pytest.mark.django_db
def test_a_wrong_sidecar_is_refused_and_nothing_is_kept(alice: User) -> None:
    sidecar = incoming(b"#!/bin/sh").path
    with pytest.raises(UploadRefused):
        create_media_item(alice, incoming(picture_bytes()), UploadNotes(sidecar=sidecar))
    assert not MediaItem.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_uploads_of_one_file_at_once_give_one_item() -> None:
    user = UserFactory()
    results: list[Uploaded] = []

    def upload() -> None:
        try:
            results.append(create_media_item(user, incoming(picture_bytes(9))))
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({result.item.pk for result in results}) == 1
    assert sorted(result.duplicate for result in results) == [False] + [True] * 5
    (item,) = MediaItem.objects.all()
    assert stored_names(item) == ["original.jpg"]
    assert len(list(Path(default_storage.path(f"originals/{user.pk}")).iterdir())) == 1


@pytest.mark.django_db
def test_deleting_for_good_leaves_no_bytes(
    alice: User, django_capture_on_commit_callbacks: object
) -> None:
    item = stored_item(alice)
    assert delete_items(alice, [item.pk]) == 0
    trash_items(alice, [item.pk])
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert delete_items(alice, [item.pk]) == 1
    assert stored_names(item) == []


@pytest.mark.django_db
def test_nobody_trashes_what_is_anothers(alice: User, bob: User) -> None:
    item = stored_item(alice)
    assert trash_items(bob, [item.pk]) == 0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:\\photos\\a.jpg", "a.jpg"),
        ("../../../etc/passwd", "passwd"),
        ("a\x00b\x1b[31m.jpg", "ab[31m.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("", "unnamed"),
        ("x" * 400 + ".jpeg", "x" * 250 + ".jpeg"),
    ],
)
def test_names_are_shown_without_tricks(name: str, shown: str) -> None:
    assert display_name(name) == shown


def test_capture_times_are_wall_clock_times() -> None:
    user = User(time_zone="Asia/Tokyo")
    with_offset = datetime(2024, 5, 1, 9, 30, tzinfo=timezone(timedelta(hours=-7)))
    assert wall_clock(with_offset, user).isoformat() == "2024-05-01T09:30:00+00:00"
    utc = datetime(2024, 5, 1, 20, 0, tzinfo=UTC)
    assert wall_clock(utc, user).isoformat() == "2024-05-02T05:00:00+00:00"
