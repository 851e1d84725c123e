"""Where the embedded indexes lie: one directory a user, a pointer to the valid one, one writer.

``<root>/<owner>/current`` names the directory in use (``v7.9c0d…-3f2a…``), so that a rebuilt
index takes the place of the old one in one step, whoever reads at that moment.
"""

from __future__ import annotations

import fcntl
import itertools
import re
import shutil
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from tantivy import Index, Schema, Searcher, TextAnalyzerBuilder, Tokenizer

from search.backends.base import IndexBroken, IndexHeld, SearchUnavailable
from search.backends.embedded_checks import Checks
from search.backends.embedded_errors import engine_errors
from search.backends.embedded_names import Names
from search.backends.embedded_schema import TOKENIZER, VERSION
from search.backends.identity import identity

MAX_OPEN = 64
RELOAD_SECONDS = 0.2
_POINTER = "current"
_REBUILDING = "rebuilding"
_COMMITTED = "meta.json"
_WANTED = ".wanted"
_WANTED_SECONDS = 2.0
_OWNER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EXAMINED_SECONDS = 60.0
_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An index as one commit left it. Of another state, ``number`` is another in this process."""

    searcher: Searcher
    names: Names
    number: int


@dataclass(slots=True)
class _Open:
    path: Path
    index: Index
    names: Names
    stamp: tuple[object, ...]
    fresh_until: float
    number: int = field(default_factory=_NUMBERS.__next__)


class IndexStore:
    """Opens indexes for reading, at most MAX_OPEN at a time, and guards writing to them."""

    def __init__(self, root: Path, schema: Schema) -> None:
        self.root = root
        self._schema = schema
        self._open: OrderedDict[UUID, _Open] = OrderedDict()
        # Whose files were looked at of late, and until when they are taken to be well.
        self._examined: dict[UUID, float] = {}
        self._checks = Checks()
        self._lock = threading.Lock()

    def snapshot(self, owner_id: UUID) -> Snapshot:
        """Return a snapshot no older than RELOAD_SECONDS. Raises IndexBroken."""
        with self._lock, engine_errors():
            entry = self._fresh(owner_id)
            return Snapshot(entry.index.searcher(), entry.names, entry.number)

    def stamp(self, owner_id: UUID) -> tuple[object, ...]:
        """Return what differs after every commit. What is read behind it is no older."""
        with self._lock, engine_errors():
            return self._fresh(owner_id).stamp

    def _fresh(self, owner_id: UUID) -> _Open:
        entry = self._open.get(owner_id)
        now = time.monotonic()
        if entry is None or entry.fresh_until < now:
            entry = self._refreshed(owner_id, entry, now)
        self._open.move_to_end(owner_id)
        return entry

    @contextmanager
    def asking(self, owner_id: UUID) -> Iterator[Snapshot]:
        """Give a snapshot; a question that fails has the files looked at, once a minute.

        Raises SearchUnavailable, or IndexBroken when a file is damaged.
        """
        snapshot = self.snapshot(owner_id)
        try:
            with engine_errors(SearchUnavailable):
                yield snapshot
        except SearchUnavailable:
            if self._is_due(owner_id):
                self.examine(owner_id)
            raise

    def _is_due(self, owner_id: UUID) -> bool:
        now = time.monotonic()
        with self._lock:
            self._examined = {key: until for key, until in self._examined.items() if until > now}
            is_due = owner_id not in self._examined
            self._examined.setdefault(owner_id, now + _EXAMINED_SECONDS)
        return is_due

    def examine(self, owner_id: UUID) -> None:
        """Compare all files with their checksums. Raises IndexBroken when one is damaged."""
        if name := Checks().damaged_file(self.path(owner_id)):
            self.forget(owner_id)
            raise IndexBroken(f"{name} is damaged")

    def path(self, owner_id: UUID) -> Path:
        """Return the directory in use. Raises IndexBroken when there is none of this version."""
        try:
            name = (self._home(owner_id) / _POINTER).read_text(encoding="ascii").strip()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise IndexBroken("there is no index") from error
        if not name.startswith(f"{identity(VERSION)}-") or "/" in name:
            raise IndexBroken(f"the index has another version: {name[:20]}")
        return self._home(owner_id) / name

    def open(self, path: Path) -> Index:
        """Open an index as it is on disk now, if that is sound. Call within engine_errors."""
        if name := self._checks.damaged_file(path):
            raise IndexBroken(f"{name} is damaged")
        return self._with_tokenizer(Index.open(str(path)))

    @contextmanager
    def writing(self, owner_id: UUID) -> Iterator[None]:
        """Hold the owner's index against other writers. Raises SearchUnavailable when held."""
        with ExitStack() as held:
            # A full disk or a folder of another user's may be put right; the index is sound.
            with engine_errors(SearchUnavailable):
                home = self._home(owner_id)
                home.mkdir(mode=0o700, parents=True, exist_ok=True)
                lock = held.enter_context((home / ".lock").open("w"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                with suppress(OSError):
                    (home / _WANTED).touch()
                raise IndexHeld("another process is writing to this index") from error
            with suppress(OSError):
                (home / _WANTED).unlink(missing_ok=True)
            yield
        self.forget(owner_id)

    def is_wanted(self, owner_id: UUID) -> bool:
        """True while another process has found the index held not long ago."""
        try:
            asked = (self._home(owner_id) / _WANTED).stat().st_mtime
        except OSError:
            return False
        return time.time() - asked < _WANTED_SECONDS

    def paths(self, owner_id: UUID) -> list[Path]:
        """Return the directories of this version that are not, or not yet, in use."""
        try:
            in_use: Path | None = self.path(owner_id)
        except IndexBroken:
            in_use = None
        return [
            path for path in self._home(owner_id).glob(f"{identity(VERSION)}-*") if path != in_use
        ]

    def new_path(self, owner_id: UUID) -> Path:
        """Return where a new index may be made."""
        return self._home(owner_id) / f"{identity(VERSION)}-{uuid.uuid4().hex[:12]}"

    @contextmanager
    def rebuilding(self, *, afresh: bool) -> Iterator[int]:
        """Give the moment (nanoseconds since 1970) from which on indexes count as made anew.

        It is kept until all went well, so that whoever comes next goes on from there.
        """
        marker = self.root / _REBUILDING
        with engine_errors(SearchUnavailable):
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if afresh:
                marker.unlink(missing_ok=True)
            if not marker.exists():
                marker.touch()
            since = marker.stat().st_mtime_ns
        yield since
        with engine_errors(SearchUnavailable):
            marker.unlink(missing_ok=True)

    def forget_rebuilding(self, before: float) -> None:
        """Forget a rebuilding of all libraries that was begun before then and never ended."""
        with engine_errors(SearchUnavailable), suppress(FileNotFoundError):
            if (marker := self.root / _REBUILDING).stat().st_mtime < before:
                marker.unlink()

    def is_newer(self, owner_id: UUID, since: int) -> bool:
        """True when the owner's index was put to use after that moment."""
        try:
            self.path(owner_id)
            return (self._home(owner_id) / _POINTER).stat().st_mtime_ns > since
        except (IndexBroken, FileNotFoundError):
            return False

    def open_or_create(self, path: Path) -> Index:
        """Open the index in a directory, or make an empty one. Call within engine_errors."""
        return self._with_tokenizer(Index(self._schema, path=str(path)))

    def is_sound(self, path: Path) -> bool:
        """True when the index in a directory can be opened."""
        with suppress(IndexBroken), engine_errors():
            self.open(path)
            return True
        return False

    def remove(self, owner_id: UUID) -> None:
        """Delete all that is kept of the owner. Raises SearchUnavailable when something stays."""
        self.forget(owner_id)
        with engine_errors(SearchUnavailable):
            shutil.rmtree(self._home(owner_id))

    def owners(self) -> list[UUID]:
        """Return everybody of whom something is kept."""
        with engine_errors(SearchUnavailable):
            names = [path.name for path in self.root.glob("*-*-*-*-*") if path.is_dir()]
        return [UUID(name) for name in names if _OWNER.fullmatch(name)]

    def is_writable(self) -> bool:
        """True when indexes can be kept here."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = self.root / f".probe-{uuid.uuid4().hex}"
            probe.touch()
            probe.unlink()
        except OSError:
            return False
        return True

    def put_to_use(self, path: Path) -> None:
        """Make ``path`` the index in use, and remove every other. Call within engine_errors."""
        pointer = path.parent / f"{_POINTER}.new"
        pointer.write_text(path.name, encoding="ascii")
        pointer.replace(path.parent / _POINTER)
        for other in path.parent.glob("v*-*"):
            if other != path:
                shutil.rmtree(other, ignore_errors=True)

    def _refreshed(self, owner_id: UUID, entry: _Open | None, now: float) -> _Open:
        path = self.path(owner_id)
        try:
            # Looked at first: what is committed meanwhile is then taken for new once more.
            stamp = _stamp(path)
            if entry is None or entry.path != path:
                entry = _Open(path, self.open(path), Names(path), stamp, now)
            elif entry.stamp != stamp:
                if not entry.names.goes_on():
                    return self._refreshed(owner_id, None, now)
                entry.index.reload()
                entry.stamp, entry.number = stamp, next(_NUMBERS)
        except (ValueError, OSError, IndexBroken):
            if self.path(owner_id) == path:
                raise
            # Another took its place between the look at the pointer and the opening.
            return self._refreshed(owner_id, None, now)
        entry.fresh_until = now + RELOAD_SECONDS
        self._open[owner_id] = entry
        while len(self._open) > MAX_OPEN:
            self._open.popitem(last=False)
        return entry

    def forget(self, owner_id: UUID) -> None:
        """Have the next reader open the index anew, to see what was written."""
        with self._lock:
            self._open.pop(owner_id, None)

    def _home(self, owner_id: UUID) -> Path:
        return self.root / str(owner_id)

    def _with_tokenizer(self, index: Index) -> Index:
        # Tokenizers belong to the object, not to the directory: each opening needs them again.
        index.register_tokenizer(TOKENIZER, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
        return index


def _stamp(path: Path) -> tuple[object, ...]:
    """Return what tells one commit from the next: each puts another such file in its place."""
    found = (path / _COMMITTED).stat()
    return path.name, found.st_ino, found.st_mtime_ns, found.st_size
