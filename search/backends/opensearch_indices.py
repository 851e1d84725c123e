"""The indexes on the server: made, found by aliases, put in the place of one another.

The index in use has the aliases ``<name>.v1.9c0d…-read`` and ``<name>.v1.9c0d…-write``; one that
is being made to take its place has ``<name>.v1.9c0d…-next`` and gets every write as well.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from opensearchpy.exceptions import RequestError

from search.backends.base import SearchUnavailable
from search.backends.identity import identity
from search.backends.opensearch_client import SLOW, Server, connect, server_errors
from search.backends.opensearch_schema import VERSION, index_body

logger = logging.getLogger(__name__)

_HEALTH_SECONDS = 1
# The server merges what is larger only when most of it was deleted.
_SEGMENT_BYTES = 5 * 2**30


class Indices:
    """The indexes of one installation, seen through the aliases in use or through the next."""

    def __init__(self, server: Server, *, is_next: bool = False) -> None:
        self.server = server
        self.client = connect(server)
        # The dot keeps apart installations of which one's name begins with the other's.
        self.every = f"{server.index}.v*"
        self._name = f"{server.index}.{identity(VERSION)}"
        self._next = f"{self._name}-next"
        self.is_next = is_next
        self.read_alias = self._next if is_next else f"{self._name}-read"
        self.write_alias = self._next if is_next else f"{self._name}-write"

    def written_to(self) -> list[str]:
        """Return the aliases that get a write, the one in use first."""
        is_replaced = not self.is_next and self._exists(self._next)
        return [self.write_alias, self._next] if is_replaced else [self.write_alias]

    def make_first(self) -> None:
        """Make the index in use where there is none yet, unless another process is faster."""
        if self.is_next or self._exists(self.write_alias):
            return
        with server_errors():
            try:
                self._create(f"{self._name}-0", [self.read_alias, self.write_alias])
            except RequestError as error:
                if error.error != "resource_already_exists_exception":
                    raise

    @contextmanager
    def replacement(self, *, afresh: bool = False) -> Iterator[Indices]:
        """Give an index, which is put to use when all went well.

        It is empty, or one that was broken off, which has got every change since.
        """
        if afresh:
            self._drop(self._next)
        name = self._next_name()
        if not name:
            name = f"{self._name}-{uuid.uuid4().hex[:12]}"
            with server_errors():
                self._create(name, [self._next])
        with ExitStack() as undoing:
            undoing.callback(self._drop, self._next)
            yield Indices(self.server, is_next=True)
            undoing.pop_all()
        self._switch(name)
        self._put_together(name)

    def expire(self, before: float) -> int:
        """Delete a replacement begun before then (seconds since 1970); returns how many."""
        if not (name := self._next_name()):
            return 0
        with server_errors():
            found = self.client.indices.get_settings(index=name, name="index.creation_date")
        begun = int(found[name]["settings"]["index"]["creation_date"]) / 1000
        if begun >= before:
            return 0
        self._drop(self._next)
        return 1

    def refresh(self, index: str) -> None:
        """Let readers see what was written."""
        with server_errors():
            self.client.indices.refresh(index=index, params=SLOW)

    def is_writable(self) -> bool:
        """True when the server has all it needs and takes writes. Raises SearchUnavailable."""
        quick = {"request_timeout": _HEALTH_SECONDS}
        with server_errors():
            health = self.client.cluster.health(params=quick)
            blocks = self.client.indices.get_settings(
                index=self.write_alias,
                name="index.blocks.*",
                params={"ignore_unavailable": "true", "flat_settings": "true", **quick},
            )
        is_blocked = any("true" in index["settings"].values() for index in blocks.values())
        return health["status"] != "red" and not is_blocked

    def size_bytes(self) -> tuple[int, int]:
        """Return how many documents the index in use has, and its bytes, without its copies."""
        with server_errors():
            stats = self.client.indices.stats(index=self.read_alias, metric="docs,store")
        primaries = stats["_all"]["primaries"]
        return int(primaries["docs"]["count"]), int(primaries["store"]["size_in_bytes"])

    def _switch(self, name: str) -> None:
        """Put the aliases on another index and remove every other, all in one step."""
        with server_errors():
            old = set(self.client.indices.get(index=self.every)) - {name}
            actions: list[dict[str, Any]] = [
                {"remove_index": {"index": other}} for other in sorted(old)
            ]
            for alias in (self.read_alias, self.write_alias):
                actions.append({"add": {"index": name, "alias": alias}})
            actions.append({"remove": {"index": name, "alias": self._next}})
            self.client.indices.update_aliases(body={"actions": actions}, params=SLOW)

    def _put_together(self, name: str) -> None:
        """Have the server merge what was written piece by piece, in its own time.

        A third of the bytes is left, and a question looks in few places.
        """
        try:
            _, size = self.size_bytes()
            few = {"max_num_segments": 1 + size // _SEGMENT_BYTES, "wait_for_completion": "false"}
            with server_errors():
                self.client.indices.flush(index=name, params=SLOW)
                self.client.indices.forcemerge(index=name, params=few)
        except SearchUnavailable as error:
            logger.warning("index left in pieces", extra={"index": name, "error": error})

    def _drop(self, alias: str) -> None:
        """Delete the indexes behind an alias, if there are any."""
        if self._exists(alias):
            with server_errors():
                for name in self.client.indices.get_alias(name=alias):
                    self.client.indices.delete(index=name, params=SLOW)

    def _next_name(self) -> str:
        if not self._exists(self._next):
            return ""
        with server_errors():
            return str(next(iter(self.client.indices.get_alias(name=self._next))))

    def _exists(self, alias: str) -> bool:
        with server_errors():
            return bool(self.client.indices.exists_alias(name=alias))

    def _create(self, name: str, aliases: list[str]) -> None:
        body = index_body(self.server) | {"aliases": {alias: {} for alias in aliases}}
        self.client.indices.create(index=name, body=body, params=SLOW)
