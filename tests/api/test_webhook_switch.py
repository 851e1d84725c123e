"""Webhooks that are switched off."""

from __future__ import annotations

from collections.abc import Callable

from rest_framework.test import APIClient

from accounts.models import User
from gallery.services.webhooks import register_webhook

ClientOf = Callable[[User | None], APIClient]


def test_no_test_is_sent_to_a_webhook_that_is_off(api_client: ClientOf, alice: User) -> None:
    webhook = register_webhook(alice, "https://hooks.example.org/")
    client, address = api_client(alice), f"/api/v1/webhooks/{webhook.pk}/"
    client.patch(address, {"active": False}, format="json")
    answer = client.post(f"{address}deliveries/")
    assert (answer.status_code, answer.json()["code"]) == (409, "webhook_off")
    assert not webhook.deliveries.exists()
    client.patch(address, {"active": True}, format="json")
    assert client.post(f"{address}deliveries/").status_code == 202
