"""The date of an item, corrected on its page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from gallery.models import Job, JobState, MediaItem, Step
from gallery.services.facts import record_facts
from gallery.types import MediaFacts
from tests.e2e.test_accessibility import rules_broken_here
from tests.pages.shelf import CAT, file_picture, settle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OpenPage = Callable[..., Page]
EXIF = MediaFacts(taken_local="2020-01-02T03:04:05", taken_source="exif")


@pytest.fixture
def item(alice: User) -> MediaItem:
    item = file_picture(alice, CAT)
    record_facts(item, EXIF)
    settle(item)
    return item


def row_of(page: Page) -> Locator:
    return page.locator("#facts dl > div").first


def wait_for_scripts(page: Page) -> None:
    """Wait until no form of the page would be sent by the browser itself."""
    expect(page.locator("html.scripted")).to_be_attached()
    expect(page.locator(".htmx-settling, .htmx-request")).to_have_count(0)


def test_a_date_is_corrected_by_keyboard_and_taken_back(
    open_page: OpenPage, item: MediaItem
) -> None:
    page = open_page(f"/media/{item.pk}/")
    expect(row_of(page)).to_contain_text("Thursday, 2 January 2020, 03:04 from the camera")
    wait_for_scripts(page)
    page.locator("summary", has_text="Correct the date").focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("Date and time at the place")
    expect(field).to_have_value("2020-01-02T03:04:05")
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    field.fill("2999-05-06T07:08")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This day is still to come.")
    wait_for_scripts(page)
    expect(field).to_have_value("2999-05-06T07:08")
    expect(field).to_be_focused()
    field.fill("2011-05-06T07:08")
    page.keyboard.press("Enter")
    expect(row_of(page)).to_contain_text("Friday, 6 May 2011, 07:08 corrected by you")
    expect(page.locator("#head")).to_contain_text("Friday, 6 May 2011")
    expect(page.locator(".toast")).to_have_text("The date is corrected.")
    summary = page.locator("summary", has_text="Correct the date")
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    wait_for_scripts(page)
    expect(page.locator("#own-date")).to_contain_text("Thursday, 2 January 2020, 03:04")
    page.get_by_role("button", name="Use the file's own date").click()
    expect(row_of(page)).to_contain_text("Thursday, 2 January 2020, 03:04 from the camera")
    expect(page.locator("#head")).to_contain_text("Thursday, 2 January 2020")


def test_a_file_that_is_asked_again_tells_its_date_without_a_reload(
    open_page: OpenPage, item: MediaItem
) -> None:
    MediaItem.objects.filter(pk=item.pk).update(taken_source="owner")
    page = open_page(f"/media/{item.pk}/")
    wait_for_scripts(page)
    page.locator("summary", has_text="Correct the date").click()
    page.get_by_role("button", name="Use the file's own date").click()
    expect(row_of(page)).to_contain_text("when it was added")
    assert Job.objects.get(item=item, step=Step.INSPECT).state == JobState.WAITING
    page.locator("summary", has_text="Correct the date").click()
    page.get_by_label("Date and time at the place").fill("2012-12-12T12:12")
    page.get_by_label("Description").focus()
    record_facts(item, EXIF)
    settle(item)
    expect(row_of(page)).to_contain_text("2 January 2020, 03:04 from the camera", timeout=10_000)
    expect(page.get_by_label("Date and time at the place")).to_have_value("2012-12-12T12:12")
    page.get_by_label("Date and time at the place").press("Enter")
    expect(row_of(page)).to_contain_text("12 December 2012, 12:12 corrected by you")


def test_a_date_is_corrected_without_scripts(open_page: OpenPage, item: MediaItem) -> None:
    page = open_page(f"/media/{item.pk}/", scripts=False)
    page.locator("summary", has_text="Correct the date").click()
    field = page.get_by_label("Date and time at the place")
    field.fill("1700-01-01T00:00")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("There were no photographs")
    expect(field).to_have_value("1700-01-01T00:00")
    field.fill("2011-05-06T07:08")
    field.press("Enter")
    expect(page).to_have_url(re.compile(f"/media/{item.pk}/$"))
    expect(row_of(page)).to_contain_text("Friday, 6 May 2011, 07:08 corrected by you")


@pytest.mark.parametrize("screen", ["desktop", "small"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_form_breaks_no_rule(
    open_page: OpenPage, item: MediaItem, theme: str, screen: str
) -> None:
    MediaItem.objects.filter(pk=item.pk).update(
        taken_source="owner", file_date_source="exif", file_date_local="2020-01-02T03:04:05Z"
    )
    page = open_page(f"/media/{item.pk}/", theme=theme, screen=screen)
    wait_for_scripts(page)
    page.locator("summary", has_text="Correct the date").click()
    page.get_by_label("Date and time at the place").fill("2999-05-06T07:08")
    page.get_by_label("Date and time at the place").press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This day is still to come.")
    assert rules_broken_here(page) == []
    form = page.locator(".correct-date form")
    assert form.evaluate("(form) => form.scrollWidth <= form.clientWidth")
