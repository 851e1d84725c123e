"""Items by their ids: the owner's alone, and not by way of the whole library."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from accounts.models import User
from gallery.by_id import present
from tests.factories import MediaItemFactory

pytestmark = pytest.mark.django_db


def test_only_what_is_the_owners_and_not_in_the_trash(alice: User, bob: User) -> None:
    mine, foreign = MediaItemFactory(owner=alice), MediaItemFactory(owner=bob)
    trashed = MediaItemFactory(owner=alice, trashed_at=datetime(2024, 5, 1, tzinfo=UTC))
    MediaItemFactory(owner=alice)
    asked = [mine.pk, foreign.pk, trashed.pk]
    assert list(present(alice.pk, asked)) == [mine]
    assert list(present(bob.pk, asked)) == [foreign]
    assert not present(alice.pk, []).exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="other databases keep statistics")
def test_sqlite_does_not_go_through_the_library(alice: User) -> None:
    ids = [MediaItemFactory(owner=alice).pk for _ in range(50)]
    plan = present(alice.pk, ids).order_by().explain()
    assert "(id=?)" in plan
    assert "owner_id" not in plan
