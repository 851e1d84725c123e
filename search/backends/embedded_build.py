"""Embedded indexes on their way: what a process that was killed has built is gone on with.

A directory that is being filled holds ``progress.json``, which says up to where its last commit
goes. Whoever writes to the library meanwhile leaves the ids of what changed in ``changed``
beside it: these items are looked at once more before the index is put to use.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from uuid import UUID

from search.backends.base import Encoder, Library, SearchUnavailable
from search.backends.embedded_errors import engine_errors
from search.backends.embedded_pen import Pen
from search.backends.embedded_store import IndexStore

# Each commit makes one more part to be merged with others; that much work is lost at most.
CHECKPOINT_SECONDS = 30.0
_PROGRESS = "progress.json"
_CHANGED = "changed"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an index has come. ``is_torn`` while a commit may have gone further than noted."""

    stamp: str
    mark: str = ""
    count: int = 0
    is_torn: bool = False


@dataclass(slots=True)
class Draft:
    """An index that is being made, in a directory of its own."""

    path: Path
    progress: Progress

    def note(self, progress: Progress) -> None:
        """Keep how far it has come."""
        self.progress = progress
        new = self.path / f"{_PROGRESS}.new"
        new.write_text(json.dumps(asdict(progress)), encoding="ascii")
        new.replace(self.path / _PROGRESS)

    def changed(self) -> list[UUID]:
        """Return what was written to the library since this was begun."""
        log = self.path / _CHANGED
        lines = log.read_text(encoding="ascii").split("\n") if log.exists() else []
        # The last line of a writer that was killed may be cut off; its change is still to come.
        return [UUID(line) for line in dict.fromkeys(lines) if len(line) == len(str(UUID(int=0)))]


def has_draft(store: IndexStore, owner_id: UUID) -> bool:
    """True when an index of the library lies there half made. Call in writing."""
    return next(_drafts(store, owner_id), None) is not None


def note_changed(store: IndexStore, owner_id: UUID, item_ids: Sequence[UUID]) -> None:
    """Leave word of a write for whoever goes on with a draft. Call in writing, before it."""
    lines = "".join(f"{item_id}\n" for item_id in item_ids)
    for draft in _drafts(store, owner_id):
        with engine_errors(SearchUnavailable), (draft.path / _CHANGED).open("a") as log:
            log.write(lines)
            log.flush()
            os.fsync(log.fileno())


def expire(store: IndexStore, owner_id: UUID, before: float) -> int:
    """Remove what nobody has worked on since then (seconds since 1970); returns how many.

    Raises SearchUnavailable.
    """
    # A library without any is not held up.
    if not any(_is_left(path, before) for path in store.paths(owner_id)):
        return 0
    with store.writing(owner_id), engine_errors(SearchUnavailable):
        left = [path for path in store.paths(owner_id) if _is_left(path, before)]
        for path in left:
            shutil.rmtree(path)
    return len(left)


def _is_left(path: Path, before: float) -> bool:
    # Whoever fills it notes how far it has come; changes are noted whether anybody does or not.
    note = path / _PROGRESS
    try:
        return (note if note.exists() else path).stat().st_mtime < before
    except FileNotFoundError:
        return False


@contextmanager
def drafting(store: IndexStore, owner_id: UUID, stamp: str) -> Iterator[Draft]:
    """Give a draft, one of the same stamp that is there already or a new one, and put it to use.

    Call in writing. What the engine refused is removed; what was broken off otherwise stays.
    """
    draft = _taken_up(store, owner_id, stamp)
    with ExitStack() as leaving:
        leaving.push(partial(_remove_refused, draft))
        yield draft
        with engine_errors():
            (draft.path / _CHANGED).unlink(missing_ok=True)
            (draft.path / _PROGRESS).unlink(missing_ok=True)
            store.put_to_use(draft.path)


def _remove_refused(draft: Draft, _kind: object, error: object, _trace: object) -> None:
    is_refused = isinstance(error, SearchUnavailable)
    if is_refused or (error is not None and not draft.progress.mark):
        shutil.rmtree(draft.path, ignore_errors=True)


def fill(pen: Pen, draft: Draft, library: Library, encode: Encoder) -> int:
    """Write the rest of the library, and what changed in its beginning; returns how many."""
    progress = draft.progress
    changed, is_torn = draft.changed(), progress.is_torn
    count, due = progress.count, time.monotonic() + CHECKPOINT_SECONDS
    for part in library.parts(progress.mark, encode):
        count += pen.add(part.documents, replacing=is_torn)
        if part.mark and time.monotonic() >= due:
            _commit(pen, draft, replace(progress, mark=part.mark, count=count))
            due = time.monotonic() + CHECKPOINT_SECONDS
    for first in range(0, len(changed), _AT_ONCE):
        some = changed[first : first + _AT_ONCE]
        with engine_errors():
            for item_id in some:
                pen.delete(item_id)
        pen.add(library.present(some, encode), replacing=True)
    return count


def _commit(pen: Pen, draft: Draft, progress: Progress) -> None:
    with engine_errors():
        draft.note(replace(draft.progress, is_torn=True))
        pen.commit()
        draft.note(progress)


def _taken_up(store: IndexStore, owner_id: UUID, stamp: str) -> Draft:
    for draft in _drafts(store, owner_id):
        if draft.progress.stamp == stamp and store.is_sound(draft.path):
            return draft
        shutil.rmtree(draft.path, ignore_errors=True)
    draft = Draft(store.new_path(owner_id), Progress(stamp))
    with engine_errors(SearchUnavailable):
        draft.path.mkdir(mode=0o700)
    return draft


def _drafts(store: IndexStore, owner_id: UUID) -> Iterator[Draft]:
    for path in store.paths(owner_id):
        try:
            yield Draft(path, Progress(**json.loads((path / _PROGRESS).read_text("ascii"))))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError, TypeError):
            # Nobody can go on with this.
            shutil.rmtree(path, ignore_errors=True)
