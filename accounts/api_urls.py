"""Addresses of the accounts' part of the API."""

from __future__ import annotations

from django.urls import path

from accounts import api

urlpatterns = [
    path("auth/token/", api.TokenView.as_view(), name="auth-token"),
    path("keys/", api.KeysView.as_view(), name="keys"),
    path("keys/<uuid:key_id>/", api.KeyView.as_view(), name="key"),
]
