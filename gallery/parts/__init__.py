"""Files that arrive in parts: in the bucket, or in a folder that speaks the same protocol."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator

from django.core.files.storage import storages

from gallery import storage
from gallery.incoming import HEAD_BYTES, FileFacts
from gallery.parts import folder
from gallery.parts.types import Arriving, PartStore, SignedRequest, Wish

logger = logging.getLogger(__name__)
_CHUNK = 1 << 20


def begin(arriving: Arriving) -> str:
    """Prepare the store; returns its own name for an upload in parts, else nothing."""
    store = _bucket()
    if store is None:
        folder.begin(arriving)
        return arriving.upload_id.hex if arriving.part_bytes else ""
    return store.begin_parts(arriving.key) if arriving.part_bytes else ""


def sign(arriving: Arriving, wish: Wish) -> SignedRequest:
    """Say where the client may send this request."""
    store = _bucket()
    return store.sign_part(arriving, wish) if store else folder.sign(arriving, wish)


def sizes(arriving: Arriving) -> dict[int, int] | None:
    """Bytes by number of the parts that are there; None when the store knows of no upload."""
    if not arriving.part_bytes:
        return {}
    store = _bucket()
    return store.part_sizes(arriving) if store else folder.sizes(arriving)


def is_complete(arriving: Arriving) -> bool:
    """Whether every announced byte is there, put together or ready to be."""
    if _bucket() is None:
        return folder.is_complete(arriving)
    try:
        return storage.stored_size(arriving.key) == arriving.size_bytes
    except FileNotFoundError:
        return False


def gather(arriving: Arriving) -> None:
    """Make one file of the parts; raises FileNotFoundError. A bucket has done so already."""
    if _bucket() is None:
        folder.gather(arriving)


def read_facts(arriving: Arriving, name: str) -> FileFacts:
    """Read the whole file once, from the store; raises FileNotFoundError, StoreUnavailable."""
    digest, head, size = hashlib.sha256(), b"", 0
    for chunk in _chunks(arriving.key):
        if len(head) < HEAD_BYTES:
            head += chunk[: HEAD_BYTES - len(head)]
        digest.update(chunk)
        size += len(chunk)
    return FileFacts(name=name, size_bytes=size, sha256=digest.hexdigest(), head=head)


def _chunks(key: str) -> Iterator[bytes]:
    with storage.open_stored(key) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def promote(arriving: Arriving, key: str) -> None:
    """Keep the file under ``key``, too. Doing it twice is harmless; nothing is sent again."""
    store = _bucket()
    if store:
        store.copy_within(arriving.key, key)
    else:
        folder.promote(arriving, key)


def discard(arriving: Arriving) -> None:
    """Forget whatever has arrived; nothing being there is no error."""
    store = _bucket()
    if store is None:
        folder.discard(arriving)
        return
    try:
        if arriving.multipart_id:
            store.give_up_parts(arriving)
    except storage.StoreUnavailable as error:
        # Nothing refers to them any more, and the bucket is swept by age.
        logger.warning("parts left behind", extra={"key": arriving.key, "reason": error})
    storage.delete_stored([arriving.key])


def _bucket() -> PartStore | None:
    store = storages["default"]
    return store if isinstance(store, PartStore) else None
