"""Addresses of the pages about work in progress."""

from __future__ import annotations

from django.urls import path

from workers import spend_views, views

app_name = "workers"
urlpatterns = [
    path("activity/", views.activity, name="activity"),
    path("spend/", spend_views.spend, name="spend"),
    path("spend/offer/", spend_views.offer, name="offer"),
    path("spend/read/", spend_views.read_unread, name="read-unread"),
    path("activity/retry/", views.retry_all, name="retry-all"),
    path("activity/drops/dismiss/", views.dismiss_drops, name="dismiss-drops"),
]
