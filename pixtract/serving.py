"""How the web server is reached: read by the settings, by gunicorn and by the supervisor."""

from __future__ import annotations

import os

from pixtract.env import env_int, env_networks, env_origin, env_str

# Ten thousand characters of twelve bytes each, and room for what else an address says.
MAX_ADDRESS_BYTES = 128 * 1024
ANY = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to

# Each takes memory of its own: whoever has more cores and many visitors may ask for more.
_MOST_BY_DEFAULT = 2


def bind() -> str:
    return env_str("BIND", "127.0.0.1")


def port() -> int:
    return env_int("PORT", 8000, minimum=1, maximum=65_535)


def told_base_url() -> str:
    """Where people open the pages, as it was told; empty when nobody told it."""
    return env_origin("BASE_URL")


def base_url() -> str:
    """Where people open the pages, without a slash at the end."""
    host = "localhost" if bind() in ANY else bind()
    return told_base_url() or f"http://{f'[{host}]' if ':' in host else host}:{port()}"


def threads() -> int:
    """Requests that each process answers at the same time."""
    return env_int("WEB_THREADS", 16, minimum=1)


def processes() -> int:
    """Processes of the web server: each keeps one core busy at most."""
    return env_int("WEB_PROCESSES", min(os.cpu_count() or 1, _MOST_BY_DEFAULT), minimum=1)


def trusted_proxies() -> list[str]:
    return env_networks("TRUSTED_PROXIES")
