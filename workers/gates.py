"""Which pictures are worth a paid reading: those that seem to hold text, or whose owner says so."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from gallery.models import Job, Kind, LabelState, MediaItem, MediaLabel, Step

# Labels, of this machine's engine and of Rekognition, that promise text worth reading.
TEXT_LABELS = frozenset(
    {
        "book",
        "brochure",
        "business card",
        "check",
        "document",
        "driving license",
        "flyer",
        "form",
        "handwriting",
        "id cards",
        "invoice",
        "letter",
        "menu",
        "newspaper",
        "page",
        "passport",
        "poster",
        "receipt",
        "screenshot",
        "text",
        "web site",
        "whiteboard",
    }
)
_MIN_CONFIDENCE = 60.0


def wants_text(item: MediaItem) -> bool:
    """Whether a paid reading of ``item`` is worth its price.

    Documents always are; a photo is when it was found to be a page, has a label that promises
    text, or somebody asked for it. The labels must be there already.
    """
    return texty(MediaItem.objects.filter(pk=item.pk)).exists()


def texty(items: QuerySet[MediaItem]) -> QuerySet[MediaItem]:
    """Those of ``items`` for which ``wants_text`` holds."""
    promising = MediaLabel.objects.filter(
        item=OuterRef("pk"), label__key__in=TEXT_LABELS, confidence__gte=_MIN_CONFIDENCE
    ).exclude(state=LabelState.REJECTED)
    wished = Job.objects.filter(item=OuterRef("pk"), step=Step.READ, wanted=True)
    found = Q(kind=Kind.DOCUMENT) | ~Q(document_type="") | Exists(promising) | Exists(wished)
    return items.filter(found)
