"""Sends what the outbox holds: a few at a time, never two to the same webhook at once."""

from __future__ import annotations

import logging
import smtplib
import threading
import time
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, close_old_connections

from gallery.models import WebhookDelivery
from gallery.services import webhooks
from gallery.webhook_addresses import AddressRefused, parse_target
from workers.webhooks.message import body_of, signed_headers
from workers.webhooks.wire import Unreachable, post

logger = logging.getLogger(__name__)
_SENDERS = 4
_IDLE_SECONDS = 2.0
_PRUNE_SECONDS = 3600.0


class Courier:
    """Senders that share a list of the webhooks that are being talked to."""

    def __init__(self) -> None:
        self._busy: set[UUID] = set()
        self._lock = threading.Lock()

    def run_until(self, stop: threading.Event) -> None:
        """Send until ``stop`` is set."""
        for _ in range(_SENDERS):
            threading.Thread(target=self._send_until, args=(stop,), daemon=True).start()
        while not stop.wait(_PRUNE_SECONDS):
            _tolerant(webhooks.forget_old_deliveries)

    def _send_until(self, stop: threading.Event) -> None:
        while not stop.is_set():
            if not _tolerant(self.deliver_next):
                stop.wait(_IDLE_SECONDS)

    def deliver_next(self) -> int:
        """Send one message, if there is one; returns how many."""
        with self._lock:
            delivery = webhooks.claim_delivery(self._busy)
            if delivery is None:
                return 0
            self._busy.add(delivery.webhook_id)
        try:
            _deliver(delivery)
        finally:
            with self._lock:
                self._busy.discard(delivery.webhook_id)
        return 1


def _tolerant(run: Callable[[], int]) -> int:
    """Run one round; a database that is away for a while is no reason to end."""
    try:
        return run()
    except OperationalError as error:
        logger.warning("database unavailable", extra={"error": error})
        return 0
    finally:
        close_old_connections()


def _deliver(delivery: WebhookDelivery) -> None:
    started = time.monotonic()
    status, reason = _attempt(delivery)
    if not reason and status is not None:
        webhooks.note_delivered(delivery, status)
    elif webhooks.note_failed(delivery, status, reason):
        _tell_owner(delivery)
    logger.info(
        "webhook",
        extra={
            "webhook": delivery.webhook_id,
            "delivery": delivery.pk,
            "attempt": delivery.attempts,
            "status": status or "none",
            "seconds": round(time.monotonic() - started, 3),
        },
    )


def _attempt(delivery: WebhookDelivery) -> tuple[int | None, str]:
    """Return the answer's status, where there was one, and why it does not count."""
    body = body_of(delivery)
    headers = signed_headers(delivery, body, int(time.time()))
    try:
        target = parse_target(delivery.webhook.url)
        status = post(target, body, headers, settings.PIXTRACT_WEBHOOKS["seconds"])
    except (AddressRefused, Unreachable) as error:
        return None, str(error)
    return status, "" if 200 <= status < 300 else f"It answered {status}."


def _tell_owner(delivery: WebhookDelivery) -> None:
    owner, url = delivery.webhook.owner, delivery.webhook.url
    if not owner.has_verified_email or not owner.email:
        return
    days = webhooks.PATIENCE.days
    try:
        owner.email_user(
            "Pixtract: a webhook was switched off",
            f"The webhook {url} failed for {days} days, so that nothing is sent there any more.\n"
            "You can switch it on again on the page Webhooks of your profile.",
        )
    except (smtplib.SMTPException, OSError) as error:
        logger.warning("mail not sent", extra={"error": error})
