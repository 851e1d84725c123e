"""The upload tray, as the browser's tests see it: dropping files, and how each fares."""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.core.files.storage import default_storage
from playwright.sync_api import Error, Locator, Page, Route, expect

from accounts.models import User
from gallery.models import MediaItem
from tests.factories import picture_bytes

MIB = 1 << 20
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


def row(page: Page, name: str) -> Locator:
    return page.locator(".transfer").filter(has_text=name)


def large_file(path: Path, size: int) -> bytes:
    """Write a file that looks like a JPEG at its beginning; returns its bytes."""
    head = picture_bytes(size)
    content = head + random.Random(size).randbytes(size - len(head))  # noqa: S311 - no secret
    path.write_bytes(content)
    return content


def slowed_parts(page: Page, *, seconds: float, cut: tuple[int, ...] = ()) -> list[str]:
    """Let each part take its time, and cut the connection of some, by their order."""
    sent: list[str] = []

    def slow(route: Route) -> None:
        if route.request.method != "PUT":
            route.continue_()
            return
        sent.append(route.request.url)
        time.sleep(seconds)
        # A page that was left does not wait for an answer.
        with suppress(Error):
            if len(sent) in cut:
                route.abort("connectionreset")
            else:
                route.continue_()

    page.route("**/api/v1/uploads/parts/**", slow)
    return sent


def wait_for(page: Page, condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("not within 20 seconds")


def stored_bytes(owner: User) -> bytes:
    with default_storage.open(MediaItem.objects.get(owner=owner).original_key) as file:
        return bytes(file.read())


def done(page: Page, summary: str) -> None:
    expect(page.locator(".tray h2")).to_have_text(summary, timeout=30_000)
