"""From an id to an object, or 404: the only such door. Foreign and missing look the same."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from accounts.models import User
from gallery.models import (
    Album,
    Category,
    Label,
    MediaItem,
    MediaLabel,
    Rendition,
    Upload,
    Webhook,
    WebhookDelivery,
)
from gallery.queries import (
    albums_of,
    categories_of,
    labels_of,
    uploads_of,
    visible_to,
    webhooks_of,
)


def get_item_for(user: User | AnonymousUser, item_id: UUID) -> MediaItem:
    """Return the user's item, trashed or not; raises Http404."""
    item = visible_to(user).filter(pk=item_id).first()
    if item is None:
        raise Http404("No such item.")
    return item


def get_rendition_for(user: User | AnonymousUser, item_id: UUID, name: str) -> Rendition:
    """Return a rendition of the user's item; raises Http404."""
    # PostgreSQL refuses even to compare with NUL, which none of its texts can hold.
    if "\0" in name:
        raise Http404("No such rendition.")
    rendition = (
        Rendition.objects.select_related("item")
        .filter(item__in=visible_to(user).filter(pk=item_id), name=name)
        .first()
    )
    if rendition is None:
        raise Http404("No such rendition.")
    return rendition


def get_upload_for(user: User | AnonymousUser, upload_id: UUID) -> Upload:
    """Return the user's upload, in whatever state; raises Http404."""
    upload = uploads_of(user).filter(pk=upload_id).first()
    if upload is None:
        raise Http404("No such upload.")
    return upload


def get_media_label_for(user: User | AnonymousUser, item_id: UUID, label_id: UUID) -> MediaLabel:
    """Return the label on the user's item, by the MediaLabel's id; raises Http404."""
    found = (
        MediaLabel.objects.select_related("item", "label")
        .filter(pk=label_id, item__in=visible_to(user).filter(pk=item_id))
        .first()
    )
    if found is None:
        raise Http404("No such label.")
    return found


def get_category_for(user: User | AnonymousUser, slug: str) -> Category:
    """Return a category that the user can see, their own first; raises Http404."""
    found = categories_of(user).filter(slug=slug).order_by("owner_id").first()
    if found is None:
        raise Http404("No such category.")
    return found


def get_album_for(user: User | AnonymousUser, album_id: UUID) -> Album:
    """Return the user's album; raises Http404."""
    found = albums_of(user).filter(pk=album_id).first()
    if found is None:
        raise Http404("No such album.")
    return found


def get_label_for(user: User | AnonymousUser, label_id: UUID) -> Label:
    """Return a label that is everybody's or the user's own; raises Http404."""
    found = labels_of(user).filter(pk=label_id).first()
    if found is None:
        raise Http404("No such label.")
    return found


def get_webhook_for(user: User | AnonymousUser, webhook_id: UUID) -> Webhook:
    """Return the user's webhook; raises Http404."""
    found = webhooks_of(user).filter(pk=webhook_id).first()
    if found is None:
        raise Http404("No such webhook.")
    return found


def get_delivery_for(
    user: User | AnonymousUser, webhook_id: UUID, delivery_id: UUID
) -> WebhookDelivery:
    """Return a message to the user's webhook; raises Http404."""
    found = get_webhook_for(user, webhook_id).deliveries.filter(pk=delivery_id).first()
    if found is None:
        raise Http404("No such message.")
    return found
