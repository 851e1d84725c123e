"""Albums in a real browser: put in order by mouse and keys, with scripts and without."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from gallery.models import Album
from gallery.services.albums import add_to_album, change_album, create_album
from search.outbox import drain_once
from tests.e2e.test_accessibility import rules_broken_here
from tests.factories import MediaItemFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLAIN = {"width": 1024, "height": 700}
OpenPage = Callable[..., Page]


@pytest.fixture
def album(alice: User) -> Album:
    """One to five, in an order of their own."""
    made = create_album(alice, "Rome")
    items = [
        MediaItemFactory(
            owner=alice,
            file_name=f"{number}.jpg",
            width=400,
            height=300,
            taken_local=datetime(2024, 5, number, tzinfo=UTC),
        )
        for number in range(1, 6)
    ]
    add_to_album(made, [item.pk for item in items])
    change_album(made, {"ordering": "manual"})
    while drain_once():
        pass
    return made


def stored(album: Album) -> str:
    rows = album.places.order_by("position").values_list("item__file_name", flat=True)
    return "".join(name[0] for name in rows)


def shown(page: Page) -> str:
    page.wait_for_load_state()
    names = page.locator(".tile .pick").evaluate_all("all => all.map(one => one.ariaLabel)")
    return "".join(name.removeprefix("Select ")[0] for name in names)


def test_a_tile_is_dragged_to_its_place(open_page: OpenPage, album: Album) -> None:
    page = open_page(f"/albums/{album.pk}/")
    tiles = page.locator(".tile")
    with page.expect_response("**/items/order/"):
        tiles.nth(4).drag_to(tiles.nth(1), target_position={"x": 5, "y": 40})
    expect(page.locator("#announcer")).to_have_text("Moved to place 2.")
    assert shown(page) == stored(album) == "15234"
    with page.expect_response("**/items/order/"):
        tiles.nth(0).drag_to(tiles.nth(4), target_position={"x": 150, "y": 40})
    expect(page.locator("#announcer")).to_have_text("Moved to place 5.")
    assert shown(page) == stored(album) == "52341"


def test_what_is_ticked_is_dragged_together(open_page: OpenPage, album: Album) -> None:
    page = open_page(f"/albums/{album.pk}/")
    tiles = page.locator(".tile")
    for number in (2, 4):
        tiles.nth(number).locator(".pick").check()
    with page.expect_response("**/items/order/"):
        tiles.nth(4).drag_to(tiles.nth(0), target_position={"x": 5, "y": 40})
    expect(page.locator("#announcer")).to_have_text("2 items moved to place 1.")
    assert shown(page) == stored(album) == "35124"


def test_keys_alone_put_an_album_in_order(open_page: OpenPage, album: Album) -> None:
    page = open_page(f"/albums/{album.pk}/")
    page.locator(".tile").nth(2).locator("a").focus()
    page.keyboard.press("x")
    expect(page.locator("[data-count]")).to_have_text("1 selected")
    orders = (
        ("Earlier", "13245"),
        ("Earlier", "31245"),
        ("To the end", "12453"),
        ("Later", "12453"),
    )
    for name, expected in orders:
        button = page.get_by_role("button", name=name, exact=True)
        button.focus()
        with page.expect_response("**/items/order/"):
            page.keyboard.press("Enter")
        expect(button).to_be_focused()
        expect(page.locator("#announcer")).to_contain_text("Moved to place")
        assert shown(page) == stored(album) == expected


def test_the_order_is_made_without_scripts(open_page: OpenPage, album: Album) -> None:
    page = open_page(f"/albums/{album.pk}/", scripts=False)
    page.get_by_label("Select 4.jpg").check()
    for expected in ("12435", "14235"):
        with page.expect_navigation():
            page.get_by_role("button", name="Earlier").click()
        assert stored(album) == expected
        expect(page.get_by_label("Select 4.jpg")).to_be_checked()
    page.get_by_role("button", name="Use as cover").click()
    expect(page.get_by_text("This is the cover now.")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_choosing_an_album_and_the_bar_break_no_rule(
    open_page: OpenPage, album: Album, theme: str, screen: str
) -> None:
    page = open_page(f"/albums/{album.pk}/", theme=theme, screen=screen)
    page.get_by_text("Change", exact=True).click()
    assert rules_broken_here(page) == []
    page.reload()
    page.set_viewport_size({"width": 360, "height": 700} if screen == "phone" else PLAIN)
    page.get_by_label("Select 2.jpg").check()
    assert rules_broken_here(page) == []
    for bar_button in page.locator(".bulk button").all():
        expect(bar_button).to_be_in_viewport(ratio=1)
    page.goto("/")
    page.get_by_label("Select 2.jpg").check()
    page.get_by_role("button", name="Add to album").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add 1 item to an album")
    assert rules_broken_here(page) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_pictures_go_from_the_grid_into_a_new_album(
    open_page: OpenPage, album: Album, scripts: bool
) -> None:
    page = open_page("/", scripts=scripts)
    for name in ("2.jpg", "5.jpg"):
        page.get_by_label(f"Select {name}").check()
    page.get_by_role("button", name="Add to album").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add 2 items to an album")
    page.get_by_label("New album").fill("Best of")
    page.get_by_label("New album").press("Enter")
    expect(page.get_by_text("2 items added to “Best of”.")).to_be_visible()
    page.get_by_role("link", name="Albums").click()
    with page.expect_navigation():
        page.get_by_role("link", name="Best of 2 items").click()
    assert shown(page) == "52"


def test_an_item_is_taken_out_of_an_album_where_it_is_seen(
    open_page: OpenPage, album: Album
) -> None:
    page = open_page(f"/albums/{album.pk}/")
    # Keys are heard once the page's script has run, which its load waits for.
    with page.expect_navigation():
        page.locator(".tile a").nth(1).click()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_title("3.jpg · Pixtract")
    page.get_by_role("button", name="Take out of Rome").click()
    expect(page.locator("#albums .chip")).to_have_count(0)
    expect(page.locator("#announcer")).to_have_text("1 item taken out of “Rome”.")
    assert stored(album) == "1245"


def test_all_that_a_search_finds_is_kept(open_page: OpenPage, alice: User, album: Album) -> None:
    page = open_page("/search/?q=rome")
    expect(page.locator(".hit").first).to_contain_text("in album")
    page.get_by_text("Add all to an album").click()
    page.get_by_label("Album, new or known").fill("Roman holiday")
    page.get_by_role("button", name="Add 5 items").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Roman holiday")
    assert shown(page) == "54321"
