"""Is what the index answers what an index made of the rows as they are now would answer?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.db.models import F

from accounts.models import User
from gallery.models import Job, JobState, MediaItem, Step
from search.backends import get_backend
from search.backends.base import IndexBroken, Request, SearchBackend
from search.backends.embedded import EmbeddedBackend
from search.documents import load_documents
from search.language import parse
from search.models import OutboxEntry
from search.services import search_media
from tests.search.consistency.operations import (
    ALBUMS,
    CAMERAS,
    CITIES,
    GROUPS,
    LABELS,
    WORDS,
)

_LIMIT = 1000
_PROBES = (
    *WORDS,
    *(f"label:{name}" for name in LABELS),
    *(f"{name}ish" for name in LABELS),
    *(f"category:{name}" for name in ("animals", "plants", "transport")),
    *(f"Group{number}ish" for number in range(1, GROUPS + 1)),
    *(f"album:{name}" for name in ALBUMS),
    *(f"album:{word}" for word in WORDS[:5]),
    *CAMERAS,
    *CITIES,
    "hound",
    "is:favorite",
    "is:archived",
    "type:receipt",
    "has:text",
    "taken:2022",
    "vendor:amber",
)
_VOCABULARIES = ("name", "caption", "text", "label", "place", "vendor", "album")
_THRESHOLDS = (0, 55, 90)


def open_front_doors() -> int:
    """Search as every user, which is when a lost index is missed; returns how many entries wait."""
    for user in User.objects.all():
        search_media(user, "")
    return OutboxEntry.objects.count()


def differences() -> list[str]:
    """Compare every library with its index; returns what is wrong in words."""
    wrong = [f"index of nobody: {pk}" for pk in get_backend().owners() if not _exists(pk)]
    for user in User.objects.order_by("username"):
        wrong += [f"{user.username}: {found}" for found in _library_differences(user)]
    return wrong


def _library_differences(user: User) -> Iterator[str]:
    library = MediaItem.objects.filter(owner=user, trashed_at=None)
    expected = dict(library.values_list("pk", "search_version"))
    indexed = _versions(user.pk)
    for pk in {*expected, *indexed}:
        if expected.get(pk) != indexed.get(pk):
            yield f"{pk} has version {expected.get(pk)}, indexed {indexed.get(pk)}"
    behind = library.filter(indexed_version__lt=F("search_version")).count()
    if behind:
        yield f"{behind} items are said not to be indexed"
    waiting = Job.objects.filter(item__in=library, step=Step.INDEX).exclude(state=JobState.DONE)
    if waiting.exists():
        yield f"{waiting.count()} index steps are not done"
    if expected:
        yield from _answer_differences(user.pk, list(expected))


def _answer_differences(owner_id: UUID, item_ids: list[UUID]) -> Iterator[str]:
    live = get_backend()
    with tempfile.TemporaryDirectory() as folder:
        fresh = EmbeddedBackend(Path(folder))
        fresh.rebuild(owner_id, load_documents(owner_id, item_ids))
        for probe in _PROBES:
            found, true = (_found(engine, owner_id, probe) for engine in (live, fresh))
            if found != true:
                yield f"{probe}: lacks {set(true) - set(found)}, has {set(found) - set(true)} too"
        for field in _VOCABULARIES:
            words, truth = (engine.vocabulary(owner_id, field, "", 500) for engine in (live, fresh))
            if words != truth:
                yield f"words of {field}: {words} instead of {truth}"
        for threshold in _THRESHOLDS:
            found, true = (
                engine.facets(owner_id, Request(None, threshold, {}), size=100)
                for engine in (live, fresh)
            )
            if found != true:
                yield f"facets at {threshold}: {found} instead of {true}"


def _found(engine: SearchBackend, owner_id: UUID, probe: str) -> list[UUID]:
    page = engine.search(owner_id, Request(parse(probe).root, 55, {}), limit=_LIMIT)
    return [hit.id for hit in page.ids]


def _versions(owner_id: UUID) -> dict[UUID, int]:
    try:
        return get_backend().versions(owner_id)
    except IndexBroken:
        return {}


def _exists(owner_id: UUID) -> bool:
    return User.objects.filter(pk=owner_id).exists()
