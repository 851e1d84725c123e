"""Recent searches in the empty box: offered, chosen, removed and cleared, by keys and by mouse."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from search.addresses import SearchAddress
from search.models import RecentSearch
from search.recents import remember
from search.saved import save_search
from tests.e2e.test_accessibility import rules_broken_here
from tests.ops.stack import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OpenPage = Callable[..., Page]


def shown(*texts: str) -> list[re.Pattern[str]]:
    return [re.compile(text) for text in texts]


def test_what_was_searched_is_offered_and_goes_again(
    open_page: OpenPage, alice: User, bob: User
) -> None:
    remember(bob, "secret")
    page = open_page("/")
    box, options = page.get_by_role("combobox"), page.get_by_role("option")
    for text in ("two cats", "one dog"):
        box.fill(text)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/search/"))
        noted = RecentSearch.objects.filter(owner=alice, text=text)
        wait_until(noted.exists, 10, f"{text} to be noted")
        page.goto("/")
    box.click()
    expect(options).to_have_text(shown("one dog", "two cats", "Clear"))
    assert rules_broken_here(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    expect(options).to_have_text(shown("two cats", "Clear"))
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=two(\+|%20)cats"))


def test_a_mouse_removes_and_clears(open_page: OpenPage, alice: User) -> None:
    for text in ("cat", "dog", "owl"):
        remember(alice, text)
    save_search(alice, "Horses", SearchAddress("horse", None, "relevance", ()))
    page = open_page("/")
    options = page.get_by_role("option")
    page.get_by_role("combobox").click()
    options.filter(has_text="dog").locator(".remove").click()
    expect(options).to_have_text(shown("owl", "cat", "Horses", "Clear"))
    options.filter(has_text="Clear").click()
    expect(options).to_have_text(shown("Horses"))
    expect(page).to_have_url(re.compile("/$"))
    assert not RecentSearch.objects.exists()
