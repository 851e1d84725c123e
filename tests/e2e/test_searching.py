"""The search box and its results, by keys, by mouse, and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from search.addresses import SearchAddress
from search.outbox import drain_once
from search.saved import save_search
from tests.pages.shelf import CAT, FILED, file_picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OpenPage = Callable[..., Page]
PAGE = FILED[-1]


@pytest.fixture(autouse=True)
def _library(alice: User) -> None:
    file_picture(alice, CAT)
    file_picture(alice, PAGE)
    while drain_once():
        pass


def test_slash_goes_to_the_box_and_keys_choose(open_page: OpenPage) -> None:
    page = open_page("/")
    page.keyboard.press("/")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    page.keyboard.type("ca")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    chosen = box.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{chosen}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q="))


def test_a_field_is_filled_in_and_goes_on_to_its_values(open_page: OpenPage) -> None:
    page = open_page("/")
    box = page.get_by_role("combobox")
    box.fill("lab")
    field = page.get_by_role("option", name="label:")
    expect(field).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="1 suggestion")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("label:")
    expect(box).to_be_focused()
    value = page.get_by_role("option", name=re.compile("^Cat"))
    expect(value).to_be_visible()
    expect(page).to_have_url(re.compile("/$"))
    page.keyboard.type("ca")
    expect(page.get_by_role("option", name=re.compile("^Animal"))).to_be_hidden()
    expect(value).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=label%3ACat$"))
    expect(page.locator(".hit")).to_have_count(1)


def test_keys_choose_nothing_that_completes_older_words(open_page: OpenPage) -> None:
    page = open_page("/")
    box = page.get_by_role("combobox")
    box.fill("label:")
    expect(page.get_by_role("option", name=re.compile("^Animal"))).to_be_visible()
    page.keyboard.type("w")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=label%3A[wW]"))


def test_tab_fills_in_what_is_chosen_and_else_moves_on(open_page: OpenPage) -> None:
    page = open_page("/")
    box = page.get_by_role("combobox")
    box.fill("label:ca")
    expect(page.get_by_role("option", name=re.compile("^Cat"))).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(box).to_have_value("label:Cat")
    expect(box).to_be_focused()
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(box).not_to_be_focused()
    expect(page).to_have_url(re.compile("/$"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_finger_chooses_on_a_small_screen(open_page: OpenPage, theme: str) -> None:
    page = open_page("/", screen="small", theme=theme)
    box = page.get_by_role("combobox")
    box.tap()
    box.fill("c")
    field = page.get_by_role("option", name="category:")
    expect(field).to_be_visible()
    place = page.get_by_role("listbox").bounding_box()
    assert place is not None
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 360
    assert place["width"] >= 280
    field.tap()
    expect(box).to_have_value("category:")
    value = page.get_by_role("option", name=re.compile("^Animals"))
    value.tap()
    expect(page).to_have_url(re.compile(r"/search/\?q=category"))


def test_an_empty_box_offers_saved_searches(open_page: OpenPage, alice: User) -> None:
    save_search(alice, "All my cats", SearchAddress("cat", None, "taken", ()))
    page = open_page("/")
    page.get_by_role("combobox").click()
    page.get_by_role("option", name=re.compile("All my cats")).click()
    expect(page).to_have_url(re.compile(r"/search/\?q=cat&sort=taken$"))


def test_a_result_says_why_and_opens_there(open_page: OpenPage) -> None:
    page = open_page("/search/?q=segmentation")
    hit = page.locator(".hit")
    expect(hit).to_have_count(1)
    expect(hit.locator("mark")).to_have_text("segmentation")
    expect(hit.locator(".boxes rect")).to_have_count(1)
    hit.get_by_role("link").click()
    expect(page.locator(".read-text mark")).to_have_text("segmentation")
    expect(page.locator(".stage .marks rect")).to_be_visible()


def test_facets_combine_and_keep_the_query(open_page: OpenPage) -> None:
    page = open_page("/search/?q=2024")
    expect(page.locator(".hit")).to_have_count(2)
    facets = page.get_by_label("Narrow down")
    facets.get_by_role("link", name=re.compile("^Cat ?1")).click()
    expect(page.locator(".hit")).to_have_count(1)
    expect(page.get_by_role("combobox")).to_have_value("2024")
    page.get_by_label("Narrow down").locator("[aria-current]").click()
    expect(page.locator(".hit")).to_have_count(2)


def test_nothing_found_helps_on(open_page: OpenPage) -> None:
    page = open_page("/search/?q=zebra")
    expect(page.get_by_text("Nothing of your 2 items fits")).to_be_visible()
    expect(page.get_by_role("link", name="Zebra", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="label:dog>90")).to_be_visible()


def test_without_scripts_the_box_searches(open_page: OpenPage) -> None:
    page = open_page("/", scripts=False)
    page.get_by_label("Search photos, videos and documents").fill("cat")
    page.keyboard.press("Enter")
    expect(page.locator(".hit")).to_have_count(1)
    expect(page.locator(".hit")).to_contain_text("chelsea.png")


def test_what_narrows_is_taken_back_by_its_chip(open_page: OpenPage) -> None:
    page = open_page("/search/?q=2024&kind=video&label=Cat", screen="phone")
    expect(page.locator(".hit")).to_have_count(0)
    chips = page.get_by_label("Narrowed to")
    chips.get_by_role("link", name=re.compile("Kind video")).click()
    expect(page.locator(".hit")).to_have_count(1)
    chips.get_by_role("link", name=re.compile("Label Cat")).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".hit")).to_have_count(2)
    expect(page.get_by_role("combobox")).to_have_value("2024")
