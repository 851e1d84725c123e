"""Addresses of the search's part of the API."""

from __future__ import annotations

from django.urls import path

from search import api, recents_api, saved_api, whynot_api

urlpatterns = [
    path("search/", api.SearchView.as_view(), name="search"),
    path("search/suggest/", api.SuggestView.as_view(), name="suggest"),
    path("search/why-not/", whynot_api.WhyNotView.as_view(), name="why-not"),
    path("search/recent/", recents_api.RecentSearchesView.as_view(), name="recent-searches"),
    path(
        "search/recent/<uuid:recent_id>/",
        recents_api.RecentSearchView.as_view(),
        name="recent-search",
    ),
    path("searches/", saved_api.SavedSearchesView.as_view(), name="searches"),
    path("searches/<uuid:saved_id>/", saved_api.SavedSearchView.as_view(), name="saved-search"),
]
