"""Every address of the product."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from pixtract import health, metrics

handler400 = "pixtract.problems.bad_request"
handler403 = "pixtract.problems.permission_denied"
handler404 = "pixtract.problems.page_not_found"
handler500 = "pixtract.problems.server_error"

admin.site.site_header = admin.site.site_title = "Pixtract"
admin.site.index_title = "Administration"

urlpatterns = [
    path("api/", include("pixtract.api_urls")),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("search.urls")),
    path("", include("workers.urls")),
    path("", include("gallery.urls")),
]
