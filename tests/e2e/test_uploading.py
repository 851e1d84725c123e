"""Uploading by the tray: dropped, chosen, pasted, refused, retried."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from gallery.models import MediaItem, Upload
from tests.e2e.tray import (
    MIB,
    done,
    drop,
    large_file,
    row,
    slowed_parts,
    states,
    stored_bytes,
    wait_for,
)
from tests.factories import picture_bytes

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("checked_as_by_a_worker"),
]
OpenPage = Callable[..., Page]
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'


def test_dropped_files_are_sent_and_each_is_told_about(open_page: OpenPage, alice: User) -> None:
    page = open_page("/categories/")
    one = picture_bytes(1)
    drop(page, **{"one.jpg": one, "again.jpg": one, "page.html": b"<html>", "empty.jpg": b""})
    done(page, "1 added, 1 already here, 2 failed")
    expect(page.get_by_role("button", name="Try again", exact=True)).to_be_hidden()
    found = states(page)
    assert found["page.html"] == found["empty.jpg"] == "failed"
    assert sorted([found["one.jpg"], found["again.jpg"]]) == ["added", "already here"]
    expect(page.locator(".tray")).to_contain_text("This is not a photo, video or document")
    assert MediaItem.objects.filter(owner=alice).count() == 1


def test_what_was_uploaded_appears_among_the_photos(open_page: OpenPage, alice: User) -> None:
    page = open_page("/")
    expect(page.get_by_text("Drop your first pictures here")).to_be_visible()
    drop(page, **{f"{n}.jpg": picture_bytes(n) for n in range(8)})
    done(page, "8 added")
    expect(page.locator(".tile")).to_have_count(8)
    expect(page.get_by_text("Drop your first pictures here")).to_have_count(0)
    expect(page.locator(".month")).to_have_count(1)


def test_chosen_files_bring_their_sidecars(
    open_page: OpenPage, alice: User, tmp_path: Path
) -> None:
    for name, content in {"a.jpg": picture_bytes(3), "a.jpg.xmp": XMP, "b.xmp": XMP}.items():
        (tmp_path / name).write_bytes(content)
    page = open_page("/uploads/")
    page.locator("input[name=file]").set_input_files(sorted(tmp_path.iterdir()))
    done(page, "1 added, 1 failed")
    expect(page.get_by_role("button", name="Try again", exact=True)).to_be_hidden()
    assert states(page) == {"a.jpg": "added", "b.xmp": "failed"}
    assert MediaItem.objects.get(owner=alice).sidecar_key


def test_a_broken_connection_is_tried_again(open_page: OpenPage, alice: User) -> None:
    page = open_page("/")
    tries: list[str] = []

    def cut_once(route: Route) -> None:
        tries.append(route.request.method)
        if len(tries) == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/api/v1/uploads/finish/", cut_once)
    drop(page, **{"one.jpg": picture_bytes(1)})
    done(page, "1 added")
    assert states(page) == {"one.jpg": "added"}
    assert len(tries) == 2


@pytest.mark.parametrize("status", [500, 507])
def test_what_failed_by_the_servers_fault_can_be_tried_again(
    open_page: OpenPage, alice: User, status: int
) -> None:
    page = open_page("/")
    page.route("**/api/v1/uploads/", lambda route: route.fulfill(status=status), times=2)
    drop(page, **{"one.jpg": picture_bytes(1), "two.jpg": picture_bytes(2)})
    done(page, "2 failed")
    drop(page, **{"page.html": b"<html>"})
    done(page, "3 failed")
    page.get_by_role("button", name="Retry: one.jpg").click()
    done(page, "1 added, 2 failed")
    page.get_by_role("button", name="Try again", exact=True).click()
    done(page, "2 added, 1 failed")
    expect(page.get_by_role("button", name="Try again", exact=True)).to_be_hidden()
    assert MediaItem.objects.filter(owner=alice).count() == 2


def test_a_large_file_goes_in_parts_is_held_and_goes_on(
    open_page: OpenPage, alice: User, tmp_path: Path
) -> None:
    content = large_file(tmp_path / "film.jpg", 40 * MIB)
    page = open_page("/uploads/")
    sent = slowed_parts(page, seconds=0.4)
    page.locator("input[name=file]").set_input_files(tmp_path / "film.jpg")
    expect(row(page, "film.jpg")).to_have_attribute("data-state", "sending")
    page.get_by_role("button", name="Pause: film.jpg").click()
    expect(row(page, "film.jpg").locator(".state")).to_contain_text("paused at")
    page.wait_for_timeout(1000)
    held = len(sent)
    page.wait_for_timeout(1200)
    assert len(sent) == held
    page.get_by_role("button", name="Resume: film.jpg").click()
    done(page, "1 added")
    assert stored_bytes(alice) == content


def test_a_cancelled_upload_is_forgotten(open_page: OpenPage, alice: User, tmp_path: Path) -> None:
    large_file(tmp_path / "film.jpg", 40 * MIB)
    page = open_page("/uploads/")
    sent = slowed_parts(page, seconds=0.3)
    page.locator("input[name=file]").set_input_files(tmp_path / "film.jpg")
    wait_for(page, lambda: len(sent) >= 2)
    page.get_by_role("button", name="Cancel: film.jpg").click()
    done(page, "1 cancelled")
    wait_for(page, lambda: not Upload.objects.exists())


def test_without_scripts_a_plain_form_sends(
    open_page: OpenPage, alice: User, tmp_path: Path
) -> None:
    (tmp_path / "one.jpg").write_bytes(picture_bytes(1))
    page = open_page("/uploads/", scripts=False)
    page.locator("input[name=file]").set_input_files(tmp_path / "one.jpg")
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator(".message")).to_have_text("one.jpg: added.")
