"""Libraries in OpenSearch: all in one index, each with a note that names what is valid of it.

Documents of other generations than the noted one are not found, so that a library that was
indexed anew takes the place of the old one in one step.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from opensearchpy.exceptions import ConflictError
from opensearchpy.helpers import scan

from search.backends.base import IndexBroken, IndexHeld, SearchUnavailable
from search.backends.holders import has_ended, this_process
from search.backends.opensearch_answers import judge_answer, send
from search.backends.opensearch_client import server_errors
from search.backends.opensearch_indices import Indices
from search.backends.opensearch_schema import new_generation

Json = dict[str, Any]

logger = logging.getLogger(__name__)

LEASE_SECONDS = 120
RENEW_SECONDS = 20
_NOTE = "library."
_DELETE_SECONDS = 600
_DELETE_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted of a library: its generation, and until when ``holder`` makes another."""

    generation: str
    building_until: float
    holder: str = ""
    seq_no: int = 0
    primary_term: int = 0

    @property
    def is_held(self) -> bool:
        """True while a process is making another generation."""
        return self.building_until > time.time() and not has_ended(self.holder)


class LibraryStore:
    """Reads and writes the libraries of an index."""

    def __init__(self, indices: Indices) -> None:
        self.indices = indices
        self._client = indices.client

    # Notes

    def generation(self, owner_id: UUID) -> str:
        """Return the library's valid generation. Raises IndexBroken when there is none."""
        note = self._note(owner_id, self.indices.read_alias)
        if note is None or not note.generation:
            raise IndexBroken("there is no index of this library")
        return note.generation

    def has_library(self, owner_id: UUID) -> bool:
        """True when a generation of the library is valid here."""
        return bool((note := self._note(owner_id, self.indices.read_alias)) and note.generation)

    def free_note(self, owner_id: UUID, alias: str) -> Note | None:
        """Return the note of a library that nobody is making anew, or raise SearchUnavailable.

        A hold that ran out is taken away first. Whether its holder is dead or only slow: what
        is written from now on is not in what it makes, and it must find its place taken.
        """
        note = self._note(owner_id, alias)
        if note and note.is_held:
            raise IndexHeld("another process is writing to this index")
        if note and note.building_until:
            return self.put_note(owner_id, note, Note(note.generation, 0), alias)
        return note

    def targets(self, owner_id: UUID) -> list[tuple[str, str]]:
        """Return the aliases to write to, each with the library's generation there.

        The index in use may have none, or not be there. Raises SearchUnavailable while the
        library is being indexed anew.
        """
        found: list[tuple[str, str]] = []
        for alias in self.indices.written_to():
            with suppress(IndexBroken):
                note = self.free_note(owner_id, alias)
                if note and note.generation:
                    found.append((alias, note.generation))
        return found

    def put_note(self, owner_id: UUID, before: Note | None, after: Note, alias: str = "") -> Note:
        """Write a note over the one that was read. Raises SearchUnavailable if it has changed."""
        expected: Json = {"op_type": "create"}
        if before is not None:
            expected = {"if_seq_no": before.seq_no, "if_primary_term": before.primary_term}
        library = {
            "generation": after.generation,
            "building_until": after.building_until,
            "holder": after.holder,
        }
        with server_errors():
            try:
                answer = self._client.index(
                    index=alias or self.indices.write_alias,
                    id=_note_id(owner_id),
                    body={"library": library, "viewers": [str(owner_id)]},
                    params={"routing": owner_id, "require_alias": "true", **expected},
                )
            except ConflictError as error:
                raise IndexHeld("another process is writing to this index") from error
        return replace(after, seq_no=answer["_seq_no"], primary_term=answer["_primary_term"])

    @contextmanager
    def building(self, owner_id: UUID) -> Iterator[Build]:
        """Give a new generation, put to use when all went well.

        Raises SearchUnavailable when another process is making one.
        """
        self.indices.make_first()
        build = Build(self, owner_id)
        with ExitStack() as undoing:
            undoing.callback(build.give_up)
            # What a build that was killed has left; with the library held, there is no other.
            self.keep_only(owner_id, build.valid)
            yield build
            self.indices.refresh(self.indices.write_alias)
            build.finish()
            undoing.pop_all()

    def owners(self) -> Iterator[UUID]:
        """Yield whose libraries the index in use has notes of."""
        notes = {"query": {"bool": {"must_not": {"exists": {"field": "version"}}}}}
        with server_errors():
            for hit in scan(self._client, notes, index=self.indices.read_alias, _source=False):
                yield UUID(hit["_id"].removeprefix(_NOTE))

    def _note(self, owner_id: UUID, alias: str) -> Note | None:
        with server_errors():
            found = self._client.get(
                index=alias, id=_note_id(owner_id), params={"routing": owner_id, "ignore": 404}
            )
        if "found" not in found:
            raise IndexBroken("there is no index")
        if not found["found"]:
            return None
        library = found["_source"]["library"]
        return Note(
            library["generation"],
            library["building_until"],
            library.get("holder", ""),
            found["_seq_no"],
            found["_primary_term"],
        )

    # Documents

    def ask(self, owner_id: UUID, bodies: Sequence[Json], generation: str = "") -> list[Json]:
        """Search in what the owner may see: the one door through which every question goes.

        Without a ``generation``, the valid one: the server itself reads the note that names it.
        When nothing is found, there may be none; then this raises IndexBroken.
        """
        made_in = _made_in(generation) if generation else self._validly_made(owner_id)
        header = {
            "index": self.indices.read_alias,
            "routing": str(owner_id),
            "allow_partial_search_results": False,
            "cancel_after_time_interval": "10s",
        }
        lines: list[Json] = []
        for body in bodies:
            mine = [_seen_by(owner_id), made_in]
            query = {"bool": {"must": [body.get("query", {"match_all": {}})], "filter": mine}}
            lines += (header, {**body, "query": query})
        with server_errors():
            answers: list[Json] = self._client.msearch(body=lines)["responses"]
        for answer in answers:
            judge_answer(answer)
        total = answers[0]["hits"].get("total")
        if not generation and total and not total["value"]:
            self.generation(owner_id)
        return answers

    def _validly_made(self, owner_id: UUID) -> Json:
        noted = {
            "index": self.indices.read_alias,
            "id": _note_id(owner_id),
            "routing": str(owner_id),
            "path": "library.generation",
        }
        return {"terms": {"generation": noted}}

    def send(self, actions: Iterable[Json], *, is_visible: bool = False) -> int:
        """Send changes in bulk; see ``opensearch_answers.send``."""
        return send(self._client, actions, is_visible=is_visible)

    def delete_generation(self, owner_id: UUID, generation: str) -> None:
        """Delete a generation that never came to use."""
        self.indices.refresh(self.indices.write_alias)
        self._delete(self.indices.write_alias, owner_id, {"filter": [_made_in(generation)]})

    def keep_only(self, owner_id: UUID, generation: str) -> None:
        """Delete every other generation. Call with the library held, before another begins."""
        self.indices.refresh(self.indices.write_alias)
        is_item = {"exists": {"field": "version"}}
        others = {"filter": [is_item], "must_not": [_made_in(generation)]}
        self._delete(self.indices.write_alias, owner_id, others)

    def drop(self, owner_id: UUID, generation: str) -> None:
        """Let the server delete a generation in its own time; no reader sees it any more."""
        which = {"filter": [_made_in(generation)]}
        self._delete(self.indices.write_alias, owner_id, which, waits=False)

    def forget(self, owner_id: UUID) -> None:
        """Delete all of the owner's documents. Raises SearchUnavailable when some resist."""
        with suppress(IndexBroken):
            for alias in self.indices.written_to():
                self.free_note(owner_id, alias)
        self.indices.refresh(self.indices.every)
        for _ in range(_DELETE_ATTEMPTS):
            if not self._delete(self.indices.every, owner_id, {}):
                return
        raise SearchUnavailable("documents of this library are still being written")

    def _delete(self, index: str, owner_id: UUID, which: Json, *, waits: bool = True) -> int:
        """Delete the owner's documents that ``which`` finds; returns how many were in the way."""
        mine = {"filter": [_seen_by(owner_id), {"bool": which}]}
        with server_errors():
            answer = self._client.delete_by_query(
                index=index,
                body={"query": {"bool": mine}},
                params={
                    "routing": owner_id,
                    "conflicts": "proceed",
                    "refresh": "true",
                    "wait_for_completion": "true" if waits else "false",
                    "request_timeout": _DELETE_SECONDS,
                },
            )
        return int(answer.get("version_conflicts", 0))


class Build:
    """One generation on its way, held against other processes by a lease that it renews."""

    def __init__(self, store: LibraryStore, owner_id: UUID) -> None:
        self.generation = new_generation()
        self._store = store
        self._owner_id = owner_id
        before = store.free_note(owner_id, store.indices.write_alias)
        self.valid = before.generation if before else ""
        self._note = self._put(before, self.valid, LEASE_SECONDS)

    def keep(self) -> None:
        """Renew the lease when it is time. Raises SearchUnavailable when it was lost."""
        if self._note.building_until - time.time() < LEASE_SECONDS - RENEW_SECONDS:
            self._note = self._put(self._note, self._note.generation, LEASE_SECONDS)

    def finish(self) -> None:
        """Make this generation the valid one, in the place of the one before."""
        self._note = self._put(self._note, self.generation, 0)
        if self.valid:
            self._store.drop(self._owner_id, self.valid)

    def give_up(self) -> None:
        """Remove what was written and give the lease back; it would run out by itself."""
        try:
            self._store.delete_generation(self._owner_id, self.generation)
            self._put(self._note, self._note.generation, 0)
        except SearchUnavailable as error:
            logger.warning("unfinished index left", extra={"owner": self._owner_id, "error": error})

    def _put(self, before: Note | None, generation: str, seconds: int) -> Note:
        until = time.time() + seconds if seconds else 0
        holder = this_process() if seconds else ""
        return self._store.put_note(self._owner_id, before, Note(generation, until, holder))


def _note_id(owner_id: UUID) -> str:
    return f"{_NOTE}{owner_id}"


def _seen_by(owner_id: UUID) -> Json:
    return {"term": {"viewers": str(owner_id)}}


def _made_in(generation: str) -> Json:
    return {"term": {"generation": generation}}
