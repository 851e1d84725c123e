"""Parts as files of a folder, until they are one file: what a bucket does by itself.

A part is named by its number and its MD5, as ``00001.<hex>``: the name is its ETag.
It appears by a rename, whole and checked, or not at all.
"""

from __future__ import annotations

import base64
import errno
import fcntl
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from django.core.files.storage import default_storage
from django.urls import reverse

from gallery.parts.tokens import Grant, token_for
from gallery.parts.types import Arriving, SignedRequest, Wish

_CHUNK = 1 << 20
_RESERVE_BYTES = 256 << 20


class BadPart(Exception):
    """The body is not what was announced; nothing of it is kept."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part that is there; ``etag`` is the MD5 of its bytes, hexadecimal."""

    number: int
    etag: str
    path: Path
    size_bytes: int


class Body(Protocol):
    """What bytes are read from: a request, or a file."""

    def read(self, size: int, /) -> bytes: ...


def begin(arriving: Arriving) -> None:
    """Make the folder; raises OSError (ENOSPC) when the file could not fit."""
    place = _place(arriving)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(place).free < arriving.size_bytes + _RESERVE_BYTES:
        place.rmdir()
        raise OSError(errno.ENOSPC, "no space for the announced upload")


def sign(arriving: Arriving, wish: Wish) -> SignedRequest:
    """An address of our own; relative, because only the client knows how it reaches us."""
    token = token_for(
        Grant(wish.method, arriving.owner_id, arriving.upload_id, wish.part_number, wish.md5)
    )
    headers = {"Content-MD5": wish.md5} if wish.method == "PUT" else {}
    return SignedRequest(reverse("api:upload-parts", args=[token]), headers)


def write_part(arriving: Arriving, number: int, md5: str, length: int, body: Body) -> str:
    """Take part ``number``, or with 0 the whole file, from ``body``; returns its ETag.

    Raises BadPart when length or MD5 (base64) are not the announced ones.
    """
    _check_length(length, arriving.bytes_of_part(number))
    place = _place(arriving)
    draft = place / f"draft-{uuid.uuid4().hex}"
    try:
        with draft.open("xb") as file:
            digest = _copy(body, file, length)
            _flush(file)
        if digest != _raw_md5(md5):
            raise BadPart("BadDigest", "The bytes are not those that the MD5 announced.")
        _publish(draft, place, number, digest.hex())
    finally:
        draft.unlink(missing_ok=True)
    return digest.hex()


def _check_length(length: int, wanted: int) -> None:
    if length < wanted:
        raise BadPart("EntityTooSmall", f"The part has {length} bytes and should have {wanted}.")
    if length > wanted:
        raise BadPart("EntityTooLarge", f"The part has {length} bytes and should have {wanted}.")


def _copy(body: Body, file: BinaryIO, length: int) -> bytes:
    digest, rest = hashlib.md5(usedforsecurity=False), length
    while rest and (chunk := body.read(min(_CHUNK, rest))):
        digest.update(chunk)
        file.write(chunk)
        rest -= len(chunk)
    if rest:
        raise BadPart("IncompleteBody", "The connection ended before the part did.")
    return digest.digest()


def _raw_md5(md5: str) -> bytes:
    return base64.b64decode(md5, validate=False)


def _flush(file: BinaryIO) -> None:
    """A part that was acknowledged must outlive a power cut: it is never sent again."""
    file.flush()
    os.fsync(file.fileno())


def _publish(draft: Path, place: Path, number: int, etag: str) -> None:
    target = place / (f"{number:05}.{etag}" if number else "file")
    draft.rename(target)
    for other in place.glob(f"{number:05}.*") if number else ():
        if other != target:
            other.unlink(missing_ok=True)


def listed(arriving: Arriving) -> list[StoredPart] | None:
    """The parts that are there, in order; None when there is no folder for them."""
    place = _place(arriving)
    if not place.is_dir():
        return None
    found = {part.number: part for path in sorted(place.iterdir()) if (part := _part(path))}
    return [found[number] for number in sorted(found)]


def _part(path: Path) -> StoredPart | None:
    number, _, etag = path.name.partition(".")
    if not number.isdigit() or not etag:
        return None
    try:
        return StoredPart(int(number), etag, path, path.stat().st_size)
    except FileNotFoundError:
        return None


def sizes(arriving: Arriving) -> dict[int, int] | None:
    parts = listed(arriving)
    return None if parts is None else {part.number: part.size_bytes for part in parts}


def is_complete(arriving: Arriving) -> bool:
    """Whether the file, or each of its parts, is there in full length."""
    whole = _place(arriving) / "file"
    have = whole.stat().st_size if whole.exists() else 0
    if not arriving.part_bytes:
        return have == arriving.size_bytes
    parts = sizes(arriving) or {}
    gathered = have // arriving.part_bytes if have < arriving.size_bytes else arriving.part_count
    return all(
        number <= gathered or parts.get(number) == arriving.bytes_of_part(number)
        for number in range(1, arriving.part_count + 1)
    )


def holds(arriving: Arriving, wanted: Iterable[tuple[int, str]]) -> bool:
    """Whether the parts are exactly those ``wanted``, by number and ETag, none missing."""
    have = [(part.number, part.etag) for part in listed(arriving) or ()]
    return have == list(wanted) and is_complete(arriving)


def gather(arriving: Arriving) -> None:
    """Append the parts to one file, in order; goes on where a killed run was.

    Each part is deleted once it is in: at no time is more than one part there twice.
    """
    whole = _place(arriving) / "file"
    with _alone(arriving):
        for part in listed(arriving) or ():
            with part.path.open("rb") as source, whole.open("ab") as file:
                file.truncate((part.number - 1) * arriving.part_bytes)
                shutil.copyfileobj(source, file, _CHUNK)
                _flush(file)
            part.path.unlink()


@contextmanager
def _alone(arriving: Arriving) -> Iterator[None]:
    """Keep out a second run, begun because the first was taken for dead."""
    with (_place(arriving) / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def promote(arriving: Arriving, key: str) -> None:
    """Give the file its final name beside the one it has, so that a crash loses neither."""
    source, target = _place(arriving) / "file", Path(default_storage.path(key))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.EXDEV, errno.EMLINK):
            raise
        shutil.copyfile(source, target)
    target.chmod(0o600)


def discard(arriving: Arriving) -> None:
    """Remove the folder with all that is in it."""
    place = _place(arriving)
    shutil.rmtree(place, ignore_errors=True)


def _place(arriving: Arriving) -> Path:
    return Path(default_storage.path(arriving.key)).parent
