"""In which order the requests run, what they send, and what they keep for those that follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One request: an operation of the schema, with the query parameters that are sent."""

    operation: str
    query: dict[str, str] = field(default_factory=dict)


START: dict[str, tuple[Step, ...]] = {
    "Sign in": (Step("auth_token"), Step("me"), Step("keys"), Step("key_create")),
    "Upload and read": (
        Step("media_upload"),
        Step("media_list", {"kind": "photo"}),
        Step("media_get"),
        Step("media_jobs"),
        Step("media_original"),
        Step("media_rendition"),
        Step("media_text"),
        Step("media_change"),
        Step("media_bulk"),
        Step("media_analyze"),
    ),
    "Upload in parts": (
        Step("uploads_check"),
        Step("uploads_begin"),
        Step("uploads_list"),
        Step("uploads_get"),
        Step("uploads_sign"),
        Step("uploads_cancel"),
    ),
    "Labels": (
        Step("media_label_add"),
        Step("media_labels", {"min_confidence": "98"}),
        Step("media_labels", {"shape": "rekognition"}),
        Step("media_label_judge"),
        Step("labels"),
        Step("categories"),
    ),
    "Albums": (
        Step("album_create"),
        Step("album_add"),
        Step("albums"),
        Step("album"),
        Step("album_items"),
        Step("album_move"),
        Step("album_change"),
        Step("media_list", {"album": "Italy 2024"}),
        Step("album_remove"),
    ),
    "Search": (
        Step("search", {"q": "beach", "facets": "1"}),
        Step("search_suggest", {"q": "be"}),
        Step("search_save"),
        Step("searches"),
        Step("search_saved"),
        Step("search_rename"),
    ),
    "Results elsewhere": (
        Step("results"),
        Step("export", {"as": "csv"}),
        Step("status"),
        Step("webhook_create"),
        Step("webhooks"),
        Step("webhook"),
        Step("webhook_test"),
        Step("webhook_deliveries"),
        Step("webhook_send_again"),
        Step("webhook_switch"),
    ),
}
# Whatever else the schema has stands between these.
END: dict[str, tuple[Step, ...]] = {
    "Clean up": (
        Step("webhook_delete"),
        Step("search_forget"),
        Step("album_delete"),
        Step("media_label_delete"),
        Step("media_delete"),
        Step("media_restore"),
        Step("media_delete"),
        Step("media_delete", {"permanent": "true"}),
        Step("key_revoke"),
    ),
}

_HASH = "0" * 64
BODIES: dict[str, dict[str, Any]] = {
    "auth_token": {"username": "{{username}}", "password": "{{password}}", "name": "Postman"},
    "key_create": {"name": "Made by Postman"},
    "me_change": {"time_zone": "UTC"},
    "media_change": {
        "description": "A picture from Postman",
        "favorite": True,
        "taken_at": "2024-05-01T14:30:00",
    },
    "media_bulk": {"ids": ["{{item_id}}"], "action": "unfavorite"},
    "media_analyze": {"steps": ["label"]},
    "uploads_check": {"sha256": [_HASH]},
    "uploads_begin": {"file_name": "film.mp4", "size": 1024, "sha256": _HASH},
    "uploads_sign": {"method": "PUT", "md5": "1B2M2Y8AsgTpgAmY7PhCfg=="},
    "media_label_add": {"name": "Beach"},
    "media_label_judge": {"state": "confirmed"},
    "album_create": {"name": "Italy", "description": "Two weeks in May"},
    "album_add": {"ids": ["{{item_id}}"]},
    "album_remove": {"ids": ["{{item_id}}"]},
    "album_move": {"ids": ["{{item_id}}"], "before": None},
    "album_change": {"name": "Italy 2024", "cover": "{{item_id}}"},
    "search_save": {"name": "Beaches", "q": "beach"},
    "search_rename": {"name": "All beaches"},
    "webhook_create": {"url": "https://example.org/pixtract"},
    "webhook_switch": {"active": False},
}
# By operation: variable, and the field of the answer that it takes.
KEPT: dict[str, dict[str, str]] = {
    "auth_token": {"token": "token"},
    "key_create": {"key_id": "id"},
    "media_upload": {"item_id": "id"},
    "media_label_add": {"label_id": "id"},
    "uploads_begin": {"upload_id": "id"},
    "album_create": {"album_id": "id"},
    "search_save": {"saved_id": "id"},
    "webhook_create": {"webhook_id": "id"},
    "webhook_test": {"delivery_id": "id"},
}
# Answers that are right, too: a fresh item has no thumb in its first second.
ALSO: dict[str, tuple[int, ...]] = {"media_rendition": (404,)}
UNKNOWN_ALSO = (400, 404, 409, 411, 413, 415)
VARIABLES = {
    "base_url": "http://127.0.0.1:8000",
    "username": "me",
    "password": "",
    "token": "",
    "name": "thumb",
}
SAMPLE = "sample.jpg"
