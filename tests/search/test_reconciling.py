"""Drift between index and database is found and repaired, whatever caused it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from accounts.models import User
from gallery.models import MediaItem
from search.backends import get_backend
from search.models import OutboxEntry
from search.reconciling import reconcile, reconcile_libraries
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
    assert reconcile(alice.pk) == 3
    index_all()
    assert get_backend().versions(alice.pk) == truth(alice)
    assert [hit.item for hit in search_media(alice, "volcano").hits] == [changed]
    assert {new.pk, kept.pk} <= set(truth(alice))


def test_a_lost_index_is_made_anew(
    alice: User, library: list[MediaItem], index_dir: Path, embedded: None
) -> None:
    shutil.rmtree(index_dir)
    assert reconcile(alice.pk) == len(library)
    index_all()
    assert get_backend().versions(alice.pk) == truth(alice)


def test_each_library_is_compared_with_its_own_index(alice: User, bob: User) -> None:
    index(MediaItemFactory(owner=alice), MediaItemFactory(owner=bob))
    OutboxEntry.objects.all().delete()
    MediaItem.objects.filter(owner=bob).update(search_version=7)
    assert reconcile_libraries() == 1
    assert list(OutboxEntry.objects.values_list("owner_id", flat=True)) == [bob.pk]
