"""Every operation that the schema lists, tried by nobody and by the wrong people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiKey, User
from accounts.tokens import create_api_key
from gallery.models import Album, AlbumItem, MediaItem, MediaLabel, Upload, Webhook, WebhookDelivery
from gallery.services.albums import add_to_album, create_album
from gallery.services.webhooks import register_webhook, send_test
from search.models import RecentSearch, SavedSearch
from search.recents import remember
from tests.factories import MediaLabelFactory, RenditionFactory, TextPageFactory, stored_item

ClientOf = Callable[[User | None], APIClient]
OPEN = {"/api/v1/auth/token/"}
SECRET = "alices-secret"


@pytest.fixture
def addresses(alice: User) -> dict[str, object]:
    """Values for the parameters of addresses: all of them Alice's."""
    item = stored_item(alice, name=f"{SECRET}.jpg")
    RenditionFactory(item=item, key=item.original_key)
    TextPageFactory(item=item, lines=[])
    media_label = MediaLabelFactory(item=item, label__name=SECRET, label__owner=alice)
    key, _ = create_api_key(alice, SECRET)
    webhook = register_webhook(alice, f"https://hooks.example.org/{SECRET}")
    return {
        "item_id": item.pk,
        "label_id": media_label.pk,
        "key_id": key.pk,
        "saved_id": SavedSearch.objects.create(owner=alice, name=SECRET, text=SECRET).pk,
        "recent_id": remember(alice, SECRET).pk,
        "album_id": _album(alice, item).pk,
        "upload_id": _upload(alice).pk,
        "webhook_id": webhook.pk,
        "delivery_id": send_test(webhook).pk,
        "name": "thumb",
    }


def _album(owner: User, item: MediaItem) -> Album:
    album = create_album(owner, SECRET, SECRET)
    add_to_album(album, [item.pk])
    return album


def _upload(owner: User) -> Upload:
    return Upload.objects.create(
        owner=owner,
        file_name=SECRET,
        size_bytes=5,
        sha256="0" * 64,
        key=f"incoming/{SECRET}",
        part_bytes=0,
        touched_at=timezone.now(),
    )


def operations() -> Iterator[tuple[str, str]]:
    schema = json.loads(Client().get("/api/schema/?format=json").content)
    for path, methods in schema["paths"].items():
        yield from ((method, path) for method in methods)


def snapshot() -> list[list[tuple[object, ...]]]:
    return [
        list(MediaItem.objects.values_list()),
        list(MediaLabel.objects.values_list()),
        list(SavedSearch.objects.values_list()),
        list(RecentSearch.objects.values_list()),
        list(Album.objects.values_list()),
        list(AlbumItem.objects.values_list()),
        list(Upload.objects.values_list()),
        list(Webhook.objects.values_list()),
        list(WebhookDelivery.objects.values_list()),
        list(ApiKey.objects.values_list("pk", "revoked_at")),
    ]


def test_nobody_gets_anything(api_client: ClientOf, addresses: dict[str, object]) -> None:
    client, before = api_client(None), snapshot()
    for method, path in operations():
        if path not in OPEN:
            answer = getattr(client, method)(path.format(**addresses))
            assert (answer.status_code, path) == (401, path)
    assert snapshot() == before


def test_others_find_nothing_of_alices(
    api_client: ClientOf, bob: User, carol: User, addresses: dict[str, object]
) -> None:
    before = snapshot()
    for client in (api_client(bob), api_client(carol)):
        for method, path in operations():
            answer = getattr(client, method)(path.format(**addresses), {}, format="json")
            if "{" in path:
                assert (answer.status_code, path) == (404, path)
            assert SECRET.encode() not in b"".join(answer), path
    assert snapshot() == before
