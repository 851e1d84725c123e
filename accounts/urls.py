"""Addresses of the account pages that are not allauth's."""

from __future__ import annotations

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("first-run/", views.first_run, name="first-run"),
    path("profile/", views.profile, name="profile"),
    path("keys/", views.new_key, name="new-key"),
    path("keys/<uuid:key_id>/revoke/", views.revoke_key, name="revoke-key"),
]
