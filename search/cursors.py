"""The cursor of a page: where the last one ended, tied to the search that it belongs to."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid

from search.types import Position, Tier


class BadCursor(ValueError):
    """The cursor is damaged, or comes from another search."""


def write_cursor(position: Position | None, search: tuple[object, ...]) -> str:
    """Return the cursor for the page behind ``position``; empty when there is none."""
    if position is None:
        return ""
    values = [_digest(search), position.tier, position.sort_key, position.id]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_cursor(cursor: str, search: tuple[object, ...]) -> Position:
    """Return where the cursor points to. Raises BadCursor."""
    try:
        padded = cursor[:400] + "=" * (-len(cursor[:400]) % 4)
        digest, tier, sort_key, item_id = json.loads(base64.b64decode(padded, altchars=b"-_"))
        position = Position(Tier(tier), int(sort_key), str(uuid.UUID(item_id)))
    except (binascii.Error, ValueError, TypeError, AttributeError) as error:
        raise BadCursor("This cursor cannot be read.") from error
    if digest != _digest(search) or abs(position.sort_key) >= 2**62:
        raise BadCursor("This cursor belongs to another search.")
    return position


def _digest(search: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(search).encode()).hexdigest()[:12]
