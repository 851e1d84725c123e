"""What people do with pictures, keys and sliders, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from gallery.models import JobState, MediaItem, Step
from gallery.services.facts import record_facts
from gallery.services.labeling import record_labels
from gallery.types import MediaFacts, Moment
from tests.e2e.tray import wait_for
from tests.factories import JobFactory, MediaItemFactory, stored_item
from tests.pages.shelf import (
    CAT,
    add_renditions,
    file_document,
    file_picture,
    file_video,
    long_ago,
    moving_picture,
    picture_of,
    seen,
    settle,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OpenPage = Callable[..., Page]


def test_the_slider_shows_more_and_says_what(open_page: OpenPage, alice: User) -> None:
    page = open_page(f"/media/{file_picture(alice, CAT).pk}/")
    summary = page.locator("[data-summary]")
    expect(summary).to_have_text("55: 3 labels · at 40 you would also see Grass, Fence")
    expect(page.locator(".chip-item:visible")).to_have_count(3)
    slider = page.get_by_label("Show from confidence")
    slider.fill("40")
    expect(page.locator(".chip-item:visible")).to_have_count(5)
    expect(summary).to_have_text("40: 5 labels · at 10 you would also see Dog")
    slider.press("Home")
    expect(summary).to_have_text("0: 6 labels")
    expect(page.locator(".chip-item:visible")).to_have_count(6)


def test_pointing_at_a_label_shows_its_boxes(open_page: OpenPage, alice: User) -> None:
    page = open_page(f"/media/{file_picture(alice, CAT).pk}/")
    box = page.locator(".label-box rect")
    expect(box).to_be_hidden()
    page.locator(".chip-item", has_text="Cat").hover()
    expect(box).to_be_visible()
    picture = page.locator(".picture img").bounding_box()
    drawn = box.bounding_box()
    assert picture and drawn
    assert drawn["width"] / picture["width"] == pytest.approx(0.84, abs=0.02)
    page.locator("h1").hover()
    expect(box).to_be_hidden()


def test_zoom_by_wheel_and_keys(open_page: OpenPage, alice: User) -> None:
    page = open_page(f"/media/{file_picture(alice, CAT).pk}/")
    view, picture = page.locator("zoom-view"), page.locator(".picture img")
    before = width_of(picture)
    view.focus()
    page.keyboard.press("+")
    expect(view).to_have_attribute("data-zoomed", "")
    page.mouse.move(500, 400)
    page.mouse.wheel(0, -300)
    wait_for(page, lambda: width_of(picture) > 2 * before)
    page.keyboard.press("0")
    expect(view).not_to_have_attribute("data-zoomed", "")


def width_of(picture: Locator) -> float:
    box = picture.bounding_box()
    assert box is not None
    return box["width"]


def test_arrow_keys_walk_through_the_timeline(open_page: OpenPage, alice: User) -> None:
    first, second = (MediaItemFactory(owner=alice, taken_local=long_ago(n)) for n in (0, 1))
    page = open_page(f"/media/{first.pk}/")
    with page.expect_navigation(url=re.compile(str(second.pk))):
        page.keyboard.press("ArrowRight")
    with page.expect_navigation(url=re.compile(str(first.pk))):
        page.keyboard.press("ArrowLeft")
    page.get_by_label("Description").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    expect(page).to_have_url(re.compile(str(first.pk)))


def test_labels_appear_without_a_reload(open_page: OpenPage, alice: User) -> None:
    item = stored_item(alice)
    page = open_page(f"/media/{item.pk}/")
    expect(page.locator("#labels")).to_contain_text("The labels are being found.")
    page.get_by_label("A label of your own").fill("half-writ")
    page.get_by_label("Description").focus()
    add_renditions(item, {"thumb": picture_of(CAT), "preview": picture_of(CAT)})
    record_labels(item, [seen("Lynx", 90.0)], source="local", model_version="test")
    settle(item)
    expect(page.locator(".chip-item", has_text="Lynx")).to_be_visible(timeout=10_000)
    expect(page.locator("zoom-view img")).to_be_visible()
    expect(page.locator("item-page")).not_to_have_attribute("data-pending", "")


def test_tiles_appear_without_a_reload(open_page: OpenPage, alice: User) -> None:
    item = stored_item(alice)
    page = open_page("/")
    expect(page.locator(".tile.coming")).to_have_count(1)
    record_facts(item, MediaFacts(width=451, height=300, taken_local="2020-02-02T10:00:00"))
    add_renditions(item, {"thumb": picture_of(CAT)})
    settle(item)
    expect(page.locator(".tile img")).to_be_visible(timeout=10_000)
    expect(page.locator("[data-month='2020-02'] .tile")).to_have_count(1)
    expect(page.locator(".month")).to_have_count(1)


def test_older_items_load_by_scrolling(open_page: OpenPage, alice: User) -> None:
    for number in range(100):
        MediaItemFactory(owner=alice, taken_local=long_ago(number / 10))
    page = open_page("/")
    page.keyboard.press("End")
    expect(page.locator(".tile")).to_have_count(100)
    expect(page.locator(".month")).to_have_count(1)
    expect(page.locator(".older")).to_have_count(0)


def test_picking_a_range_and_archiving_it(open_page: OpenPage, alice: User) -> None:
    for number in range(5):
        MediaItemFactory(owner=alice, taken_local=long_ago(number), file_name=f"{number}.jpg")
    page = open_page("/")
    page.locator(".tile").nth(1).hover()
    page.keyboard.press("x")
    expect(page.locator("[data-count]")).to_have_text("1 selected")
    page.locator(".pick").nth(3).click(modifiers=["Shift"])
    expect(page.locator("[data-count]")).to_have_text("3 selected")
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(page.locator(".message")).to_have_text("3 items archived.")
    assert MediaItem.objects.filter(archived=True).count() == 3


def test_escape_clears_the_selection(open_page: OpenPage, alice: User) -> None:
    MediaItemFactory(owner=alice)
    page = open_page("/")
    page.locator(".pick").check()
    expect(page.locator(".bulk")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".bulk")).to_be_hidden()


def test_a_document_opens_at_the_page_with_the_words(open_page: OpenPage, alice: User) -> None:
    page = open_page(f"/media/{file_document(alice).pk}/?page=3&q=invoice", screen="phone")
    expect(page.locator("#page-3")).to_be_in_viewport()
    expect(page.locator("mark")).to_have_text("Invoice")
    expect(page.locator("#page-2 .marks rect")).to_have_count(1)
    boxes = page.locator("#page-1 .text-boxes")
    expect(boxes).to_be_hidden()
    page.get_by_label("Show in the picture").check()
    expect(boxes).to_be_visible()


def test_a_video_opens_at_the_moment_asked_for_and_jumps(
    open_page: OpenPage, alice: User, tmp_path: Path
) -> None:
    item = stored_item(alice, moving_picture(tmp_path / "x.webm"), "ball.webm")
    moments = [Moment(8_000, 9_000, 90.0)]
    ball = [seen("Ball", 90.0, moments=moments)]
    record_labels(item, ball, source="local", model_version="test")
    page = open_page(f"/media/{item.pk}/?t=5000")
    video = page.locator("video")
    expect(video).to_have_js_property("currentTime", 5)
    page.get_by_role("link", name="0:08").click()
    wait_for(page, lambda: video.evaluate("video => video.currentTime") >= 8)


def test_a_video_offers_its_moments(open_page: OpenPage, alice: User) -> None:
    page = open_page(f"/media/{file_video(alice).pk}/")
    moments = page.get_by_label("Rocket is seen at").get_by_role("link")
    expect(moments).to_have_text(["0:02", "1:01"])
    moments.first.click()
    expect(page.locator("video")).to_be_visible()


def test_the_theme_is_kept(open_page: OpenPage, alice: User) -> None:
    page = open_page("/")
    page.get_by_label("Account of alice").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/categories/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(19, 21, 23)")
    page.get_by_label("Account of alice").click()
    page.get_by_role("button", name="System").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


def test_deleting_for_good_asks_first(open_page: OpenPage, alice: User) -> None:
    item = MediaItemFactory(owner=alice, trashed_at=long_ago(0))
    page = open_page(f"/media/{item.pk}/")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Delete for good").click()
    assert MediaItem.objects.filter(pk=item.pk).exists()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete for good").click()
    expect(page).to_have_url(re.compile("/trash/"))
    assert not MediaItem.objects.filter(pk=item.pk).exists()


def test_activity_follows_the_work(open_page: OpenPage, alice: User) -> None:
    job = JobFactory(item=MediaItemFactory(owner=alice), step=Step.READ)
    page = open_page("/activity/")
    expect(page.locator("progress")).to_have_count(1)
    job.state = JobState.DONE
    job.save()
    expect(page.locator(".page-head")).to_contain_text("Nothing is waiting", timeout=10_000)


def test_without_scripts_one_can_browse(open_page: OpenPage, alice: User) -> None:
    item = file_picture(alice, CAT)
    for number in range(70):
        MediaItemFactory(owner=alice, taken_local=long_ago(number))
    page = open_page("/", scripts=False)
    page.get_by_role("link", name=re.compile("chelsea.png")).click()
    expect(page.locator(".picture img")).to_be_visible()
    expect(page.locator(".chip-item:visible")).to_have_count(3)
    page.get_by_label("Show from confidence").fill("40")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".chip-item:visible")).to_have_count(5)
    with page.expect_navigation():
        page.get_by_role("button", name="Favorite").click()
    item.refresh_from_db()
    assert item.favorite
    page.goto("/")
    page.get_by_role("link", name="Older", exact=True).click()
    expect(page.locator(".tile")).to_have_count(11)
    page.locator(".pick").first.check(force=True)
    page.get_by_role("button", name="Trash", exact=True).click()
    expect(page.locator(".message")).to_have_text("1 item moved to the trash.")
