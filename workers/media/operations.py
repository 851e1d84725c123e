"""What the sandbox may be asked to do, and how failures of decoders become reasons for people."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import av
import pypdfium2
import pyvips

from gallery.sniff import PDF, FileType
from gallery.types import MediaFacts, RenderedFile, Rulings, TextPage
from workers.media.errors import MediaError, spell_count
from workers.media.inspect import inspect
from workers.media.limits import Limits
from workers.media.pdf import open_pdf, render_pdf, render_pdf_pages
from workers.media.pdf_text import read_text_layer
from workers.media.render import render_picture, render_picture_pages
from workers.media.rulings import find_rulings
from workers.media.transcode import transcode
from workers.media.video import render_video, sample_frames
from workers.media.wire import from_wire, to_wire

Arguments = Mapping[str, Any]

_DECODER_ERRORS: tuple[type[Exception], ...] = (
    pyvips.Error,
    pypdfium2.PdfiumError,
    av.FFmpegError,
    OSError,
    MemoryError,
)
_TRUNCATED = re.compile(r"truncat|premature end|unexpected end|end of file|too early", re.I)
_NO_MEMORY = re.compile(
    r"out of memory|cannot allocate|unable to allocate|memory limit|could not create decoder", re.I
)


def answer_call(operation: str, arguments: Arguments, limits: Limits) -> dict[str, Any]:
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


def _inspect(arguments: Arguments, limits: Limits) -> MediaFacts:
    sidecar = arguments["sidecar"]
    return inspect(
        _path(arguments),
        _file_type(arguments),
        name=arguments["name"],
        sidecar=Path(sidecar) if sidecar else None,
        limits=limits,
    )


def _render(arguments: Arguments, limits: Limits) -> list[RenderedFile]:
    path, file_type, folder = _path(arguments), _file_type(arguments), _folder(arguments)
    if file_type.kind == "video":
        return render_video(path, file_type, folder)
    if file_type == PDF:
        return render_pdf(path, folder)
    return render_picture(path, file_type, folder, limits)


def _render_pages(arguments: Arguments, limits: Limits) -> list[RenderedFile]:
    path, file_type, folder = _path(arguments), _file_type(arguments), _folder(arguments)
    if file_type == PDF:
        return render_pdf_pages(path, _pdf_pages(path, arguments, limits), folder)
    return render_picture_pages(path, file_type, _pages(arguments, limits), folder, limits)


def _text_layer(arguments: Arguments, limits: Limits) -> list[TextPage]:
    if _file_type(arguments) != PDF:
        return []
    path = _path(arguments)
    return read_text_layer(path, _pdf_pages(path, arguments, limits))


def _rulings(arguments: Arguments, limits: Limits) -> Rulings:
    return find_rulings(_path(arguments), _file_type(arguments), arguments["number"], limits)


def _sample_frames(arguments: Arguments, limits: Limits) -> list[RenderedFile]:
    return sample_frames(
        _path(arguments), _file_type(arguments), _folder(arguments), arguments["max_frames"]
    )


def _transcode(arguments: Arguments, limits: Limits) -> RenderedFile:
    return transcode(_path(arguments), _file_type(arguments), _folder(arguments))


def _path(arguments: Arguments) -> Path:
    return Path(arguments["path"])


def _folder(arguments: Arguments) -> Path:
    return Path(arguments["folder"])


def _file_type(arguments: Arguments) -> FileType:
    return from_wire(FileType, arguments["file_type"])


def _pages(arguments: Arguments, limits: Limits) -> range:
    """Return the asked pages; raises MediaError beyond the limit."""
    first, last = arguments["first"], arguments["last"]
    if last > limits.max_pages:
        asked, allowed = spell_count(last), spell_count(limits.max_pages)
        message = f"Page {asked} of the document lies beyond the limit of {allowed} pages."
        raise MediaError("too_many_pages", message)
    return range(max(first, 1), last + 1)


def _pdf_pages(path: Path, arguments: Arguments, limits: Limits) -> range:
    """Return the asked pages as far as the document has them."""
    asked = _pages(arguments, limits)
    with open_pdf(path) as document:
        return range(asked.start, min(asked.stop, len(document) + 1))


OPERATIONS: dict[str, Callable[[Arguments, Limits], Any]] = {
    "inspect": _inspect,
    "render": _render,
    "render_pages": _render_pages,
    "text_layer": _text_layer,
    "rulings": _rulings,
    "sample_frames": _sample_frames,
    "transcode": _transcode,
}
