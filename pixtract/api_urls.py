"""Every address of the API."""

from __future__ import annotations

from django.urls import include, path

app_name = "api"
urlpatterns = [
    path("v1/", include("gallery.api.urls")),
]
