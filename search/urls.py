"""Addresses of the search pages."""

from __future__ import annotations

from django.urls import path

from search import saved_views, views, whynot_views

app_name = "search"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/help/", views.search_help, name="help"),
    path("search/why-not/", whynot_views.choose, name="why-not"),
    path("search/why-not/<uuid:item_id>/", whynot_views.why_not, name="why-not-item"),
    path("albums/", saved_views.albums, name="albums"),
    path("search/keep/", saved_views.keep, name="keep"),
    path("search/saved/add/", saved_views.save, name="save"),
    path("search/saved/<uuid:saved_id>/forget/", saved_views.forget, name="forget"),
]
