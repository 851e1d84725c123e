"""The search page: what it links to keeps the rest of the search."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import User
from gallery.models import MediaItem
from search.views import PAGE_SIZE, SearchPage
from tests.factories import MediaItemFactory, RenditionFactory, TextPageFactory, text_line
from tests.search.conftest import index

pytestmark = pytest.mark.django_db
PageClient = Callable[[User | None], Client]


@pytest.fixture
def shown(alice: User, page_client: PageClient) -> Callable[..., SearchPage]:
    def show(**parameters: object) -> SearchPage:
        response = page_client(alice).get("/search/", parameters)
        assert response.status_code == 200
        page: SearchPage = response.context["page"]
        return page

    return show


def asked(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


def test_links_keep_the_rest(library: list[MediaItem], shown: Callable[..., SearchPage]) -> None:
    page = shown(q="dog", kind="photo", min_confidence="30", sort="taken")
    (kinds,) = [group for group in page.facets if group.name == "kind"]
    kept = {"q": ["dog"], "min_confidence": ["30"], "sort": ["taken"]}
    assert asked(kinds.links[0].url) == kept
    assert kinds.links[0].value.selected
    (years,) = [group for group in page.facets if group.name == "year"]
    assert asked(years.links[0].url) == {**kept, "kind": ["photo"], "year": ["2024"]}
    assert asked(page.sort_urls["relevance"]) == {
        "q": ["dog"], "min_confidence": ["30"], "kind": ["photo"],
    }  # fmt: skip


def test_a_hit_opens_where_it_matched(
    library: list[MediaItem], shown: Callable[..., SearchPage]
) -> None:
    TextPageFactory(item=library[1], number=7, lines=[text_line("warranty")])
    index(library[1])
    (found,) = shown(q="warranty").tiles
    assert asked(found.url) == {"q": ["warranty"], "page": ["7"]}
    assert found.reason is not None
    assert found.reason.field == "text"


def test_a_hit_shows_the_page_on_which_it_matched(
    library: list[MediaItem], shown: Callable[..., SearchPage]
) -> None:
    RenditionFactory(item=library[1])
    RenditionFactory(item=library[1], name="page-0007")
    TextPageFactory(item=library[1], number=7, lines=[text_line("warranty")])
    index(library[1])
    (found,) = shown(q="warranty").tiles
    assert found.picture is not None
    assert found.picture.name == "page-0007"
    assert len(found.boxes) == 1


def test_a_page_without_a_picture_shows_the_thumb_and_no_box(
    library: list[MediaItem], shown: Callable[..., SearchPage]
) -> None:
    RenditionFactory(item=library[1])
    TextPageFactory(item=library[1], number=7, lines=[text_line("warranty")])
    index(library[1])
    (found,) = shown(q="warranty").tiles
    assert found.picture is not None
    assert (found.picture.name, found.boxes) == ("thumb", ())


def test_a_video_shows_the_second_at_which_it_matched(
    alice: User, shown: Callable[..., SearchPage]
) -> None:
    video = MediaItemFactory(owner=alice, kind="video", duration_ms=9000)
    RenditionFactory(item=video)
    for start in (0, 3000, 6000):
        name = f"frame-{start + 1500:09d}"
        RenditionFactory(item=video, name=name, start_ms=start, end_ms=start + 3000)
    TextPageFactory(
        item=video, number=2, start_ms=3000, end_ms=6000, lines=[text_line("finish line")]
    )
    index(video)
    (found,) = shown(q="finish").tiles
    assert found.picture is not None
    assert found.picture.start_ms == 3000
    assert len(found.boxes) == 1


def test_more_results_come_by_cursor(alice: User, shown: Callable[..., SearchPage]) -> None:
    index(*MediaItemFactory.create_batch(PAGE_SIZE + 5, owner=alice))
    first = shown(q="")
    second = shown(**{name: value[0] for name, value in asked(first.next_url).items()})
    assert (len(first.tiles), len(second.tiles)) == (PAGE_SIZE, 5)
    assert second.is_continued
    assert second.next_url == ""


def test_an_old_cursor_shows_the_first_page(
    library: list[MediaItem], shown: Callable[..., SearchPage]
) -> None:
    page = shown(q="dog", cursor="old")
    assert not page.is_continued
    assert len(page.tiles) == 1


def test_a_misspelling_links_to_the_right_word(
    library: list[MediaItem], shown: Callable[..., SearchPage]
) -> None:
    assert asked(shown(q="totl").did_you_mean_url) == {"q": ["total"]}


@pytest.mark.parametrize("path", ["/search/", "/search/help/"])
def test_visitors_are_sent_to_log_in(path: str, alice: User, page_client: PageClient) -> None:
    assert page_client(None).get(path).status_code == 302
    assert page_client(alice).get(path).status_code == 200


@pytest.mark.parametrize("name", ["q", "sort", "min_confidence", "label", "cursor", "kind"])
@pytest.mark.parametrize("value", ["'\"><script>", "-1", "9" * 5000, "٣", "\x00", "(((((("])
def test_hostile_addresses_are_answered(
    name: str, value: str, library: list[MediaItem], shown: Callable[..., SearchPage]
) -> None:
    shown(**{name: value})
