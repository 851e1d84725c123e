"""What helps when nothing was found."""

from __future__ import annotations

from dataclasses import replace

from accounts.models import User
from gallery.queries import library_of
from gallery.taxonomy import load_taxonomy
from search.backends import get_backend
from search.backends.base import Request
from search.fields import table
from search.needles import needles_of
from search.results import EmptyHelp
from search.types import Query

MAX_NEAR = 6


def help_for_empty(user: User, request: Request, query: Query) -> EmptyHelp:
    """Say what can be searched, what a lower confidence would find, which labels are near."""
    return EmptyHelp(
        item_count=library_of(user).count(),
        hidden_count=_hidden_count(user, request),
        near_labels=_near_labels(query),
        fields=tuple((field.example, field.meaning) for field in table()),
    )


def _hidden_count(user: User, request: Request) -> int:
    if request.root is None or not request.min_confidence:
        return 0
    page = get_backend().search(user.pk, replace(request, min_confidence=0), limit=1)
    return page.total


def _near_labels(query: Query) -> tuple[str, ...]:
    taxonomy = load_taxonomy()
    names: dict[str, None] = {}
    for needle in needles_of(query.root):
        for label in taxonomy.labels_near(needle.leaf.text, MAX_NEAR):
            names.setdefault(label.name)
    return tuple(names)[:MAX_NEAR]
