"""The forms of the item page, which change their part of it in place."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.models import User
from gallery.models import LabelState, MediaLabel
from tests.pages.shelf import CAT, file_picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OpenPage = Callable[..., Page]


def test_a_label_is_judged_in_place_and_the_slider_stays(open_page: OpenPage, alice: User) -> None:
    item = file_picture(alice, CAT)
    page = open_page(f"/media/{item.pk}/")
    page.get_by_label("Show from confidence").fill("40")
    page.get_by_role("button", name="Grass is wrong").click()
    expect(page.locator(".chip-item:visible")).to_have_count(4)
    expect(page.get_by_label("Show from confidence")).to_have_value("40")
    assert MediaLabel.objects.get(item=item, label__name="Grass").state == LabelState.REJECTED
    page.get_by_label("A label of your own").fill("Chelsea")
    page.keyboard.press("Enter")
    expect(page.locator(".chip-item", has_text="Chelsea")).to_be_visible()


def test_favorite_and_description_are_kept(open_page: OpenPage, alice: User) -> None:
    item = file_picture(alice, CAT)
    page = open_page(f"/media/{item.pk}/")
    page.get_by_role("button", name="Favorite").click()
    expect(page.get_by_role("button", name="Favorite")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Description").fill("<b>Our cat</b>")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_have_text("The description is saved.")
    page.reload()
    expect(page.get_by_label("Description")).to_have_value("<b>Our cat</b>")
    expect(page.get_by_role("button", name="Favorite")).to_have_attribute("aria-pressed", "true")


def test_forms_swap_fields_that_carry_styles(
    open_page: OpenPage, alice: User, violations: list[str]
) -> None:
    # A resized text area, password managers and automation leave style attributes behind.
    page = open_page(f"/media/{file_picture(alice, CAT).pk}/")
    leave_styles = """() => document.querySelectorAll(".panel [id]").forEach((part) => {
        part.style.setProperty("caret-color", "red");
        part.style.removeProperty("caret-color");
    })"""
    page.evaluate(leave_styles)
    page.get_by_role("button", name="Cat is right").click()
    expect(page.get_by_role("button", name="Cat is right")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.evaluate(leave_styles)
    page.get_by_label("A label of your own").fill("Chelsea")
    page.get_by_role("button", name="Add the label").click()
    expect(page.locator(".chip-item", has_text="Chelsea")).to_be_visible()
    page.get_by_label("Description").fill("Our cat")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_have_text("The description is saved.")
    # Settling ends a moment after the swap; a violation would come with it.
    page.wait_for_timeout(200)
    assert violations == []


def test_what_the_server_says_to_a_form_is_told(open_page: OpenPage, alice: User) -> None:
    page = open_page(f"/media/{file_picture(alice, CAT).pk}/")
    page.get_by_label("A label of your own").fill("   ")
    page.keyboard.press("Enter")
    expect(page.locator(".toast.bad")).to_contain_text("A label needs a name")
    expect(page.locator("#labels")).to_be_visible()


def test_a_form_after_the_session_ended_leads_to_the_log_in(
    open_page: OpenPage, alice: User
) -> None:
    page = open_page(f"/media/{file_picture(alice, CAT).pk}/")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Favorite").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
