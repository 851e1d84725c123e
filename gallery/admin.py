"""Media, labels, categories and jobs in the admin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from accounts.large_tables import LargeTableAdmin, ReadOnlyAdmin
from accounts.models import User
from gallery.models import Album, Category, DroppedObject, Job, Label, MediaItem, MediaLabel
from gallery.services.changes import note_change
from gallery.services.curation import category_changed, labels_changed
from gallery.services.deletion import delete_items, trash_items
from gallery.services.jobs import reopen, retry_failed
from gallery.services.labeling import label_key
from gallery.services.uploads import restore_items

_EDITABLE = ("caption", "favorite", "archived")
_MAX_ALIASES = 50
_MAX_NAME = 100


def _by_owner(items: QuerySet[MediaItem]) -> list[tuple[User, list[UUID]]]:
    ids: dict[UUID, list[UUID]] = {}
    for pk, owner_id in items.values_list("pk", "owner_id"):
        ids.setdefault(owner_id, []).append(pk)
    return [(owner, ids[owner.pk]) for owner in User.objects.filter(pk__in=ids)]


@admin.register(MediaItem)
class MediaItemAdmin(LargeTableAdmin[MediaItem]):
    """Everybody's media. Bytes and what engines said are not edited here."""

    list_display = ("file_name", "owner", "kind", "size_bytes", "added_at", "trashed_at")
    list_filter = ("kind", "document_type", ("trashed_at", admin.EmptyFieldListFilter))
    list_select_related = ("owner",)
    search_fields = ("file_name", "owner__username", "=sha256", "=id")
    date_hierarchy = "added_at"
    ordering = ("-added_at",)
    actions = ("trash", "restore", "retry")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [f.name for f in MediaItem._meta.fields if f.name not in _EDITABLE]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: MediaItem, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.save(update_fields=list(_EDITABLE))
        note_change(obj.owner_id, [obj.pk])

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        # Listing every label and page of many items would take longer than deleting them.
        items = list(objs)
        return [str(item) for item in items[:200]], {"media items": len(items)}, set(), []

    def delete_model(self, request: HttpRequest, obj: MediaItem) -> None:
        self.delete_queryset(request, MediaItem.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[MediaItem]) -> None:
        """Through the trash, so that bytes and index go, too."""
        for owner, ids in _by_owner(queryset):
            trash_items(owner, ids)
            delete_items(owner, ids)

    @admin.action(description="Move to the trash", permissions=["change"])
    def trash(self, request: HttpRequest, items: QuerySet[MediaItem]) -> None:
        count = sum(trash_items(owner, ids) for owner, ids in _by_owner(items))
        self.message_user(request, f"{count} items were moved to the trash.", messages.SUCCESS)

    @admin.action(description="Restore from the trash", permissions=["change"])
    def restore(self, request: HttpRequest, items: QuerySet[MediaItem]) -> None:
        count = sum(restore_items(owner, ids) for owner, ids in _by_owner(items))
        self.message_user(request, f"{count} items were restored.", messages.SUCCESS)

    @admin.action(description="Retry what failed", permissions=["change"])
    def retry(self, request: HttpRequest, items: QuerySet[MediaItem]) -> None:
        count = retry_failed(list(items.values_list("pk", flat=True)))
        self.message_user(request, f"{count} jobs were re-opened.", messages.SUCCESS)


class LinesField(forms.CharField):
    """A list of short texts, one on each line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_lines(self.prepare_value(initial)) != self.to_lines(data)

    def clean(self, value: Any) -> Any:
        lines = self.to_lines(super().clean(value))
        if len(lines) > _MAX_ALIASES or any(len(line) > _MAX_NAME for line in lines):
            raise forms.ValidationError(
                f"Write up to {_MAX_ALIASES} names of up to {_MAX_NAME} letters, one on each line."
            )
        return lines

    @staticmethod
    def to_lines(value: Any) -> list[str]:
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]


class LabelForm(forms.ModelForm[Label]):
    aliases = LinesField(required=False, label="other names", help_text="One on each line.")

    class Meta:
        model = Label
        fields = ("name", "category", "hidden", "threshold", "aliases", "parents")


@admin.register(Label)
class LabelAdmin(LargeTableAdmin[Label]):
    """Labels. What is changed here is at once filed and indexed anew for whatever has it."""

    form = LabelForm
    list_display = ("name", "category", "hidden", "threshold", "items", "owner")
    list_editable = ("hidden", "threshold")
    list_filter = ("hidden", ("owner", admin.EmptyFieldListFilter))
    list_select_related = ("category", "owner")
    search_fields = ("name", "aliases", "category__name")
    autocomplete_fields = ("category", "parents")
    ordering = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Engines find a label by its name: a new one would make them start another.
        return ["name", "owner"] if obj else []

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        listed = super().get_changelist_instance(request)
        shown = list(listed.result_list)
        rows = MediaLabel.objects.filter(label__in=[label.pk for label in shown])
        counts = dict(rows.values_list("label").annotate(n=Count("pk")))
        for label in listed.result_list:
            label.item_count = counts.get(label.pk, 0)
        return listed

    @admin.display(description="items")
    def items(self, label: Label) -> int:
        return int(getattr(label, "item_count", 0))

    def save_model(self, request: HttpRequest, obj: Label, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.key = label_key(obj.name)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        if change and form.changed_data:
            count = labels_changed([form.instance.pk])
            self.message_user(request, f"{form.instance}: {count} items filed anew.")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Category)
class CategoryAdmin(LargeTableAdmin[Category]):
    """Categories: everybody's have no owner."""

    list_display = ("name", "slug", "state", "owner")
    list_filter = ("state", ("owner", admin.EmptyFieldListFilter))
    list_select_related = ("owner",)
    search_fields = ("name", "slug", "owner__username")
    readonly_fields = ("owner",)
    ordering = ("name",)

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ("name",)}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        if change and form.changed_data:
            count = category_changed(form.instance)
            self.message_user(request, f"{form.instance}: {count} items filed anew.")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Album)
class AlbumAdmin(ReadOnlyAdmin[Album]):
    """Whose albums there are. What is in them is their owners' business."""

    list_display = ("name", "owner", "ordering", "created_at")
    list_select_related = ("owner",)
    fields = ("name", "owner", "ordering", "created_at")
    search_fields = ("name", "owner__username", "=id")
    ordering = ("-created_at",)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin[Job]):
    """The queue, which is this table."""

    list_display = (
        "item",
        "step",
        "state",
        "lane",
        "attempts",
        "error_code",
        "error_message",
        "started_at",
        "finished_at",
    )
    list_filter = ("state", "step", "lane")
    list_select_related = ("item",)
    search_fields = ("item__file_name", "error_code", "error_message", "=item__id")
    ordering = ("-pk",)
    actions = ("retry",)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("gallery.change_job")

    @admin.action(description="Run the chosen jobs again", permissions=["retry"])
    def retry(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        by_step: dict[str, list[UUID]] = {}
        for step, item_id in jobs.values_list("step", "item_id"):
            by_step.setdefault(step, []).append(item_id)
        count = sum(reopen(ids, [step]) for step, ids in by_step.items())
        self.message_user(request, f"{count} jobs were re-opened.", messages.SUCCESS)


@admin.register(DroppedObject)
class DroppedObjectAdmin(ReadOnlyAdmin[DroppedObject]):
    """What was put into the bucket; without an owner, it lies in the folder of nobody."""

    list_display = ("key", "owner", "outcome", "reason", "noted_at")
    list_filter = ("outcome", ("owner", admin.EmptyFieldListFilter))
    list_select_related = ("owner",)
    search_fields = ("key", "owner__username")
    ordering = ("-pk",)
