"""Addresses of the gallery's part of the API."""

from __future__ import annotations

from django.urls import path

from gallery.api import (
    albums,
    catalog,
    exports,
    files,
    labels,
    me,
    media,
    results,
    text,
    upload_parts,
    uploads,
    webhooks,
)

urlpatterns = [
    path("media/", media.MediaListView.as_view(), name="media-list"),
    path("media/bulk/", media.MediaBulkView.as_view(), name="media-bulk"),
    path("media/<uuid:item_id>/", media.MediaDetailView.as_view(), name="media-detail"),
    path("media/<uuid:item_id>/restore/", media.MediaRestoreView.as_view(), name="media-restore"),
    path("media/<uuid:item_id>/original/", files.OriginalView.as_view(), name="media-original"),
    path(
        "media/<uuid:item_id>/renditions/<str:name>/",
        files.RenditionView.as_view(),
        name="rendition",
    ),
    path("media/<uuid:item_id>/labels/", labels.MediaLabelsView.as_view(), name="media-labels"),
    path(
        "media/<uuid:item_id>/labels/<uuid:label_id>/",
        labels.MediaLabelView.as_view(),
        name="media-label",
    ),
    path("media/<uuid:item_id>/text/", text.MediaTextView.as_view(), name="media-text"),
    path("uploads/", uploads.UploadsView.as_view(), name="uploads"),
    path("uploads/check/", uploads.UploadsCheckView.as_view(), name="uploads-check"),
    path("uploads/finish/", uploads.UploadsFinishView.as_view(), name="uploads-finish"),
    path("uploads/<uuid:upload_id>/", uploads.UploadView.as_view(), name="upload"),
    path("uploads/<uuid:upload_id>/sign/", uploads.UploadSignView.as_view(), name="upload-sign"),
    path("uploads/parts/<str:token>/", upload_parts.UploadPartsView.as_view(), name="upload-parts"),
    path("categories/", catalog.CategoriesView.as_view(), name="categories"),
    path("albums/", albums.AlbumsView.as_view(), name="albums"),
    path("albums/<uuid:album_id>/", albums.AlbumView.as_view(), name="album"),
    path("albums/<uuid:album_id>/items/", albums.AlbumItemsView.as_view(), name="album-items"),
    path(
        "albums/<uuid:album_id>/items/remove/",
        albums.AlbumRemoveView.as_view(),
        name="album-remove",
    ),
    path(
        "albums/<uuid:album_id>/items/order/", albums.AlbumOrderView.as_view(), name="album-order"
    ),
    path("labels/", catalog.LabelsView.as_view(), name="labels"),
    path("results/", results.ResultsView.as_view(), name="results"),
    path("export/", exports.ExportView.as_view(), name="export"),
    path("webhooks/", webhooks.WebhooksView.as_view(), name="webhooks"),
    path("webhooks/<uuid:webhook_id>/", webhooks.WebhookView.as_view(), name="webhook"),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/",
        webhooks.DeliveriesView.as_view(),
        name="webhook-deliveries",
    ),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/send/",
        webhooks.SendAgainView.as_view(),
        name="webhook-send-again",
    ),
    path("me/", me.MeView.as_view(), name="me"),
]
