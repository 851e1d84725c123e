"""Uploading by the tray: dropped, chosen, pasted, refused, retried."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from gallery.models import MediaItem
from tests.factories import picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OpenPage = Callable[..., Page]
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'
# Runs in the page as a person's drop would: real files in a real DataTransfer.
_DROP = """files => {
  const transfer = new DataTransfer();
  for (const [name, content] of files) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.querySelector("main").dispatchEvent(
      new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }
}"""


def drop(page: Page, **files: bytes) -> None:
    """Drop files on the page, wherever it is."""
    sent = [[name, base64.b64encode(content).decode()] for name, content in files.items()]
    page.evaluate(_DROP, sent)


def states(page: Page) -> dict[str, str]:
    rows = page.locator(".transfer").all()
    return {r.locator(".name").inner_text(): r.locator(".state").inner_text() for r in rows}


def done(page: Page, summary: str) -> None:
    expect(page.locator(".tray h2")).to_have_text(summary)


def test_dropped_files_are_sent_and_each_is_told_about(open_page: OpenPage, alice: User) -> None:
    page = open_page("/categories/")
    one = picture_bytes(1)
    drop(page, **{"one.jpg": one, "again.jpg": one, "page.html": b"<html>", "empty.jpg": b""})
    done(page, "1 added, 1 already here, 2 failed")
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()
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
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()
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

    page.route("**/api/v1/media/", cut_once)
    drop(page, **{"one.jpg": picture_bytes(1)})
    done(page, "1 added")
    assert states(page) == {"one.jpg": "added"}
    assert len(tries) == 2


@pytest.mark.parametrize("status", [500, 507])
def test_what_failed_by_the_servers_fault_can_be_tried_again(
    open_page: OpenPage, alice: User, status: int
) -> None:
    page = open_page("/")
    page.route("**/api/v1/media/", lambda route: route.fulfill(status=status), times=2)
    drop(page, **{"one.jpg": picture_bytes(1), "two.jpg": picture_bytes(2)})
    done(page, "2 failed")
    drop(page, **{"page.html": b"<html>"})
    done(page, "3 failed")
    page.get_by_role("button", name="Try again").click()
    done(page, "2 added, 1 failed")
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()
    assert MediaItem.objects.filter(owner=alice).count() == 2


def test_without_scripts_a_plain_form_sends(
    open_page: OpenPage, alice: User, tmp_path: Path
) -> None:
    (tmp_path / "one.jpg").write_bytes(picture_bytes(1))
    page = open_page("/uploads/", scripts=False)
    page.locator("input[name=file]").set_input_files(tmp_path / "one.jpg")
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator(".message")).to_have_text("one.jpg: added.")
