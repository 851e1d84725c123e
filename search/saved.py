"""Saved searches: albums that fill themselves with whatever a search finds."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from gallery.names import given_name
from search.addresses import SearchAddress, address_of
from search.models import SavedSearch
from search.results import ResultPage
from search.services import Sort, search_media

MAX_SAVED = 200
COVERS = 4


class NotSaved(Exception):
    """The search cannot be saved; the message says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class SmartAlbum:
    """A saved search with what it finds now: its first hits, and how many there are."""

    saved: SavedSearch
    result: ResultPage
    url: str


def saved_by(user: User) -> QuerySet[SavedSearch]:
    """The user's own, by name."""
    return SavedSearch.objects.filter(owner=user).order_by("name")


def get_saved_for(user: User, saved_id: UUID) -> SavedSearch:
    """Return the user's saved search; raises Http404, for others' as for none."""
    found = saved_by(user).filter(pk=saved_id).first()
    if found is None:
        raise Http404("There is no such saved search.")
    return found


def save_search(user: User, name: str, address: SearchAddress) -> tuple[SavedSearch, bool]:
    """Keep the search under ``name``, in place of another of that name; raises NotSaved.

    Returns it, and whether the name is new.
    """
    name = _saved_name(name)
    values = {
        "text": address.text[:2000],
        "min_confidence": address.min_confidence,
        "sort": address.sort,
        "chosen": [list(pair) for pair in address.chosen],
    }
    known = SavedSearch.objects.filter(owner=user, name=name)
    if not known.exists() and saved_by(user).count() >= MAX_SAVED:
        raise NotSaved("too_many", f"You have {MAX_SAVED} saved searches; remove one first.")
    return SavedSearch.objects.update_or_create(owner=user, name=name, defaults=values)


def rename_saved(saved: SavedSearch, name: str) -> None:
    """Give the saved search another name; raises NotSaved when that is taken."""
    saved.name = _saved_name(name)
    try:
        with transaction.atomic():
            saved.save(update_fields=["name"])
    except IntegrityError as error:
        raise NotSaved("name_taken", "Another saved search has this name.") from error


def _saved_name(raw: str) -> str:
    if not (name := given_name(raw)):
        raise NotSaved("no_name", "A saved search needs a name.")
    return name


def find_saved(user: User, saved: SavedSearch, *, limit: int, cursor: str = "") -> ResultPage:
    """Return what the saved search finds now; raises BadCursor."""
    address = address_of(saved)
    return search_media(
        user,
        address.text,
        min_confidence=address.min_confidence,
        filters=address.filters,
        sort=Sort(address.sort),
        cursor=cursor,
        limit=limit,
    )


def smart_albums_of(user: User) -> list[SmartAlbum]:
    """Every saved search with what is on its cover."""
    return [
        SmartAlbum(saved, find_saved(user, saved, limit=COVERS), address_of(saved).url)
        for saved in saved_by(user)[:MAX_SAVED]
    ]
