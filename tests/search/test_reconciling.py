"""Drift between index and database is found and repaired, whatever caused it."""

from __future__ import annotations

import shutil
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from gallery.models import MediaItem
from gallery.services.changes import note_change
from search import reconciling
from search.backends import get_backend
from search.models import OutboxEntry
from search.reconciling import Drift, reconcile, reconcile_libraries
from search.services import search_media
from tests.factories import MediaItemFactory
from tests.search.conftest import index, index_all

pytestmark = pytest.mark.django_db


def truth(user: User) -> dict[object, int]:
    return dict(
        MediaItem.objects.filter(owner=user, trashed_at=None).values_list("pk", "search_version")
    )


def test_a_faithful_index_needs_nothing(alice: User, library: list[MediaItem]) -> None:
    assert reconcile_libraries() == 0
    assert not OutboxEntry.objects.exists()


def test_what_went_by_the_outbox_is_found_and_mended(alice: User, library: list[MediaItem]) -> None:
    changed, gone, kept = library
    MediaItem.objects.filter(pk=changed.pk).update(caption="volcano", search_version=99)
    MediaItem.objects.filter(pk=gone.pk).delete()
    new = MediaItemFactory(owner=alice)
    OutboxEntry.objects.all().delete()
    assert reconcile(alice.pk) == Drift(items=3, missing=1, stale=1, extra=1)
    index_all()
    assert get_backend().versions(alice.pk) == truth(alice)
    assert [hit.item for hit in search_media(alice, "volcano").hits] == [changed]
    assert {new.pk, kept.pk} <= set(truth(alice))


def test_a_lost_index_is_made_anew(
    embedded: None, alice: User, library: list[MediaItem], index_dir: Path
) -> None:
    shutil.rmtree(index_dir)
    assert reconcile(alice.pk).total == len(library)
    index_all()
    assert get_backend().versions(alice.pk) == truth(alice)


def test_each_library_is_compared_with_its_own_index(alice: User, bob: User) -> None:
    index(MediaItemFactory(owner=alice), MediaItemFactory(owner=bob))
    OutboxEntry.objects.all().delete()
    MediaItem.objects.filter(owner=bob).update(search_version=7)
    assert reconcile_libraries() == 1
    assert list(OutboxEntry.objects.values_list("owner_id", flat=True)) == [bob.pk]


def test_a_database_older_than_its_index_is_what_counts(
    alice: User, library: list[MediaItem]
) -> None:
    behind, gone, _ = library
    MediaItem.objects.filter(pk=behind.pk).update(caption="yesterday", search_version=50)
    OutboxEntry.objects.all().delete()
    index(behind)
    # A copy of the database from before is put back, with what was in the trash then.
    MediaItem.objects.filter(pk=behind.pk).update(caption="volcano", search_version=7)
    MediaItem.objects.filter(pk=gone.pk).update(trashed_at=timezone.now(), search_version=1)
    assert reconcile(alice.pk) == Drift(items=2, stale=1, extra=1)
    index_all()
    assert get_backend().versions(alice.pk) == truth(alice)
    assert [hit.item for hit in search_media(alice, "volcano").hits] == [behind]
    assert search_media(alice, "yesterday").total == 0


def test_a_large_library_is_compared_part_by_part(
    alice: User, library: list[MediaItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    items = MediaItemFactory.create_batch(30, owner=alice)
    index(*items)
    asked: list[str] = []
    backend = type(get_backend())
    versions = backend.versions

    def note(self: Any, owner_id: object, prefix: str = "") -> dict[UUID, int]:
        asked.append(prefix)
        return versions(self, owner_id, prefix)

    monkeypatch.setattr(backend, "versions", note)
    monkeypatch.setattr(reconciling, "AT_ONCE", 10)
    assert reconcile(alice.pk) == Drift(items=33)
    assert asked == list("0123456789abcdef")
    MediaItem.objects.filter(pk__in=[items[0].pk, items[9].pk]).update(search_version=99)
    MediaItem.objects.filter(pk=items[1].pk).delete()
    OutboxEntry.objects.all().delete()
    assert reconcile(alice.pk) == Drift(items=32, stale=2, extra=1)


def test_what_waits_in_the_outbox_is_no_drift(alice: User, library: list[MediaItem]) -> None:
    with transaction.atomic():
        note_change(alice.pk, [library[0].pk])
    MediaItemFactory(owner=alice)
    assert reconcile(alice.pk) == Drift(items=4, missing=1)
    assert OutboxEntry.objects.count() == 2


def test_an_index_of_nobody_is_forgotten(alice: User, library: list[MediaItem]) -> None:
    pk = alice.pk
    alice.delete()
    OutboxEntry.objects.all().delete()
    assert pk in set(get_backend().owners())
    reconcile_libraries()
    index_all()
    assert pk not in set(get_backend().owners())


def test_the_command_tells_what_it_found(alice: User, bob: User, library: list[MediaItem]) -> None:
    assert _printed() == "alice: 3 items, all as in the database\n" + (
        "bob: 0 items, all as in the database\n3 items compared, 0 to be indexed again\n"
    )
    MediaItem.objects.filter(pk=library[0].pk).update(search_version=99)
    MediaItemFactory(owner=alice)
    assert _printed("--user", "alice").splitlines()[0] == (
        "alice: 4 items; 1 are missing in the index, 1 are outdated, 0 are there that should not be"
    )
    index_all()
    assert "0 to be indexed again" in _printed()
    with pytest.raises(CommandError):
        _printed("--user", "nobody")


def _printed(*options: str) -> str:
    out = StringIO()
    call_command("reconcile_index", *options, stdout=out)
    return out.getvalue()
