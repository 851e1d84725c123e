"""What a store must be able to do with files that arrive in parts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

Method = Literal["PUT", "GET", "POST", "DELETE"]
MEBIBYTE = 1 << 20
PART_BYTES = 8 * MEBIBYTE
MAX_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class Arriving:
    """A file on its way. ``multipart_id`` is the store's own name for an upload in parts."""

    upload_id: uuid.UUID
    owner_id: uuid.UUID
    key: str
    size_bytes: int
    part_bytes: int
    multipart_id: str = ""

    @property
    def part_count(self) -> int:
        """How many parts there must be; 0 for a file that is sent in one piece."""
        return -(-self.size_bytes // self.part_bytes) if self.part_bytes else 0

    def bytes_of_part(self, number: int) -> int:
        """The exact size of part ``number``; part 0 is the whole of a file in one piece."""
        if not self.part_bytes:
            return self.size_bytes
        return min(self.part_bytes, self.size_bytes - (number - 1) * self.part_bytes)


@dataclass(frozen=True, slots=True)
class Wish:
    """A request that a client wants to make; ``md5`` is base64, of the body of a PUT."""

    method: Method
    part_number: int = 0
    md5: str = ""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """Where to send a request, and the headers without which it would be refused."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class PartStore(Protocol):
    """A store that takes parts from clients itself. Everything raises StoreUnavailable."""

    def begin_parts(self, key: str) -> str:
        """Begin an upload in parts; returns the store's name for it."""

    def sign_part(self, arriving: Arriving, wish: Wish) -> SignedRequest:
        """Sign an address at which the store answers this one request."""

    def part_sizes(self, arriving: Arriving) -> dict[int, int] | None:
        """Bytes by number of the parts that are there; None when the upload is unknown."""

    def give_up_parts(self, arriving: Arriving) -> None:
        """Forget the parts; an unknown upload is no error."""

    def copy_within(self, source: str, target: str) -> None:
        """Copy an object inside the store, whatever its size; raises FileNotFoundError."""


def part_bytes_for(size_bytes: int) -> int:
    """The size of the parts for a file of ``size_bytes``; 0 when it goes in one piece."""
    if size_bytes <= PART_BYTES:
        return 0
    least = -(-size_bytes // MAX_PARTS)
    return max(PART_BYTES, -(-least // MEBIBYTE) * MEBIBYTE)
