"""What a webhook is told, and how it can know that it was us."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from django.conf import settings
from django.urls import reverse

from gallery.models import MediaItem, WebhookDelivery
from gallery.queries import labels_on, shown

ID_HEADER = "Pixtract-Webhook-Id"
TIMESTAMP_HEADER = "Pixtract-Webhook-Timestamp"
SIGNATURE_HEADER = "Pixtract-Webhook-Signature"
_MAX_LABELS = 100


def body_of(delivery: WebhookDelivery) -> bytes:
    """The message as JSON, as things stand now; it grows with neither text nor boxes."""
    message: dict[str, Any] = {
        "id": str(delivery.pk),
        "type": "media.finished" if delivery.item else "test",
        "created_at": delivery.created_at.isoformat(),
    }
    if delivery.item:
        message["item"] = _item(delivery.item)
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def _item(item: MediaItem) -> dict[str, Any]:
    labels = labels_on(item).filter(shown(item.owner.shown_confidence))[:_MAX_LABELS]
    return {
        "id": str(item.pk),
        "file_name": item.file_name,
        "kind": item.kind,
        "document_type": item.document_type,
        "sha256": item.sha256,
        "has_text": item.has_text,
        "steps": dict(item.jobs.order_by("priority").values_list("step", "state")),
        "labels": [{"name": each.label.name, "confidence": each.confidence} for each in labels],
        "urls": {
            name: settings.BASE_URL.rstrip("/") + reverse(f"api:media-{name}", args=[item.pk])
            for name in ("detail", "labels", "text", "jobs")
        },
    }


def signed_headers(delivery: WebhookDelivery, body: bytes, timestamp: int) -> dict[str, str]:
    """Headers with the signature: HMAC-SHA256, keyed with the whole secret, of
    ``timestamp + "." + body``, in hexadecimal behind ``v1=``."""
    signed = f"{timestamp}.".encode() + body
    signature = hmac.new(delivery.webhook.secret.encode(), signed, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Pixtract-Webhook/1",
        ID_HEADER: str(delivery.pk),
        TIMESTAMP_HEADER: str(timestamp),
        SIGNATURE_HEADER: f"v1={signature}",
    }
