"""Pages, commands and outbox with a search server as the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from gallery.services.changes import note_change
from search.backends import get_backend
from search.backends.opensearch_client import Server, connect
from search.models import OutboxEntry
from search.outbox import drain_once
from search.services import search_media
from tests.factories import MediaItemFactory
from tests.search.conftest import index_all
from tests.search.opensearch_server import count_of, indices_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(new_server: Callable[[], Server]) -> Server:
    return new_server()


@pytest.fixture(autouse=True)
def engine(settings: Any, server: Server) -> None:
    settings.PIXTRACT_SEARCH_BACKEND = "opensearch"
    settings.PIXTRACT_OPENSEARCH = {"url": server.url, "index": server.index}


def test_all_libraries_are_rebuilt_by_the_command(alice: User, bob: User, server: Server) -> None:
    for owner in (alice, bob):
        MediaItemFactory.create_batch(3, owner=owner, file_name="beach.jpg")
    call_command("rebuild_index")
    first = indices_of(server)
    call_command("rebuild_index")
    assert len(indices_of(server)) == 1
    assert indices_of(server) != first
    assert [search_media(user, "beach").total for user in (alice, bob)] == [3, 3]
    call_command("rebuild_index", "--user", "alice")
    assert search_media(alice, "beach").total == 3


def test_a_deleted_account_leaves_no_trace(alice: User, server: Server) -> None:
    item = MediaItemFactory(owner=alice, file_name="beach.jpg")
    note_change(alice.pk, [item.pk])
    index_all()
    owner_id = alice.pk
    assert count_of(server, owner_id) == 2
    alice.delete()
    index_all()
    assert count_of(server, owner_id) == 0


def test_without_the_server_search_says_so_and_catches_up_later(
    alice: User, settings: Any, server: Server
) -> None:
    item = MediaItemFactory(owner=alice, file_name="beach.jpg")
    note_change(alice.pk, [item.pk])
    settings.PIXTRACT_OPENSEARCH = {"url": "http://127.0.0.1:9", "index": server.index}
    assert drain_once() == 0
    page = search_media(alice, "beach")
    assert not page.is_available
    assert [notice.code for notice in page.notices] == ["unavailable"]
    assert not get_backend().is_healthy()
    settings.PIXTRACT_OPENSEARCH = {"url": server.url, "index": server.index}
    OutboxEntry.objects.update(next_try=timezone.now())
    index_all()
    assert search_media(alice, "beach").total == 1


def test_a_lost_index_is_made_anew_when_it_is_missed(alice: User, server: Server) -> None:
    item = MediaItemFactory(owner=alice, file_name="beach.jpg")
    note_change(alice.pk, [item.pk])
    index_all()
    connect(server).indices.delete(index=f"{server.index}.v*")
    page = search_media(alice, "beach")
    assert [notice.code for notice in page.notices] == ["rebuilding"]
    index_all()
    assert search_media(alice, "beach").total == 1
