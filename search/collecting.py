"""From what a search finds to an album that stays as it is then."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from gallery.models import Album
from gallery.queries import album_called
from gallery.services.albums import album_name, create_album, fill_album
from search.addresses import SearchAddress
from search.services import Sort, found_ids


@dataclass(frozen=True, slots=True)
class Collected:
    """The album, how many items came into it, and whether some had no room."""

    album: Album
    added: int
    is_full: bool


def collect(user: User, name: str, address: SearchAddress) -> Collected:
    """Put all that the search finds into the user's album ``name``, made when there is none.

    In the order of the results, a batch a transaction, so that others write in between.
    Raises AlbumRefused, SearchUnavailable.
    """
    name = album_name(name)
    album = album_called(user, name) or create_album(user, name)
    added, fits = 0, True
    batches = found_ids(
        user,
        address.text,
        min_confidence=address.min_confidence,
        filters=address.filters,
        sort=Sort(address.sort),
    )
    for ids in batches:
        count, fits = fill_album(album, ids)
        added += count
        if not fits:
            break
    return Collected(album, added, is_full=not fits)
