"""Webhooks: registered and watched over HTTP, delivered over real sockets."""

from __future__ import annotations

import hashlib
import hmac
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import FinishedItem, Lane, MediaItem, Step, Webhook, WebhookDelivery
from gallery.services import jobs
from gallery.services.webhooks import register_webhook
from tests.api.webhook_server import Receiver, made_certificate, receiving
from tests.factories import MediaItemFactory, MediaLabelFactory, stored_item
from workers.webhooks.delivering import Courier

ClientOf = Callable[[User | None], APIClient]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def neighbors_allowed(settings: LazySettings) -> None:
    settings.PIXTRACT_WEBHOOKS = {"allow_private": True, "allow_http": True, "seconds": 2}


def settle_everything(item: MediaItem) -> None:
    """Run through the item's jobs as workers do; rendering fails."""
    for lane in (Lane.MEDIA, Lane.ANALYSIS, Lane.MEDIA):
        while job := jobs.claim_next(lane):
            assert job.item_id == item.pk
            if job.step == Step.RENDER:
                jobs.fail(job, "broken", "It is broken.")
            else:
                jobs.finish(job)


def deliver_all() -> int:
    courier, count = Courier(), 0
    while courier.deliver_next():
        count += 1
    return count


def a_day_passes() -> None:
    """Let everything that waits be due."""
    WebhookDelivery.objects.update(run_at=timezone.now())
    Webhook.objects.update(retry_at=None)


def test_registering_shows_the_secret_once(api_client: ClientOf, alice: User) -> None:
    client = api_client(alice)
    answer = client.post("/api/v1/webhooks/", {"url": "https://hooks.example.org/a"}, format="json")
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    made = answer.json()
    assert made["secret"].startswith("whsec_") and made["active"]
    for path in ("/api/v1/webhooks/", f"/api/v1/webhooks/{made['id']}/"):
        assert "secret" not in client.get(path).content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://localhost./",
        "https://127.0.0.1./",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://10.0.0.8/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://[fe80::1]/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://user:pass@hooks.example.org/",
        "https://hooks.example.org:99999/",
        "https://hooks.example.org/\r\nX: y",
        "https:///nothing",
        "nonsense",
    ],
)
def test_addresses_that_may_not_be(api_client: ClientOf, alice: User, url: str) -> None:
    answer = api_client(alice).post("/api/v1/webhooks/", {"url": url}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert not Webhook.objects.exists()


def test_there_are_ten_at_most(api_client: ClientOf, alice: User, bob: User) -> None:
    for number in range(10):
        register_webhook(alice, f"https://hooks.example.org/{number}")
    new = {"url": "https://hooks.example.org/more"}
    answer = api_client(alice).post("/api/v1/webhooks/", new, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_webhooks")
    assert api_client(bob).post("/api/v1/webhooks/", new, format="json").status_code == 201


@pytest.mark.usefixtures("neighbors_allowed")
def test_a_finished_item_is_told_once_and_signed(
    receiver: Receiver, api_client: ClientOf, alice: User, bob: User
) -> None:
    made = api_client(alice).post("/api/v1/webhooks/", {"url": receiver.url}, format="json").json()
    register_webhook(bob, receiver.url)
    item = stored_item(alice, name="dog.jpg")
    MediaLabelFactory(item=item, label__name="Dog", confidence=97.0)
    assert deliver_all() == 0
    settle_everything(item)
    assert deliver_all() == 1
    (headers, body), (message,) = receiver.got[0], receiver.messages
    signed = headers["Pixtract-Webhook-Timestamp"].encode() + b"." + body
    expected = hmac.new(made["secret"].encode(), signed, hashlib.sha256).hexdigest()
    assert headers["Pixtract-Webhook-Signature"] == f"v1={expected}"
    assert headers["Pixtract-Webhook-Id"] == message["id"]
    assert message["type"] == "media.finished"
    assert message["item"]["file_name"] == "dog.jpg"
    assert message["item"]["labels"] == [{"name": "Dog", "confidence": 97.0}]
    assert message["item"]["steps"]["render"] == "failed"
    assert message["item"]["urls"]["labels"].endswith(f"/api/v1/media/{item.pk}/labels/")
    assert deliver_all() == 0


@pytest.mark.usefixtures("neighbors_allowed")
def test_failures_are_tried_again_under_the_same_id(
    receiver: Receiver, api_client: ClientOf, alice: User
) -> None:
    webhook = register_webhook(alice, receiver.url)
    client = api_client(alice)
    address = f"/api/v1/webhooks/{webhook.pk}/deliveries/"
    assert client.post(address).status_code == 202
    receiver.status = 500
    assert deliver_all() == 1
    assert deliver_all() == 0, "it waits before it tries again"
    (told,) = client.get(address).json()["results"]
    assert (told["state"], told["status_code"], told["attempts"]) == ("waiting", 500, 1)
    assert told["error"] == "It answered 500."
    receiver.status = 200
    a_day_passes()
    assert deliver_all() == 1
    (told,) = client.get(address).json()["results"]
    assert (told["state"], told["status_code"], told["attempts"]) == ("delivered", 200, 2)
    assert len({message["id"] for message in receiver.messages}) == 1
    assert client.post(f"{address}{told['id']}/send/").status_code == 202
    assert deliver_all() == 1
    assert len({message["id"] for message in receiver.messages}) == 1


@pytest.mark.usefixtures("neighbors_allowed")
def test_redirects_are_not_followed(receiver: Receiver, alice: User) -> None:
    webhook = register_webhook(alice, receiver.url)
    webhook.deliveries.create(run_at=timezone.now())
    receiver.status, receiver.headers = 302, {"Location": receiver.url}
    deliver_all()
    assert len(receiver.got) == 1
    assert webhook.deliveries.get().error == "It answered 302."


@pytest.mark.usefixtures("neighbors_allowed")
def test_certificates_are_verified_by_name(
    receiver: Receiver, alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.use_tls(made_certificate(tmp_path / "server.pem", "localhost"))
    named = receiver.url.replace("127.0.0.1", "localhost")
    for url in (named, receiver.url):
        webhook = register_webhook(alice, url)
        webhook.deliveries.create(run_at=timezone.now())
        deliver_all()
        assert webhook.deliveries.get().error.startswith("Its certificate is not trusted")
        webhook.delete()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    for url, state in ((named, "delivered"), (receiver.url, "waiting")):
        webhook = register_webhook(alice, url)
        webhook.deliveries.create(run_at=timezone.now())
        deliver_all()
        assert webhook.deliveries.get().state == state
    assert len(receiver.got) == 1


@pytest.mark.usefixtures("neighbors_allowed")
def test_who_never_answers_does_not_hold_us(alice: User) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        webhook = register_webhook(alice, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        webhook.deliveries.create(run_at=timezone.now())
        deliver_all()
    assert webhook.deliveries.get().error == "It did not answer in time."
    WebhookDelivery.objects.all().delete()
    webhook.deliveries.create(run_at=timezone.now())
    a_day_passes()
    deliver_all()
    assert webhook.deliveries.get().error == "It refused the connection."


def test_a_name_for_a_neighbor_is_not_reached(
    receiver: Receiver, alice: User, settings: LazySettings
) -> None:
    settings.PIXTRACT_WEBHOOKS = {"allow_private": False, "allow_http": True, "seconds": 2}
    # The resolver knows 127.1 and this machine's own name; only what they stand for tells.
    for host in ("127.1", socket.gethostname()):
        webhook = register_webhook(alice, receiver.url.replace("127.0.0.1", host))
        webhook.deliveries.create(run_at=timezone.now())
        deliver_all()
        assert webhook.deliveries.get().error == "Webhooks reach public addresses only."
    assert receiver.got == []


@pytest.mark.usefixtures("neighbors_allowed")
def test_long_failure_switches_off_with_a_mail(
    receiver: Receiver, api_client: ClientOf, alice: User
) -> None:
    receiver.status = 500
    webhook = register_webhook(alice, receiver.url)
    webhook.deliveries.create(run_at=timezone.now())
    deliver_all()
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=3, minutes=1))
    a_day_passes()
    deliver_all()
    client, address = api_client(alice), f"/api/v1/webhooks/{webhook.pk}/"
    told = client.get(address).json()
    assert not told["active"]
    assert told["disabled_reason"] == "It failed for 3 days, at last with: It answered 500."
    assert [letter.to for letter in mail.outbox] == [["alice@example.org"]]
    settle_everything(stored_item(alice))
    assert deliver_all() == 0
    assert client.patch(address, {"active": True}, format="json").json()["active"]
    assert client.delete(address).status_code == 204
    assert not WebhookDelivery.objects.exists()


@pytest.mark.usefixtures("neighbors_allowed")
def test_a_message_expires_after_a_day(receiver: Receiver, alice: User) -> None:
    receiver.status = 400
    webhook = register_webhook(alice, receiver.url)
    webhook.deliveries.create(run_at=timezone.now())
    WebhookDelivery.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    deliver_all()
    a_day_passes()
    assert webhook.deliveries.get().state == "failed"
    assert deliver_all() == 0


@pytest.mark.usefixtures("neighbors_allowed")
def test_a_sender_that_died_loses_nothing(receiver: Receiver, alice: User) -> None:
    from gallery.services.webhooks import claim_delivery

    webhook = register_webhook(alice, receiver.url)
    webhook.deliveries.create(run_at=timezone.now())
    assert claim_delivery(set()) is not None
    assert deliver_all() == 0
    a_day_passes()
    assert deliver_all() == 1


def test_polling_tells_each_finished_item_in_order(
    api_client: ClientOf, alice: User, bob: User
) -> None:
    first, second = stored_item(alice, name="first.jpg"), MediaItemFactory(owner=alice)
    client = api_client(alice)
    assert client.get("/api/v1/results/").json() == {"results": [], "cursor": "0", "more": False}
    settle_everything(first)
    FinishedItem.objects.create(owner=alice, item=second)
    page = client.get("/api/v1/results/?limit=1").json()
    assert [each["file_name"] for each in page["results"]] == ["first.jpg"]
    assert page["results"][0]["failed_steps"] == ["render"]
    assert page["more"]
    page = client.get(f"/api/v1/results/?since={page['cursor']}").json()
    assert [each["id"] for each in page["results"]] == [str(second.pk)]
    assert not page["more"]
    settle_everything(stored_item(bob, name="his.jpg"))
    cursor = page["cursor"]
    page = client.get(f"/api/v1/results/?since={cursor}").json()
    assert (page["results"], page["cursor"]) == ([], cursor)
    jobs.reopen([first.pk], [Step.LABEL])
    settle_everything(first)
    page = client.get(f"/api/v1/results/?since={cursor}").json()
    assert [each["file_name"] for each in page["results"]] == ["first.jpg"]
