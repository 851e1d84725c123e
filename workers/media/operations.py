"""What the sandbox may be asked to do, and how failures of decoders become reasons for people."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyvips

from gallery.sniff import FileType
from gallery.types import MediaFacts
from workers.media.errors import MediaError
from workers.media.inspect import inspect
from workers.media.limits import Limits
from workers.media.render import render
from workers.media.wire import from_wire, to_wire

Operation = Callable[[Mapping[str, Any], Limits], Any]

_TRUNCATED = re.compile(r"truncat|premature end|unexpected end|end of file|too early", re.I)
_NO_MEMORY = re.compile(r"out of memory|cannot allocate|unable to allocate|memory limit", re.I)


def answer_call(operation: str, arguments: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """Run one allow-listed operation; return ``{"value": ...}`` or ``{"error": {...}}``."""
    try:
        return {"value": to_wire(OPERATIONS[operation](arguments, limits))}
    except MediaError as error:
        return _describe(error)
    except _DECODER_ERRORS as error:
        return _describe(translate(error))


def translate(error: Exception) -> MediaError:
    """Give the reason that a decoder's own error stands for."""
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return MediaError("too_large", "The disk is full.", detail=text, permanent=False)
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return MediaError("too_large", detail=text)
    if isinstance(error, MemoryError) or _NO_MEMORY.search(text):
        return MediaError("out_of_memory", detail=text)
    return MediaError("truncated" if _TRUNCATED.search(text) else "corrupt", detail=text)


def _describe(error: MediaError) -> dict[str, Any]:
    fields = ("code", "message", "detail", "permanent")
    return {"error": {name: getattr(error, name) for name in fields}}


def _inspect(arguments: Mapping[str, Any], limits: Limits) -> Any:
    sidecar = arguments["sidecar"]
    return inspect(
        Path(arguments["path"]),
        from_wire(FileType, arguments["file_type"]),
        name=arguments["name"],
        sidecar=Path(sidecar) if sidecar else None,
        limits=limits,
    )


def _render(arguments: Mapping[str, Any], limits: Limits) -> Any:
    return render(
        Path(arguments["path"]),
        from_wire(FileType, arguments["file_type"]),
        from_wire(MediaFacts, arguments["facts"]),
        folder=Path(arguments["folder"]),
        pages=range(*arguments["pages"]),
        limits=limits,
    )


_DECODER_ERRORS: tuple[type[Exception], ...] = (pyvips.Error, OSError, MemoryError)

OPERATIONS: dict[str, Operation] = {"inspect": _inspect, "render": _render}
