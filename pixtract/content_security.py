"""What the browser lets our pages load: ours, and what lies in the bucket."""

from __future__ import annotations

from collections.abc import Sequence

from csp.constants import NONE, SELF


def directives(bucket_origins: Sequence[str]) -> dict[str, list[str]]:
    """The Content-Security-Policy; ``bucket_origins`` serve pictures, films and uploads."""
    return {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:", *bucket_origins],
        "media-src": [SELF, "blob:", *bucket_origins],
        "font-src": [SELF],
        "connect-src": [SELF, *bucket_origins],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
