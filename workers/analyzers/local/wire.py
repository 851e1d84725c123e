"""Messages between the engine process and its parent: a length, then JSON."""

from __future__ import annotations

import json
import os
import select
import struct
import time
from collections.abc import Mapping
from typing import Any

HEADER = struct.Struct(">I")
MAX_MESSAGE_BYTES = 32 * 1024 * 1024
CHUNK_BYTES = 1 << 16

Message = dict[str, Any]


class ConnectionClosedError(Exception):
    """The other side is gone."""


class MessageError(ValueError):
    """What came is no message, or too long a one."""


def send(descriptor: int, message: Mapping[str, Any]) -> None:
    """Write one message; raises ConnectionClosedError."""
    body = json.dumps(message, ensure_ascii=False, allow_nan=False).encode()
    if len(body) > MAX_MESSAGE_BYTES:
        raise MessageError(f"a message of {len(body)} bytes")
    view = memoryview(HEADER.pack(len(body)) + body)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except BrokenPipeError as error:
        raise ConnectionClosedError from error


def receive(descriptor: int, seconds: float | None = None) -> Message:
    """Read one message.

    Raises ConnectionClosedError at the end of the stream, TimeoutError when
    the whole message has not come within ``seconds``, MessageError for noise.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    (length,) = HEADER.unpack(_read(descriptor, HEADER.size, deadline))
    if length > MAX_MESSAGE_BYTES:
        raise MessageError(f"a message of {length} bytes")
    try:
        message = json.loads(_read(descriptor, length, deadline))
    except ValueError as error:
        raise MessageError("not JSON") from error
    if not isinstance(message, dict):
        raise MessageError("not an object")
    return message


def _read(descriptor: int, length: int, deadline: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        wait = None if deadline is None else max(0.0, deadline - time.monotonic())
        if not select.select([descriptor], [], [], wait)[0]:
            raise TimeoutError
        chunk = os.read(descriptor, min(CHUNK_BYTES, length - len(parts)))
        if not chunk:
            raise ConnectionClosedError
        parts += chunk
    return bytes(parts)
