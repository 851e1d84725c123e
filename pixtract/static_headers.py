"""What single static files are answered with, beyond the pages' own policy."""

from __future__ import annotations

import re
from wsgiref.headers import Headers

_HASH_WORKER = re.compile(r"/hash-worker(\.[0-9a-f]+)?\.js$")


def add_headers(headers: Headers, path: str, url: str) -> None:
    """Let the worker that hashes files, and nothing else, compile WebAssembly."""
    if _HASH_WORKER.search(url):
        headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"
        )
