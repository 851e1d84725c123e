"""Make text out of foreign files fit to store and show; nothing here raises on odd input."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

SHORT_TEXT, LONG_TEXT = 500, 2_000
_MAX_KEYWORDS, _MAX_KEYWORD = 100, 100
_RAW_TEXT = 20_000
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_SPACES = re.compile(r"[ \t]+")
# What cameras write into the description when nobody described anything.
_CAMERA_FILLERS = {
    "olympus digital camera",
    "minolta digital camera",
    "sony dsc",
    "samsung digital camera",
    "kodak digital still camera",
    "dcim",
    "dsc",
    "default",
    "untitled",
    "exif_jpeg_picture",
    "ascii",
    "charset=ascii",
    "screenshot",
}


def clean_text(value: Any, limit: int = SHORT_TEXT) -> str:
    """Return ``value`` as text: decoded, without control characters, at most ``limit`` long."""
    if isinstance(value, bytes):
        value = decode_bytes(value[:_RAW_TEXT])
    if not isinstance(value, str):
        return ""
    text = unicodedata.normalize("NFC", repair_mojibake(value[:_RAW_TEXT].split("\0")[0]))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(one for one in text if one == "\n" or not _is_control(one))
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def clean_caption(value: Any, limit: int = LONG_TEXT) -> str:
    """Like ``clean_text``, but empty for what a camera fills in by itself."""
    text = clean_text(value, limit)
    return "" if text.casefold() in _CAMERA_FILLERS else text


def clean_keywords(values: Iterable[Any]) -> tuple[str, ...]:
    """Return the distinct keywords in order, each on one line, a bounded number of them."""
    found: dict[str, str] = {}
    for value in values:
        keyword = clean_text(value, _MAX_KEYWORD).replace("\n", " ")
        if keyword:
            found.setdefault(keyword.casefold(), keyword)
        if len(found) == _MAX_KEYWORDS:
            break
    return tuple(found.values())


def decode_bytes(data: bytes) -> str:
    """Decode text of unknown encoding: UTF-8 where it is valid, else Windows Latin."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def repair_mojibake(text: str) -> str:
    """Undo UTF-8 that was read as Latin-1; other text stays as it is."""
    if text.isascii():
        return text
    for encoding in ("latin-1", "cp1252"):
        try:
            return text.encode(encoding).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
    return text


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Cn") and character != "\t"
