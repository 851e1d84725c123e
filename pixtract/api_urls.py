"""Every address of the API."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.negotiation import DefaultContentNegotiation

from pixtract.openapi import DocsView

app_name = "api"
urlpatterns = [
    path("v1/", include("accounts.api_urls")),
    path("v1/", include("gallery.api.urls")),
    path("v1/", include("search.api_urls")),
    path("v1/", include("workers.api_urls")),
    path(
        "schema/",
        SpectacularAPIView.as_view(content_negotiation_class=DefaultContentNegotiation),
        name="schema",
    ),
    path("docs/", DocsView.as_view(url_name="api:schema"), name="docs"),
]
