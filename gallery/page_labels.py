"""Labels of pages: what the text says of a page counts, what a picture engine fancies does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gallery.models import DocumentType
from gallery.taxonomy import load_taxonomy
from gallery.types import DetectedLabel

SOURCE = "text"
# Networks for photos see objects in columns of print: below what is shown by default.
_MOST_FOR_GUESSES = 45.0
_PAGE_CONFIDENCE = 95.0
_TYPE_CONFIDENCE = 90.0
_TYPE_LABELS = {
    DocumentType.RECEIPT: "Receipt",
    DocumentType.INVOICE: "Invoice",
    DocumentType.FORM: "Form",
    DocumentType.LETTER: "Letter",
    DocumentType.NOTES: "Notes",
    DocumentType.SCREENSHOT: "Screenshot",
}


def labels_of_page(labels: Sequence[DetectedLabel], document_type: str) -> list[DetectedLabel]:
    """Return the labels of an item of this document type; of none, they are as they were.

    Guesses without a box are held below the default threshold, and the page's own
    labels (Text, Document, Receipt ...) are added.
    """
    if not document_type:
        return list(labels)
    own = _own_labels(DocumentType(document_type))
    names = {label.name for label in own}
    return own + [_doubted(label) for label in labels if label.name not in names]


def _own_labels(document_type: DocumentType) -> list[DetectedLabel]:
    kind = _TYPE_LABELS.get(document_type)
    names = {"Text": _PAGE_CONFIDENCE, "Document": _PAGE_CONFIDENCE}
    if document_type == DocumentType.SCREENSHOT:
        del names["Document"]
    if kind:
        names[kind] = _TYPE_CONFIDENCE
    return [_known(name, confidence) for name, confidence in names.items()]


def _known(name: str, confidence: float) -> DetectedLabel:
    entry = load_taxonomy().lookup(name)
    if entry is None:
        raise LookupError(f"the taxonomy has no {name}")
    return DetectedLabel(
        name=entry.name,
        confidence=confidence,
        parents=tuple(entry.parents),
        aliases=tuple(entry.aliases),
        categories=(entry.category,) if entry.category else (),
        source=SOURCE,
    )


def _doubted(label: DetectedLabel) -> DetectedLabel:
    if label.instances:
        return label
    return replace(label, confidence=min(label.confidence, _MOST_FOR_GUESSES))
