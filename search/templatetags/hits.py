"""The markup of hits and facets. A page has dozens of them, and each would be many nodes of a
template: to walk these takes longer than to find what they show."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.dateformat import format as date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from gallery.addresses import rendition_address
from gallery.models import Kind, MediaItem, Rendition
from gallery.templatetags.pages import boxes, icon
from gallery.views.clock import clock
from search.narrowed import FacetGroup, FacetLink
from search.tiles import FoundTile
from search.types import Match, SnippetPart

register = template.Library()

MAX_REASONS = 3
_NOTHING = SafeString("")
_CURRENT = SafeString(' aria-current="true"')
_SYMBOLS = {Kind.VIDEO.value: "video", Kind.DOCUMENT.value: "file-text"}


@register.simple_tag
def hit(found: FoundTile) -> SafeString:
    """Draw a hit: its picture, when and where it was taken, and why it was found."""
    item = found.hit.item
    return format_html(
        '<li class="hit"><a href="{}"><span class="hit-picture">{}{}</span> '
        '<span class="hit-words"><span class="hit-name">{}</span> '
        '<span class="hit-date">{}</span>{}</span></a></li>\n',
        found.url,
        _picture(found, found.picture) if found.picture else _no_picture(item.kind),
        _badge(item, found.tile.badge),
        item.file_name,
        _when_and_where(found),
        _joined(_reason(found, match) for match in found.hit.matches[:MAX_REASONS]),
    )


@register.simple_tag
def facet_links(group: FacetGroup, links: Iterable[FacetLink]) -> SafeString:
    """List values of a facet, each of which narrows the search."""
    is_kind = SafeString(' class="kind-name"' if group.name == "kind" else "")
    return format_html_join(
        "\n",
        '<li><a href="{}"{}><span{}>{}</span><small>{}</small></a></li>',
        (
            (link.url, _CURRENT if link.value.selected else _NOTHING, is_kind, *_counted(link))
            for link in links
        ),
    )


def _counted(link: FacetLink) -> tuple[str, int]:
    return link.value.name, link.value.count


def _picture(found: FoundTile, picture: Rendition) -> SafeString:
    return format_html(
        '<span class="picture"><img src="{}" alt="" width="{}" height="{}"'
        ' loading="lazy" decoding="async">{}</span>',
        rendition_address(picture),
        picture.width,
        picture.height,
        _boxes(found),
    )


def _boxes(found: FoundTile) -> SafeString:
    if not (found.boxes and found.reason):
        return _NOTHING
    return format_html(
        '<svg class="boxes" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false"><g class="{}">{}</g></svg>',
        "marks" if found.reason.field == "text" else "seen",
        boxes(found.boxes),
    )


@lru_cache(maxsize=8)
def _no_picture(kind: str) -> SafeString:
    return format_html('<span class="no-picture">{}</span>', icon(_SYMBOLS.get(kind, "image"), 28))


def _badge(item: MediaItem, badge: str) -> SafeString:
    """Draw what includes/badge.html draws on other tiles."""
    if not badge:
        return _NOTHING
    if item.kind == Kind.VIDEO:
        return format_html(
            '<span class="badge" aria-hidden="true">{}{}</span>', icon("play", 12), badge
        )
    return format_html(
        '<span class="badge" aria-hidden="true">{}{}<span class="badge-word">pages</span></span>',
        icon("file-text", 12),
        item.page_count,
    )


def _when_and_where(found: FoundTile) -> str:
    lead = "Added " if found.is_added_day else ""
    place = found.hit.item.place_name
    return f"{lead}{date_format(found.day, 'j F Y')}{f' · {place}' if place else ''}"


def _reason(found: FoundTile, match: Match) -> SafeString:
    return format_html(
        ' <span class="reason"><span class="field-name">{}</span> <span>{}{}</span></span>',
        _name_of(found, match),
        _joined(map(_part, match.snippet)),
        _sureness(match),
    )


def _name_of(found: FoundTile, match: Match) -> str:
    name = "in album" if match.field == "album" else match.field
    if match.page and found.tile.badge and found.hit.item.kind != Kind.VIDEO:
        name += f" · page {match.page}"
    return name if match.start_ms is None else f"{name} · {clock(match.start_ms)}"


def _part(part: SnippetPart) -> SafeString:
    text = escape(part.text)
    return format_html("<mark>{}</mark>", text) if part.highlighted else text


def _sureness(match: Match) -> SafeString:
    if match.confirmed:
        return SafeString(" <small>confirmed</small>")
    if match.field != "label" or match.confidence is None:
        return _NOTHING
    return format_html(" <small>{}%</small>", _whole(match.confidence))


def _whole(confidence: float) -> str:
    return f"{int(confidence + 0.5)}"


def _joined(pieces: Iterable[SafeString]) -> SafeString:
    """Put pieces together each of which was escaped."""
    return mark_safe("".join(pieces))  # noqa: S308
