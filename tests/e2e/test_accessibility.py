"""axe on every page, light and dark, on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from gallery.models import JobState, MediaItem, Step
from gallery.services.albums import add_to_album, change_album, create_album
from gallery.services.deletion import trash_items
from gallery.services.drops import note_left
from gallery.services.editing import set_flag
from gallery.services.extracting import record_fields
from gallery.services.labeling import add_label, correct_label
from gallery.services.webhooks import register_webhook, send_test
from gallery.types import Box, Cell, Field, Table
from search.models import SavedSearch
from search.outbox import drain_once
from tests.e2e.conftest import AXE
from tests.factories import JobFactory, MediaItemFactory
from tests.pages.shelf import file_all
from workers.models import ProviderState, Spend, SpendState
from workers.spending.caps import this_month

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

_RULES = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']"
_RUN = f"axe.run(document, {{runOnly: {_RULES}}})"
LISTS = (
    "/",
    "/documents/",
    "/favorites/",
    "/archive/",
    "/trash/",
    "/categories/",
    "/categories/vehicles/",
    "/uploads/",
    "/activity/",
)
SEARCHES = (
    "/search/?q=animal",
    "/search/?q=segmentation",
    "/search/?q=zebra",
    "/search/?q=total:>5",
    "/search/?q=a+red+cat&label=Cat&kind=photo&min_confidence=10",
    "/search/?q=cat&kind=video&year=1999",
    "/search/help/",
    "/albums/",
    "/search/why-not/?q=zebra",
    "/search/why-not/?q=zebra&name=nowhere",
)
ACCOUNTS = (
    "/accounts/profile/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/webhooks/",
    "/spend/",
    "/no-such/",
)
ENTRANCES = ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/")


@pytest.fixture
def item_pages(alice: User) -> list[str]:
    """A library with everything in it that pages can show; the addresses of its items."""
    items = file_all(alice)
    cat, *_, document, video = items
    set_flag(alice, [cat.pk, items[3].pk], "favorite", value=True)
    set_flag(alice, [items[4].pk], "archived", value=True)
    trash_items(alice, [items[5].pk])
    add_label(cat, "Chelsea")
    correct_label(cat.labels.get(label__name="Whiskers"), "rejected")
    coming = MediaItemFactory(owner=alice, file_name="coming.jpg")
    JobFactory(item=coming, step=Step.RENDER, state=JobState.WAITING)
    JobFactory(item=coming, step=Step.INSPECT, state=JobState.FAILED, error_message="Too short.")
    webhook = register_webhook(alice, "https://hooks.example.org/" + "long/" * 40)
    send_test(webhook)
    note_left("bucket", "drop/alice/" + "long" * 60, "mark", alice, "The file is empty.")
    album = create_album(alice, "Rome, May 2024", "Two weeks " * 40)
    add_to_album(album, [item.pk for item in items])
    change_album(album, {"ordering": "manual"})
    find_fields(document)
    spend(alice)
    for name, text in (("Cats", "cat"), ("Long " * 19, "nothing fits this")):
        SavedSearch.objects.create(owner=alice, name=name, text=text)
    while drain_once():
        pass
    shown = (cat, document, video, coming, items[5])
    items_shown = [f"/media/{item.pk}/?q=segmentation" for item in shown]
    reasons = [f"/search/why-not/{item.pk}/?q=cat -animal zebra" for item in (cat, coming)]
    albums = [
        f"/albums/{album.pk}/",
        f"/albums/{album.pk}/delete/",
        f"/media/{cat.pk}/?album={album.pk}",
    ]
    return [*items_shown, *reasons, *albums, f"/webhooks/{webhook.pk}/"]


def find_fields(document: MediaItem) -> None:
    """File fields and a table, as if they stood on the document."""
    box = Box(0.1, 0.1, 0.2, 0.1)
    fields = [
        Field("Total", "$12.50", 60.0, 2, "total", "12.50", box, box),
        Field("Payment terms", "15 days", 95.0, 2, value_box=box),
    ]
    cells = [Cell(1, 1, "Item", 99.0, box, column_span=2, header=True)]
    cells += [Cell(2, 1, "Bolt", 99.0, box), Cell(2, 2, "", 99.0, box)]
    record_fields(document, fields, [Table(2, box, tuple(cells), "Parts")])


def spend(user: User) -> None:
    """Let something have been paid for, and the provider be paused."""
    for state in (SpendState.PAID, SpendState.UNCERTAIN):
        Spend.objects.create(
            owner=user,
            question=state,
            provider="textract",
            operation="AnalyzeDocument",
            units=3,
            microdollars=195_000,
            state=state,
            month=this_month(),
        )
    ProviderState.objects.create(
        provider="textract", paused_at=timezone.now(), code="denied", message="The key is refused."
    )


@pytest.mark.parametrize("screen", ["desktop", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_breaks_a_rule(
    open_page: Callable[..., Page], item_pages: list[str], theme: str, screen: str
) -> None:
    page = open_page("/", theme=theme, screen=screen)
    addresses = (*LISTS, *SEARCHES, *ACCOUNTS, *item_pages)
    problems = {path: broken for path in addresses if (broken := rules_broken(page, path))}
    page.context.clear_cookies()
    problems |= {path: broken for path in ENTRANCES if (broken := rules_broken(page, path))}
    assert problems == {}


def rules_broken(page: Page, path: str) -> list[str]:
    """Return the axe rules that the page at ``path`` breaks, each with where."""
    page.goto(path)
    return rules_broken_here(page)


def rules_broken_here(page: Page) -> list[str]:
    """Return the axe rules that the page as it stands breaks, each with where."""
    page.wait_for_load_state()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(_RUN)["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]


def test_open_menus_break_no_rule(open_page: Callable[..., Page], item_pages: list[str]) -> None:
    page = open_page("/", screen="phone")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.get_by_label("Account of alice").click()
    page.get_by_role("link", name="Profile").wait_for()
    assert page.evaluate(_RUN)["violations"] == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Trash").wait_for()
    page.locator(".pick").first.check()
    assert page.evaluate(_RUN)["violations"] == []
