"""A library whose indexing was broken off lacks nothing that changed before it was gone on with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import pytest

from accounts.models import User
from gallery.models import MediaItem
from gallery.services.deletion import trash_items
from gallery.services.editing import edit_item
from search import documents, outbox, reader
from search.backends import embedded_build
from search.models import OutboxEntry
from search.services import search_media
from tests.factories import MediaItemFactory
from tests.search.conftest import index, index_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded")]


def _break_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Index the library as it is noted to be; die when half of it is kept."""
    load = reader.load_documents
    batches: list[Sequence[UUID]] = []

    def load_until_killed(owner_id: UUID, item_ids: Sequence[UUID], *rest: Any) -> Iterator[Any]:
        batches.append(item_ids)
        if len(batches) > 2:
            raise KeyboardInterrupt
        return load(owner_id, item_ids, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(embedded_build, "CHECKPOINT_SECONDS", 0)
        patch.setattr(reader, "load_documents", load_until_killed)
        with pytest.raises(KeyboardInterrupt):
            outbox.drain_once()


def test_a_change_that_waited_with_the_library_is_not_lost(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "BATCH", 2)
    items = MediaItemFactory.create_batch(8, owner=alice)
    index(*items)
    outbox.enqueue_library(alice.pk)
    _break_off(monkeypatch)
    # The newest are read first.
    newest, second, *_ = MediaItem.objects.order_by("-taken_local", "-pk")
    edit_item(newest, {"description": "stalactite"})
    trash_items(alice, [second.pk])
    assert OutboxEntry.objects.filter(item_id=None).exists()
    index_all()
    assert [hit.item for hit in search_media(alice, "stalactite").hits] == [newest]
    assert search_media(alice, "").total == 7
    assert not OutboxEntry.objects.exists()
