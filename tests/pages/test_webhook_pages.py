"""The pages of webhooks, and the way to all results."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from accounts.models import User
from gallery.models import Webhook, WebhookDelivery
from gallery.services.webhooks import register_webhook
from tests.factories import MediaItemFactory
from tests.pages.markup import markup_of


def test_a_webhook_is_registered_and_its_secret_shown_once(alices: Client) -> None:
    answer = alices.post("/webhooks/", {"url": "https://hooks.example.org/x"})
    webhook = Webhook.objects.get()
    assert webhook.secret in markup_of(answer)
    assert answer["Cache-Control"] == "no-store"
    for address in ("/webhooks/", f"/webhooks/{webhook.pk}/"):
        page = markup_of(alices.get(address))
        assert "https://hooks.example.org/x" in page
        assert webhook.secret not in page


def test_a_neighbor_is_refused_with_the_reason(alices: Client) -> None:
    answer = alices.post("/webhooks/", {"url": "https://192.168.1.1/"})
    assert answer.status_code == 422
    assert "Webhooks reach public addresses only." in answer.content.decode()
    assert not Webhook.objects.exists()


def test_messages_are_shown_and_sent_again(alices: Client, alice: User) -> None:
    webhook = register_webhook(alice, "https://hooks.example.org/")
    item = MediaItemFactory(owner=alice, file_name="<b>dog.jpg")
    delivery = WebhookDelivery.objects.create(
        webhook=webhook, item=item, run_at=timezone.now(), state="failed", error="It answered 500."
    )
    page = markup_of(alices.get(f"/webhooks/{webhook.pk}/"))
    assert "It answered 500." in page and "&lt;b&gt;dog.jpg" in page
    alices.post(f"/webhooks/{webhook.pk}/messages/{delivery.pk}/send/")
    delivery.refresh_from_db()
    assert delivery.state == "waiting"
    alices.post(f"/webhooks/{webhook.pk}/test/")
    assert webhook.deliveries.count() == 2


def test_switching_off_on_and_deleting(alices: Client, alice: User) -> None:
    webhook = register_webhook(alice, "https://hooks.example.org/")
    address = f"/webhooks/{webhook.pk}/"
    alices.post(f"{address}switch/", {"active": "false"})
    assert "You switched it off." in markup_of(alices.get(address))
    assert "Send a test" not in markup_of(alices.get(address))
    answer = alices.post(f"{address}test/", follow=True)
    assert "switch it on first" in markup_of(answer)
    assert not webhook.deliveries.exists()
    alices.post(f"{address}switch/", {"active": "true"})
    webhook.refresh_from_db()
    assert webhook.is_active
    assert "Send a test" in markup_of(alices.get(address))
    alices.post(f"{address}delete/")
    assert not Webhook.objects.exists()


def test_anothers_webhook_is_not_there(alices: Client, bob: User) -> None:
    webhook = register_webhook(bob, "https://hooks.example.org/his")
    delivery = WebhookDelivery.objects.create(webhook=webhook, run_at=timezone.now())
    address = f"/webhooks/{webhook.pk}/"
    assert alices.get(address).status_code == 404
    for act in ("switch", "delete", "test", f"messages/{delivery.pk}/send"):
        assert alices.post(f"{address}{act}/").status_code == 404
    assert "hooks.example.org" not in markup_of(alices.get("/webhooks/"))
    assert Webhook.objects.filter(disabled_at=None).count() == 1


def test_the_profile_leads_to_results_and_webhooks(alices: Client) -> None:
    page = markup_of(alices.get("/accounts/profile/"))
    for address in ("/api/v1/export/?as=csv", "/api/v1/export/?as=json", "/webhooks/"):
        assert f'href="{address}"' in page
