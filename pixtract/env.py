"""Typed readers for the environment; a wrong value stops the start and names the variable."""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import secrets
import zoneinfo
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

PREFIX = "PIXTRACT_"
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}
_RATE = re.compile(r"[1-9]\d{0,8}/(s|sec|second|m|min|minute|h|hour|d|day)\Z", re.ASCII)
# ISO 639-1.
_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu "
    "cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi "
    "ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks "
    "ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl "
    "nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl "
    "sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve "
    "vi vo wa wo xh yi yo za zh zu"
)
_LANGUAGES = frozenset(_CODES.split())
# Every name that was asked for: what else begins with the prefix is a mistake in writing.
_asked: set[str] = set()
# Not of the product, but of its tests and measurements.
_OF_TESTS = re.compile(r"PIXTRACT_(TEST_.*|SAMPLES|REQUIRE_SERVICES|CHROMIUM)\Z")


def _raw(name: str) -> str | None:
    _asked.add(PREFIX + name)
    return os.environ.get(PREFIX + name)


def asked_names() -> frozenset[str]:
    """The variables that were asked for until now, with their prefix."""
    return frozenset(_asked)


def unknown_names(present: Iterable[str]) -> dict[str, str]:
    """Return the names of ``present`` that nobody asks for, each with the nearest known, or ""."""
    strange = (
        name
        for name in sorted(present)
        if name.startswith(PREFIX) and name not in _asked and not _OF_TESTS.match(name)
    )
    return {
        name: "".join(difflib.get_close_matches(name, sorted(_asked), n=1, cutoff=0.8))
        for name in strange
    }


def env_str(name: str, default: str = "") -> str:
    """Return the variable's text, or ``default`` when it is unset or empty."""
    return (_raw(name) or "").strip() or default


def env_bool(name: str, *, default: bool) -> bool:
    raw = _raw(name)
    if raw is None:
        return default
    word = raw.strip().lower()
    if word not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{PREFIX}{name} must be true or false, not {raw!r}.")
    return word in _TRUE


def env_int(name: str, default: int, *, minimum: int = 0, maximum: int | None = None) -> int:
    raw = env_str(name)
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{PREFIX}{name} must be a whole number, not {raw!r}."
        ) from error
    if value < minimum:
        raise ImproperlyConfigured(f"{PREFIX}{name} must be at least {minimum}, not {value}.")
    if maximum is not None and value > maximum:
        raise ImproperlyConfigured(f"{PREFIX}{name} must be at most {maximum}, not {value}.")
    return value


def env_list(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Return the comma-separated parts, blanks dropped."""
    raw = env_str(name)
    return [part.strip() for part in raw.split(",") if part.strip()] if raw else list(default)


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = env_str(name, default)
    if value not in choices:
        raise ImproperlyConfigured(
            f"{PREFIX}{name} must be one of {', '.join(choices)}, not {value!r}."
        )
    return value


def env_rate(name: str, default: str) -> str:
    """Return a number of calls in a time, such as ``20/min``."""
    value = env_str(name, default)
    if not _RATE.match(value):
        raise ImproperlyConfigured(
            f"{PREFIX}{name} must be a number by second, min, hour or day, such as {default},"
            f" not {value!r}."
        )
    return value


def env_origin(name: str, default: str = "") -> str:
    """Return an address such as ``https://host:port``, without a slash at its end."""
    value = env_str(name).rstrip("/")
    if not value:
        return default
    if not _is_origin(value):
        raise ImproperlyConfigured(
            f"{PREFIX}{name} must look like https://photos.example.com, with http:// or https://"
            f" and without a path, not {value!r}."
        )
    return value


def _is_origin(address: str) -> bool:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    plain = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain


def env_networks(name: str) -> list[str]:
    """Return addresses and networks (CIDR); ``*`` is every address."""
    found = env_list(name)
    for each in found:
        try:
            _ = each == "*" or ipaddress.ip_network(each)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{PREFIX}{name} must be addresses or networks with commas, such as 10.0.0.0/8:"
                f" {error}."
            ) from error
    return found


def env_time_zone(name: str, default: str) -> str:
    value = env_str(name, default)
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ImproperlyConfigured(
            f"{PREFIX}{name} must be a time zone such as Europe/Berlin, not {value!r}."
        ) from error
    return value


def env_languages(name: str, default: tuple[str, ...]) -> list[str]:
    """Return two-letter codes (ISO 639-1)."""
    found = env_list(name, default)
    if unknown := [each for each in found if each not in _LANGUAGES]:
        raise ImproperlyConfigured(
            f"{PREFIX}{name} must be two-letter codes with commas, such as en,de,"
            f" not {', '.join(unknown)!r}."
        )
    return found


def env_secret(name: str, default: str = "") -> str:
    """Return a secret from ``NAME``, or from the file that ``NAME_FILE`` names."""
    path, value = env_str(name + "_FILE"), env_str(name, default)
    if not path:
        return value
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{PREFIX}{name}_FILE cannot be read: {error}.") from error


def kept_secret(path: Path) -> str:
    """Return the secret kept at ``path``, making it (mode 0600) the first time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        secret = secrets.token_urlsafe(50)
        file.write(secret)
    return secret
