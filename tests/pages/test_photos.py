"""The timeline."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from gallery.models import JobState, Step
from tests.factories import JobFactory, MediaItemFactory, RenditionFactory
from tests.pages.markup import markup_of
from tests.pages.shelf import long_ago

QueryLimit = Callable[[int], AbstractContextManager[object]]
_TILE = re.compile(r'id="tile-([0-9a-f-]{36})"')


def test_it_sends_strangers_to_the_log_in(client: Client, alice: User) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_it_shows_own_items_by_month(alices: Client, alice: User, bob: User) -> None:
    MediaItemFactory(owner=alice, file_name="mine.jpg", taken_local=long_ago(0))
    MediaItemFactory(owner=alice, file_name="older.jpg", taken_local=long_ago(40))
    MediaItemFactory(owner=bob, file_name="his.jpg")
    page = markup_of(alices.get("/"))
    assert "mine.jpg" in page and "older.jpg" in page
    assert "his.jpg" not in page
    assert page.index('data-month="2024-04"') < page.index('data-month="2024-03"')


def test_a_tile_without_a_date_says_when_it_was_added(alices: Client, alice: User) -> None:
    for name, source in (("a.jpg", "exif"), ("b.jpg", "added")):
        taken = {"taken_local": long_ago(0), "taken_source": source}
        MediaItemFactory(owner=alice, file_name=name, **taken)
    page = markup_of(alices.get("/"))
    assert 'aria-label="a.jpg, photo, 30 April 2024"' in page
    assert 'aria-label="b.jpg, photo, added 30 April 2024"' in page


def test_it_leaves_out_archive_and_trash(alices: Client, alice: User) -> None:
    MediaItemFactory(owner=alice, file_name="archived.jpg", archived=True)
    MediaItemFactory(owner=alice, file_name="trashed.jpg", trashed_at=long_ago(0))
    page = markup_of(alices.get("/"))
    assert "archived.jpg" not in page and "trashed.jpg" not in page


def test_older_leads_through_everything_once(alices: Client, alice: User) -> None:
    # Equal dates: only the id tells them apart.
    items = [MediaItemFactory(owner=alice, taken_local=long_ago(n // 3)) for n in range(130)]
    seen: list[str] = []
    address: str | None = "/"
    while address:
        page = markup_of(alices.get(address))
        seen += _TILE.findall(page)
        link = re.search(r'rel="next" href="([^"]+)"', page)
        address = link[1] if link else None
    assert len(seen) == len(set(seen)) == 130
    assert set(seen) == {str(item.pk) for item in items}


@pytest.mark.parametrize(
    "cursor", ["x", "12_", "_", "99999999999999999999_" + "a" * 32, "1_" + "z" * 32]
)
def test_a_broken_cursor_starts_at_the_beginning(alices: Client, alice: User, cursor: str) -> None:
    MediaItemFactory(owner=alice, file_name="first.jpg")
    assert "first.jpg" in markup_of(alices.get("/", {"cursor": cursor}))


def test_an_empty_library_invites(alices: Client) -> None:
    assert "Drop your first pictures here" in markup_of(alices.get("/"))


def test_a_tile_that_waits_says_so(alices: Client, alice: User) -> None:
    item = MediaItemFactory(owner=alice)
    JobFactory(item=item, step=Step.RENDER, state=JobState.WAITING)
    page = markup_of(alices.get("/"))
    assert "data-pending" in page and " coming" in page


def test_tiles_are_only_those_of_the_user(alices: Client, alice: User, bob: User) -> None:
    mine, his = MediaItemFactory(owner=alice), MediaItemFactory(owner=bob)
    page = alices.get(reverse("gallery:tiles"), {"ids": f"{mine.pk},{his.pk},nonsense"})
    assert _TILE.findall(page.content.decode()) == [str(mine.pk)]


def test_names_are_escaped(alices: Client, alice: User) -> None:
    MediaItemFactory(owner=alice, file_name='<script>alert(1)</script>".jpg')
    page = markup_of(alices.get("/"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;.jpg" in page


def test_queries_do_not_grow(
    alices: Client, alice: User, django_assert_max_num_queries: QueryLimit
) -> None:
    for _ in range(40):
        RenditionFactory(item=MediaItemFactory(owner=alice))
    with django_assert_max_num_queries(6):
        alices.get("/")
