"""Addresses of the pages about work in progress."""

from __future__ import annotations

from django.urls import path

from workers import views

app_name = "workers"
urlpatterns = [
    path("activity/", views.activity, name="activity"),
    path("activity/retry/", views.retry_all, name="retry-all"),
    path("activity/drops/dismiss/", views.dismiss_drops, name="dismiss-drops"),
]
