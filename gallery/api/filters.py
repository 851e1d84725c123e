"""The query parameters of the media list."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.models import User
from gallery.api.strictness import refuse_others
from gallery.models import AlbumItem, DocumentType, Kind, MediaCategory, MediaItem, MediaLabel
from gallery.queries import albums_named, categories_named, library_of, shown, trash_of, with_label

_EXACT = ("kind", "document_type", "favorite", "archived")


class MediaFilter(serializers.Serializer[Any]):
    """What a list of media can be narrowed by. Without ``trashed`` the trash is left out.

    Refuses parameters that it does not know: passing one over would tell of more than was
    asked for. Takes a plain dict: in a QueryDict, a missing boolean would count as a box that
    is not ticked.
    """

    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    document_type = serializers.ChoiceField(choices=DocumentType.choices, required=False)
    label = serializers.CharField(  # type: ignore[assignment]
        max_length=100, required=False
    )
    category = serializers.CharField(
        max_length=110, required=False, help_text="Its slug or its name."
    )
    album = serializers.CharField(max_length=100, required=False, help_text="Its id or its name.")
    favorite = serializers.BooleanField(required=False)
    archived = serializers.BooleanField(required=False)
    trashed = serializers.BooleanField(required=False, default=False)
    min_confidence = serializers.FloatField(min_value=0, max_value=100, required=False)
    ordering = serializers.CharField(max_length=20, required=False, default="-taken")
    others: tuple[str, ...] = ()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse_others(
            self,
            self.others,
            "There is no such parameter here.",
            q="Words are searched for at /api/v1/search/, not here.",
        )
        return attrs


def filtered_media(user: User, wanted: dict[str, Any]) -> QuerySet[MediaItem]:
    """The user's items that fit a valid filter; ``min_confidence`` is the user's by default."""
    items = trash_of(user) if wanted["trashed"] else library_of(user)
    items = items.filter(**{name: wanted[name] for name in _EXACT if name in wanted})
    confidence = wanted.get("min_confidence")
    if "label" in wanted:
        limit = user.shown_confidence if confidence is None else confidence
        items = with_label(items, wanted["label"], limit)
    if "category" in wanted:
        items = items.filter(pk__in=_members(user, wanted["category"], confidence or 0.0))
    if "album" in wanted:
        named = albums_named(user, [wanted["album"]])
        items = items.filter(pk__in=AlbumItem.objects.filter(album__in=named).values("item"))
    if confidence is not None and not {"label", "category"} & wanted.keys():
        items = items.filter(pk__in=MediaLabel.objects.filter(shown(confidence)).values("item"))
    return items


def _members(user: User, category: str, confidence: float) -> QuerySet[MediaCategory, Any]:
    members = MediaCategory.objects.filter(
        category__in=categories_named(user, [category]), confidence__gte=confidence
    )
    return members.values("item")
