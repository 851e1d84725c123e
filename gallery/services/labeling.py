"""What engines saw, filed: Label rows and MediaLabel projections."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from gallery.models import (
    Category,
    Correction,
    Label,
    LabelState,
    MediaItem,
    MediaLabel,
    Verdict,
)
from gallery.services.changes import note_change
from gallery.services.curation import labels_changed
from gallery.services.memberships import ensure_categories, project_categories
from gallery.types import DetectedLabel

_STATE_OF = {
    Verdict.CONFIRM: LabelState.CONFIRMED,
    Verdict.ADD: LabelState.CONFIRMED,
    Verdict.REJECT: LabelState.REJECTED,
}


def label_key(name: str) -> str:
    """The folded name by which labels are the same."""
    return unicodedata.normalize("NFKC", name).casefold().strip()[:100]


@transaction.atomic
def record_labels(
    item: MediaItem, detected: Sequence[DetectedLabel], *, source: str, model_version: str
) -> None:
    """Replace what this engine's runs left on the item; the owner's corrections stay."""
    labels = ensure_labels(detected)
    verdicts = dict(Correction.objects.filter(item=item).values_list("label_id", "verdict"))
    old = {row.label_id: row for row in MediaLabel.objects.filter(item=item)}
    rows = [
        _media_label(item, labels[label_key(seen.name)], seen, source, verdicts)
        for seen in _surest_by_key(detected)
    ]
    kept_ids = {row.label_id for row in rows}
    for row in rows:
        # A label keeps its id over analyses: clients hold on to it.
        row.pk = old[row.label_id].pk if row.label_id in old else row.pk
    MediaLabel.objects.filter(item=item).exclude(
        label__in=[label_id for label_id in verdicts if label_id not in kept_ids]
    ).delete()
    MediaLabel.objects.bulk_create(rows)
    MediaItem.objects.filter(pk=item.pk).update(
        labels_model=model_version[:100], labels_analyzed_at=timezone.now()
    )
    project_categories(item)
    note_change(item.owner_id, [item.pk])


def _surest_by_key(detected: Iterable[DetectedLabel]) -> list[DetectedLabel]:
    best: dict[str, DetectedLabel] = {}
    for seen in detected:
        key = label_key(seen.name)
        if key not in best or seen.confidence > best[key].confidence:
            best[key] = seen
    return list(best.values())


def _media_label(
    item: MediaItem, label: Label, seen: DetectedLabel, source: str, verdicts: dict[Any, str]
) -> MediaLabel:
    verdict = verdicts.get(label.pk)
    return MediaLabel(
        item=item,
        label=label,
        confidence=round(min(max(seen.confidence, 0.0), 100.0), 2),
        source=seen.source or source,
        state=_STATE_OF[Verdict(verdict)] if verdict else LabelState.DETECTED,
        instances=[
            {"box": _box(found.box.clipped()), "confidence": round(found.confidence, 2)}
            for found in seen.instances
        ],
        moments=[
            {"start_ms": m.start_ms, "end_ms": m.end_ms, "confidence": round(m.confidence, 2)}
            for m in seen.moments
        ],
    )


def _box(box: Any) -> list[float]:
    return [box.left, box.top, box.width, box.height]


def ensure_labels(detected: Iterable[DetectedLabel]) -> dict[str, Label]:
    """Return everybody's Label rows by key, making those that are new, parents included.

    A row that was made when all that was known of it was its name is completed.
    """
    wanted: dict[str, DetectedLabel] = {}
    for seen in detected:
        for parent in seen.parents:
            wanted.setdefault(label_key(parent), DetectedLabel(parent, 0.0))
        wanted[label_key(seen.name)] = seen
    found = {label.key: label for label in Label.objects.filter(owner=None, key__in=wanted)}
    missing = [key for key in wanted if key not in found]
    bare = [key for key in found if _is_bare(found[key]) and wanted[key].categories]
    if missing or bare:
        told = {key: wanted[key] for key in (*missing, *bare)}
        categories = ensure_categories({c for seen in told.values() for c in seen.categories})
        Label.objects.bulk_create(
            [_new_label(key, wanted[key], categories) for key in missing], ignore_conflicts=True
        )
        _complete([found[key] for key in bare], told, categories)
        found = {label.key: label for label in Label.objects.filter(owner=None, key__in=wanted)}
        _link_parents(told.values(), found)
        # Whatever carries one, or a label below it, is found by its other names from now on.
        labels_changed([found[key].pk for key in bare])
    return found


def _is_bare(label: Label) -> bool:
    """True of labels that so far were but another's parent."""
    return label.category_id is None and not label.aliases


def _complete(
    bare: Sequence[Label], told: dict[str, DetectedLabel], categories: dict[str, Category]
) -> None:
    for label in bare:
        whole = _new_label(label.key, told[label.key], categories)
        label.aliases, label.category = whole.aliases, whole.category
    Label.objects.bulk_update(bare, ["aliases", "category"])


def _new_label(key: str, seen: DetectedLabel, categories: dict[str, Category]) -> Label:
    return Label(
        name=seen.name[:100],
        key=key,
        aliases=list(seen.aliases),
        category=categories.get(slugify(seen.categories[0])) if seen.categories else None,
    )


def _link_parents(detected: Iterable[DetectedLabel], found: dict[str, Label]) -> None:
    through = Label.parents.through
    through.objects.bulk_create(
        [
            through(
                from_label_id=found[label_key(seen.name)].pk,
                to_label_id=found[label_key(parent)].pk,
            )
            for seen in detected
            for parent in dict.fromkeys(seen.parents)
            if label_key(parent) != label_key(seen.name)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def correct_label(media_label: MediaLabel, state: str) -> MediaLabel:
    """Confirm or reject a label on an item, or ("detected") take that back."""
    item, label = media_label.item, media_label.label
    if state == LabelState.DETECTED:
        Correction.objects.filter(item=item, label=label).delete()
    else:
        verdict = Verdict.CONFIRM if state == LabelState.CONFIRMED else Verdict.REJECT
        Correction.objects.update_or_create(item=item, label=label, defaults={"verdict": verdict})
    media_label.state = LabelState(state)
    _set_state(media_label)
    project_categories(item)
    note_change(item.owner_id, [item.pk])
    return media_label


@transaction.atomic
def add_label(item: MediaItem, name: str) -> MediaLabel:
    """Put a label of the owner's own on an item; a word that everybody has is used as it is."""
    key = label_key(name)
    known = Label.objects.filter(Q(owner=None) | Q(owner=item.owner_id), key=key)
    label = known.order_by("owner_id").first() or Label.objects.create(
        owner=item.owner, name=name.strip()[:100], key=key
    )
    Correction.objects.update_or_create(item=item, label=label, defaults={"verdict": Verdict.ADD})
    media_label, _ = MediaLabel.objects.update_or_create(
        item=item,
        label=label,
        defaults={"state": LabelState.CONFIRMED},
        create_defaults={
            "state": LabelState.CONFIRMED,
            "confidence": 100.0,
            "source": "user",
        },
    )
    project_categories(item)
    note_change(item.owner_id, [item.pk])
    return media_label


@transaction.atomic
def remove_own_label(media_label: MediaLabel) -> None:
    """Take a label off again that the owner had added."""
    item = media_label.item
    Correction.objects.filter(item=item, label=media_label.label_id).delete()
    if media_label.source == "user":
        media_label.delete()
    else:
        media_label.state = LabelState.DETECTED
        _set_state(media_label)
    project_categories(item)
    note_change(item.owner_id, [item.pk])


def _set_state(media_label: MediaLabel) -> None:
    """Write the state, unless another analysis took the label off meanwhile."""
    MediaLabel.objects.filter(pk=media_label.pk).update(state=media_label.state)
