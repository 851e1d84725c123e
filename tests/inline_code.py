"""Looks for what a strict content policy would block in a page."""

from __future__ import annotations

from html.parser import HTMLParser


class InlineCode(HTMLParser):
    """Finds what the strict policy would block."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        is_data = "json" in (names.get("type") or "")
        runs = tag == "style" or (tag == "script" and "src" not in names and not is_data)
        if runs or any(name == "style" or name.startswith("on") for name in names):
            self.found.append(str(self.get_starttag_text()))
