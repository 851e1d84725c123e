"""Albums that were made when upper and lower case still made two names of one."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from accounts.models import User
from gallery.models import Album
from search.models import OutboxEntry
from tests.factories import MediaItemFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_later_names_get_a_number(alice: User, bob: User) -> None:
    item = MediaItemFactory(owner=alice)
    names = ["Dogs", "dogs", "DOGS 2", "dOgS", "Ägypten", "ägypten", "x" * 100, "X" * 100]
    call_command("migrate", "gallery", "0011", verbosity=0)
    try:
        albums = [Album.objects.create(owner=alice, name=name) for name in names]
        Album.objects.create(owner=bob, name="dogs")
        albums[1].places.create(item=item, position=1)
        OutboxEntry.objects.all().delete()
    finally:
        call_command("migrate", verbosity=0)
    kept = list(
        Album.objects.filter(owner=alice).order_by("created_at").values_list("name", flat=True)
    )
    assert kept == ["Dogs", "dogs 3", "DOGS 2", "dOgS 4", "Ägypten", "ägypten 2",
                    "x" * 100, "X" * 98 + " 2"]  # fmt: skip
    assert Album.objects.get(owner=bob).name == "dogs"
    version = item.search_version
    item.refresh_from_db()
    assert item.search_version == version + 1
    assert list(OutboxEntry.objects.values_list("item_id", flat=True)) == [item.pk]
