"""The item's document type and category memberships, filed."""

from __future__ import annotations

from django.db import transaction

from gallery.models import MediaItem
from gallery.services.changes import note_change
from gallery.services.memberships import project_categories


@transaction.atomic
def record_document_type(item: MediaItem, document_type: str) -> None:
    """File what the page turned out to be, and sort the item into its categories."""
    MediaItem.objects.filter(pk=item.pk).update(document_type=document_type)
    item.document_type = document_type
    project_categories(item)
    note_change(item.owner_id, [item.pk])
