"""Addresses of the gallery's pages."""

from __future__ import annotations

from django.urls import path

from gallery.views import albums, bulk, categories, changes, item, lists, theme, uploads, webhooks

app_name = "gallery"
urlpatterns = [
    path("", lists.photos, name="photos"),
    path("documents/", lists.documents, name="documents"),
    path("favorites/", lists.favorites, name="favorites"),
    path("archive/", lists.archive, name="archive"),
    path("trash/", lists.trash, name="trash"),
    path("trash/empty/", bulk.empty_trash, name="empty-trash"),
    path("categories/", categories.categories, name="categories"),
    path("categories/<slug:slug>/", categories.category, name="category"),
    path("albums/new/", albums.create, name="new-album"),
    path("albums/add/", albums.add, name="add-to-album"),
    path("albums/<uuid:album_id>/", albums.album, name="album"),
    path("albums/<uuid:album_id>/change/", albums.change, name="change-album"),
    path("albums/<uuid:album_id>/delete/", albums.delete, name="delete-album"),
    path("uploads/", uploads.uploads, name="uploads"),
    path("tiles/", lists.tiles, name="tiles"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("theme/", theme.theme, name="theme"),
    path("media/<uuid:item_id>/", item.item, name="item"),
    path("media/<uuid:item_id>/describe/", changes.describe, name="describe"),
    path("media/<uuid:item_id>/date/", changes.correct_date, name="correct-date"),
    path("media/<uuid:item_id>/flag/", changes.flag, name="flag"),
    path("media/<uuid:item_id>/trash/", changes.trash, name="trash-item"),
    path("media/<uuid:item_id>/restore/", changes.restore, name="restore-item"),
    path("media/<uuid:item_id>/delete/", changes.delete, name="delete-item"),
    path("media/<uuid:item_id>/retry/", changes.retry, name="retry-item"),
    path("media/<uuid:item_id>/labels/", changes.new_label, name="new-label"),
    path("media/<uuid:item_id>/labels/<uuid:label_id>/", changes.judge_label, name="judge-label"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<uuid:webhook_id>/", webhooks.webhook, name="webhook"),
    path("webhooks/<uuid:webhook_id>/switch/", webhooks.switch, name="switch-webhook"),
    path("webhooks/<uuid:webhook_id>/delete/", webhooks.delete, name="delete-webhook"),
    path("webhooks/<uuid:webhook_id>/test/", webhooks.test, name="test-webhook"),
    path(
        "webhooks/<uuid:webhook_id>/messages/<uuid:delivery_id>/send/",
        webhooks.resend,
        name="resend",
    ),
]
