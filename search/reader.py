"""Documents as an engine takes them, read a batch at a time, whatever is wrong with one of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from search.backends.base import Encoded, Encoder
from search.documents import load_documents
from search.label_book import LabelBook

logger = logging.getLogger(__name__)

# What a row of an unforeseen shape raises when its document is built.
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError)


class Unreadable(NamedTuple):
    """An item of which no document can be made, and why."""

    item_id: UUID
    error: str


class Reader:
    """Reads documents of one library; what its labels are called is looked up once."""

    def __init__(self, owner_id: UUID, encode: Encoder) -> None:
        self._owner_id = owner_id
        self._encode = encode
        self._book = LabelBook()

    def read(self, item_ids: Sequence[UUID]) -> Iterator[Encoded | Unreadable]:
        """Yield what there is of these items, one at a time."""
        done: set[UUID] = set()
        try:
            for document in load_documents(self._owner_id, item_ids, self._book):
                encoded = self._encode(document)
                done.add(document.id)
                yield encoded
        except UNREADABLE as error:
            if len(item_ids) > 1:
                for item_id in item_ids:
                    if item_id not in done:
                        yield from self.read([item_id])
            else:
                logger.exception("item cannot be indexed", extra={"item": item_ids[0]})
                yield Unreadable(item_ids[0], repr(error))
