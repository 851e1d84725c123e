"""Addresses of the workers' part of the API."""

from __future__ import annotations

from django.urls import path

from workers import api, spend_api

urlpatterns = [
    path("media/<uuid:item_id>/analyze/", api.AnalyzeView.as_view(), name="media-analyze"),
    path("media/<uuid:item_id>/jobs/", api.JobsView.as_view(), name="media-jobs"),
    path("estimate/", spend_api.EstimateView.as_view(), name="estimate"),
    path("status/", api.StatusView.as_view(), name="status"),
]
