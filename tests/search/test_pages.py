"""The search page: what it links to keeps the rest of the search."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import User
from gallery.models import Job, JobState, Lane, MediaItem, Step
from search.views import PAGE_SIZE, SearchPage
from tests.factories import (
    LabelFactory,
    MediaItemFactory,
    MediaLabelFactory,
    RenditionFactory,
    TextPageFactory,
    text_line,
)
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
    assert asked(kinds.first[0].url) == kept
    assert kinds.first[0].value.selected
    (years,) = [group for group in page.facets if group.name == "year"]
    assert asked(years.first[0].url) == {**kept, "kind": ["photo"], "year": ["2024"]}
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


def test_what_narrows_can_be_taken_back_even_where_nothing_is_left(
    library: list[MediaItem], shown: Callable[..., SearchPage]
) -> None:
    page = shown(q="dog", kind="video", year=["2024", "2023"], min_confidence="30")
    assert not page.tiles
    chips = {(chip.title, chip.text): asked(chip.url) for chip in page.chips}
    everything = {"q": ["dog"], "kind": ["video"], "year": ["2024", "2023"]}
    kept = {**everything, "min_confidence": ["30"]}
    assert chips == {
        ("Kind", "video"): {name: kept[name] for name in kept if name != "kind"},
        ("Year", "2024"): {**kept, "year": ["2023"]},
        ("Year", "2023"): {**kept, "year": ["2024"]},
        ("Confidence", "30 % and above"): everything,
    }
    assert asked(page.unfiltered_url) == {"q": ["dog"]}


def test_a_long_facet_keeps_what_was_chosen_in_sight(
    alice: User, shown: Callable[..., SearchPage]
) -> None:
    items = [
        MediaItemFactory(owner=alice, taken_local=f"{2000 + n}-01-01T00:00:00Z") for n in range(12)
    ]
    index(*items)
    rare = next(group for group in shown(year="2011").facets if group.name == "year")
    assert (len(rare.first), len(rare.rest)) == (9, 3)
    assert rare.first[-1].value.selected


def test_a_page_that_waits_is_sent_only_what_has_changed(
    alice: User, library: list[MediaItem], page_client: PageClient
) -> None:
    Job.objects.create(item=library[0], step=Step.LABEL, lane=Lane.ANALYSIS, state=JobState.WAITING)
    client = page_client(alice)
    page = client.get("/search/", {"q": "dog"}).context["page"]
    again = {"q": "dog", "state": page.state}
    assert (client.get("/search/", again).status_code, page.result.pending) == (204, 1)
    new = MediaItemFactory(owner=alice, file_name="dog.jpg")
    index(new)
    news = client.get("/search/", again)
    assert news.status_code == 200
    assert b'id="search-results"' in news.content
    assert b"<html" not in news.content
    assert new.pk in {found.tile.item.pk for found in news.context["page"].tiles}


def test_boxes_are_those_of_the_first_reason_that_has_any(
    library: list[MediaItem], shown: Callable[..., SearchPage]
) -> None:
    beach = library[0]
    puppy = LabelFactory(name="Dog Show")
    box = {"box": [0.1, 0.2, 0.3, 0.4], "confidence": 90}
    MediaLabelFactory(item=beach, label=puppy, confidence=60, instances=[box])
    RenditionFactory(item=beach)
    index(beach)
    found = next(found for found in shown(q="dog").tiles if found.tile.item == beach)
    assert found.reason is not None
    assert (found.reason.label, found.reason.boxes) == ("Dog", ())
    assert [(one.left, one.width) for one in found.boxes] == [(0.1, 0.3)]
