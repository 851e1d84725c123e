"""A real browser against a live server. No test passes over a broken security policy."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from accounts.models import User
from workers.verifying import verify_arrived

# Playwright's own event loop runs in the tests' thread; Django must not take it for its.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = Path(os.environ.get("PIXTRACT_CHROMIUM", "/usr/bin/chromium"))
AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
BUNDLE = Path(settings.BASE_DIR) / "assets" / "dist" / "app.js"
SCREENS = {
    "desktop": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
    "small": {"width": 360, "height": 640},
}


@pytest.fixture(scope="session", autouse=True)
def _browser_is_there() -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    if not BUNDLE.exists():
        pytest.skip("the front end is not built: npm ci && npm run build")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": str(CHROMIUM),
        "args": ["--no-sandbox"],
    }


@pytest.fixture
def violations() -> Iterator[list[str]]:
    """What the browser refused or could not run; must be empty at the end of every test."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def open_page(
    browser: Browser, live_server: Any, violations: list[str], alice: User
) -> Iterator[Callable[..., Page]]:
    """Open pages as Alice: ``open_page("/", theme="dark", screen="phone", scripts=False)``."""
    contexts: list[BrowserContext] = []

    def opened(
        path: str = "/", *, theme: str = "light", screen: str = "desktop", scripts: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=SCREENS[screen],  # type: ignore[arg-type]
            color_scheme=theme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            has_touch=screen != "desktop",
            reduced_motion="reduce",
        )
        contexts.append(context)
        log_in(context, alice, live_server.url)
        page = context.new_page()
        page.on("console", lambda message: _note(message, violations))
        page.on("pageerror", lambda error: violations.append(str(error)))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def checked_as_by_a_worker(transactional_db: None) -> Iterator[None]:
    """Files that arrived are checked meanwhile."""
    stop = threading.Event()

    def check() -> None:
        while not stop.wait(0.1):
            verify_arrived(seconds=5)
        connection.close()

    worker = threading.Thread(target=check)
    worker.start()
    yield
    stop.set()
    worker.join()


def log_in(context: BrowserContext, user: User, url: str) -> None:
    """Give the browser a session of the user's."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])


def _note(message: ConsoleMessage, violations: list[str]) -> None:
    if "Content Security Policy" in message.text or "Permissions" in message.text:
        violations.append(message.text)
