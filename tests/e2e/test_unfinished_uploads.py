"""Uploads that are interrupted, and gone on with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from gallery.models import Upload
from gallery.services.deletion import trash_items
from tests.e2e.tray import MIB, done, drop, large_file, row, slowed_parts, stored_bytes, wait_for
from tests.factories import picture_bytes, stored_item

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("checked_as_by_a_worker"),
]
OpenPage = Callable[..., Page]


def test_an_upload_survives_a_cut_being_offline_and_a_reload(
    open_page: OpenPage, alice: User, tmp_path: Path
) -> None:
    content = large_file(tmp_path / "film.jpg", 40 * MIB)
    page = open_page("/uploads/")
    sent = slowed_parts(page, seconds=0.3, cut=(2,))
    page.locator("input[name=file]").set_input_files(tmp_path / "film.jpg")
    wait_for(page, lambda: len(sent) >= 3)
    page.context.set_offline(True)
    page.wait_for_timeout(1000)
    page.context.set_offline(False)
    wait_for(page, lambda: Upload.objects.get().touched_at is not None)
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(row(page, "film.jpg").locator(".state")).to_contain_text("stopped at")
    expect(row(page, "film.jpg").locator(".state")).not_to_have_text("stopped at 0 %")
    before = len(sent)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose file: film.jpg").click()
    chooser.value.set_files(tmp_path / "film.jpg")
    done(page, "1 added")
    assert 0 < len(sent) - before < 5
    assert stored_bytes(alice) == content


def test_an_unfinished_upload_can_be_discarded(
    open_page: OpenPage, alice: User, tmp_path: Path
) -> None:
    large_file(tmp_path / "film.jpg", 40 * MIB)
    page = open_page("/uploads/")
    sent = slowed_parts(page, seconds=0.3)
    page.locator("input[name=file]").set_input_files(tmp_path / "film.jpg")
    wait_for(page, lambda: len(sent) >= 2)
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto("/")
    page.get_by_role("button", name="Discard: film.jpg").click()
    expect(page.locator(".tray")).to_have_count(0)
    wait_for(page, lambda: not Upload.objects.exists())


def test_an_unfinished_upload_can_wait(open_page: OpenPage, alice: User, tmp_path: Path) -> None:
    large_file(tmp_path / "film.jpg", 40 * MIB)
    page = open_page("/uploads/")
    sent = slowed_parts(page, seconds=0.3)
    page.locator("input[name=file]").set_input_files(tmp_path / "film.jpg")
    wait_for(page, lambda: len(sent) >= 2)
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto("/")
    page.get_by_role("button", name="Later").click()
    expect(page.locator(".tray")).to_have_count(0)
    page.goto("/uploads/")
    expect(row(page, "film.jpg").locator(".state")).to_contain_text("stopped at")


@pytest.mark.parametrize("size", [MIB, 40 * MIB])
def test_another_file_is_not_taken_for_the_unfinished_one(
    open_page: OpenPage, alice: User, tmp_path: Path, size: int
) -> None:
    content = large_file(tmp_path / "film.jpg", 40 * MIB)
    (tmp_path / "other.jpg").write_bytes(content[: size - 1] + bytes([content[size - 1] ^ 1]))
    page = open_page("/uploads/")
    sent = slowed_parts(page, seconds=0.3)
    page.locator("input[name=file]").set_input_files(tmp_path / "film.jpg")
    wait_for(page, lambda: len(sent) >= 2)
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto("/")
    for name in ("other.jpg", "film.jpg"):
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Choose file: film.jpg").click()
        chooser.value.set_files(tmp_path / name)
        if name == "other.jpg":
            why = row(page, "other.jpg").locator(".reason-why")
            expect(why).to_have_text("That is another file than film.jpg.")
    done(page, "1 added, 1 failed")
    assert stored_bytes(alice) == content


def test_a_failed_connection_is_not_spoken_of_once_it_goes_on(
    open_page: OpenPage, alice: User, tmp_path: Path
) -> None:
    large_file(tmp_path / "film.jpg", 40 * MIB)
    page = open_page("/uploads/")
    slowed_parts(page, seconds=2)
    page.route("**/api/v1/uploads/", lambda route: route.abort("connectionreset"), times=1)
    page.locator("input[name=file]").set_input_files(tmp_path / "film.jpg")
    why = row(page, "film.jpg").locator(".reason-why")
    expect(why).to_have_text("The connection failed.")
    expect(row(page, "film.jpg")).to_have_attribute("data-state", "sending")
    expect(why).to_be_hidden()
    expect(row(page, "film.jpg")).to_have_attribute("data-state", "sending")
    done(page, "1 added")


def test_what_comes_out_of_the_trash_is_said(open_page: OpenPage, alice: User) -> None:
    item = stored_item(alice, picture_bytes(1))
    trash_items(alice, [item.pk])
    page = open_page("/")
    drop(page, **{"one.jpg": picture_bytes(1)})
    done(page, "1 already here")
    expect(row(page, "one.jpg")).to_contain_text("taken out of it")
    item.refresh_from_db()
    assert item.trashed_at is None
