"""Text as files: plain, as a table of lines, and as Markdown."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gallery.models import TextPage

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~=$:])")
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_COLUMNS = ("page", "line", "text", "confidence", "left", "top", "width", "height")


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text is written to a file."""

    ending: str
    content_type: str
    write: Callable[[Iterable[TextPage]], Iterator[str]]


def _plain(pages: Iterable[TextPage]) -> Iterator[str]:
    for index, page in enumerate(pages):
        yield ("\f" if index else "") + page.text + "\n"


def _markdown(pages: Iterable[TextPage]) -> Iterator[str]:
    for page in pages:
        yield f"## Page {page.number}\n\n"
        yield from (f"{escaped(line['text'])}  \n" for line in page.lines)
        yield "\n"


def escaped(text: str) -> str:
    """What was read must not become markup, nor HTML in viewers that allow it."""
    return _MARKDOWN.sub(r"\\\1", text).translate(_HTML)


def _table(pages: Iterable[TextPage]) -> Iterator[str]:
    yield _row(_COLUMNS)
    for page in pages:
        for number, line in enumerate(page.lines, start=1):
            cells = [page.number, number, harmless(line["text"]), line["confidence"]]
            yield _row([*cells, *line["box"]])


def _row(cells: Iterable[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def harmless(text: str) -> str:
    """Spreadsheets run a cell that starts like a formula; an apostrophe makes it text."""
    return f"'{text}" if text.startswith(_FORMULA) else text


TEXT_FORMS = {
    "txt": TextForm("txt", "text/plain", _plain),
    "csv": TextForm("csv", "text/csv", _table),
    "md": TextForm("md", "text/markdown", _markdown),
}
