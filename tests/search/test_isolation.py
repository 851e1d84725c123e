"""Only what the user may see: items, words, counts and suggestions, ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem
from search.services import search_media
from search.suggestions import suggest

pytestmark = pytest.mark.django_db
SEARCH = "/api/v1/search/"


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "topsecret"},
        {"q": "topsecrat"},
        {"q": "xyl*"},
        {"q": "label:xylograph", "min_confidence": "0"},
        {"q": "xenolith~2"},
        {"q": "place:zanzibar"},
        {"label": "Xylograph"},
        {"place": "Zanzibar"},
        {"q": "", "facets": "1"},
    ],
)
@pytest.mark.parametrize("who", ["alice", "carol"])
def test_nothing_of_another_user_shows(
    who: str,
    parameters: dict[str, str],
    alice: User,
    carol: User,
    library: list[MediaItem],
    foreign: MediaItem,
    api_client: Callable[[User | None], APIClient],
) -> None:
    answer: Any = api_client({"alice": alice, "carol": carol}[who]).get(SEARCH, parameters)
    text = answer.content.decode().lower()
    assert answer.status_code == 200
    for word in ("xyl", "xenol", "zanz", str(foreign.pk)):
        assert word not in text.replace(parameters.get("q", "") or "\0", "")
    assert answer.json()["count"] == (3 if who == "alice" and parameters.get("q") == "" else 0)


@pytest.mark.parametrize("text", ["x", "xy", "xen", "top", "zan", "label:x", "place:z", "name:t"])
def test_no_word_of_another_user_is_suggested(
    text: str, alice: User, library: list[MediaItem], foreign: MediaItem
) -> None:
    shown = " ".join(found.text for found in suggest(alice, text, min_confidence=0)).lower()
    for word in ("xylo", "xeno", "topsecret", "zanzibar"):
        assert word not in shown


def test_another_users_cursor_shows_ones_own_library(
    alice: User, bob: User, library: list[MediaItem], foreign: MediaItem
) -> None:
    cursor = search_media(alice, "", limit=1).next_cursor
    bob.min_confidence = alice.min_confidence
    page = search_media(bob, "", cursor=cursor)
    assert {hit.item.owner_id for hit in page.hits} <= {bob.pk}
