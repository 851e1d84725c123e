"""What the security policy forbids must not come back into the templates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "templates"
FORBIDDEN = {
    "a style attribute": r"\sstyle=",
    "an inline style": r"<style",
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "an event attribute": r"\son[a-z]+=",
    "code for htmx to evaluate": r"hx-on|hx-trigger=\"[^\"]*\[|hx-vals=.?js:",
    "escaping switched off": r"\{%\s*autoescape off|mark_safe",
}


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.html")), ids=lambda path: path.name)
def test_nothing_forbidden_is_in(path: Path) -> None:
    markup = path.read_text(encoding="utf-8")
    found = [name for name, pattern in FORBIDDEN.items() if re.search(pattern, markup)]
    assert found == []


def test_nothing_of_foreign_origin_skips_escaping() -> None:
    # The help of a form's field is ours, and holds a list.
    users = [path.name for path in FOLDER.rglob("*.html") if "|safe" in path.read_text("utf-8")]
    assert users == ["field.html"]
