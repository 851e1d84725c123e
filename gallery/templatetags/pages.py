"""What the pages' templates need and Django does not have."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from gallery.addresses import rendition_address
from gallery.models import Rendition
from gallery.types import Box
from gallery.views.clock import clock as clock_of

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=500)
def icon(name: str, size: int = 20) -> str:
    """A picture for a word that stands beside it, so hidden from screen readers."""
    return lucide(name, size=size, aria_hidden="true", focusable="false", **{"class": "icon"})


@register.simple_tag
def rendition_url(rendition: Rendition) -> str:
    """The address of a rendition; it changes with the bytes, so it may be cached for ever."""
    return rendition_address(rendition)


@register.simple_tag
def label_search_url(name: str) -> str:
    """The search for exactly this label."""
    quoted = '"' + name.replace('"', " ") + '"'
    return f"{reverse('search:search')}?{urlencode({'q': f'label:{quoted}'})}"


@register.simple_tag
def boxes(rectangles: Sequence[list[float] | Box], name: str = "") -> SafeString:
    """SVG rectangles, as ratios of the picture they lie on."""
    drawn = [_rectangle(box) for box in rectangles]
    title = format_html("<title>{}</title>", name) if name else ""
    return format_html("{}{}", title, SafeString("".join(drawn)))


def _rectangle(box: list[float] | Box) -> SafeString:
    sides = (box.left, box.top, box.width, box.height) if isinstance(box, Box) else box
    numbers = [round(float(number), 4) for number in sides]
    return format_html('<rect x="{}" y="{}" width="{}" height="{}"/>', *numbers)


@register.filter
def clock(milliseconds: int | None) -> str:
    """A time in a video as people write it."""
    return clock_of(milliseconds or 0)


@register.filter
def as_list(value: object) -> list[object]:
    """The value as the only one of a list."""
    return [value]


@register.filter
def at(mapping: dict[object, object], key: object) -> object:
    """The value under a key that is only known at run time."""
    return mapping.get(key)


@register.simple_tag(takes_context=True)
def current(context: template.Context, *names: str) -> str:
    """``aria-current`` for the link to the page that is shown."""
    request: HttpRequest | None = context.get("request")
    match = request.resolver_match if request else None
    return SafeString('aria-current="page"') if match and match.view_name in names else ""


@register.simple_tag
def mail_hint() -> str:
    """Where the mail is, on an installation without a mail server."""
    if settings.EMAIL_BACKEND == "accounts.mail.ConsoleAndFileBackend":
        return f"The mail is printed on the console and kept in {settings.PIXTRACT_MAIL_DIR}."
    return ""


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> str:
    """The theme that the visitor chose, or "" for the system's."""
    request: HttpRequest | None = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    return chosen if chosen in ("light", "dark") else ""
