"""The pipeline's door to media files: every method decodes in the sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from gallery.sniff import FileType
from gallery.types import MediaFacts, RenderedFile, Rulings, TextPage
from workers.media.errors import MediaError
from workers.media.limits import Limits
from workers.media.sandbox import Sandbox
from workers.media.wire import WireError, from_wire, list_from_wire, to_wire

T = TypeVar("T")


class MediaTools:
    """Work on stored files under ``limits``; safe to share between threads.

    Paths are absolute; folders that are written to exist. Every method raises MediaError.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._sandbox = Sandbox(self.limits)

    def close(self) -> None:
        """End the helper process."""
        self._sandbox.close()

    def inspect(
        self, path: Path, file_type: FileType, *, name: str = "", sidecar: Path | None = None
    ) -> MediaFacts:
        """Return what the file says about itself; ``name`` is the owner's name for it."""
        arguments = {"name": name or path.name, "sidecar": str(sidecar or "")}
        readable = [path, sidecar] if sidecar else [path]
        answer = self._call("inspect", path, file_type, arguments, readable=readable)
        return _checked(MediaFacts, answer)

    def render(self, path: Path, file_type: FileType, folder: Path) -> list[RenderedFile]:
        """Write ``thumb`` and ``preview`` into ``folder``; for a video ``thumb`` and ``poster``."""
        return _rendered(self._call("render", path, file_type, folder=folder), folder)

    def render_pages(
        self, path: Path, file_type: FileType, first: int, last: int, folder: Path
    ) -> list[RenderedFile]:
        """Write pictures of the pages of a PDF or TIFF, counted from 1, ``last`` included."""
        arguments = {"first": first, "last": last}
        answer = self._call("render_pages", path, file_type, arguments, folder=folder)
        return _rendered(answer, folder)

    def text_layer(self, path: Path, file_type: FileType, first: int, last: int) -> list[TextPage]:
        """Return a PDF's own text; a page without lines has none that can be used."""
        arguments = {"first": first, "last": last}
        return _checked_list(TextPage, self._call("text_layer", path, file_type, arguments))

    def rulings(self, path: Path, file_type: FileType, number: int = 1) -> Rulings:
        """Return the straight lines on a picture; it shows page ``number`` of its document."""
        return _checked(Rulings, self._call("rulings", path, file_type, {"number": number}))

    def sample_frames(
        self, path: Path, file_type: FileType, folder: Path, max_frames: int
    ) -> list[RenderedFile]:
        """Write pictures spread over a video's length, each with the stretch it stands for."""
        arguments = {"max_frames": max_frames}
        answer = self._call("sample_frames", path, file_type, arguments, folder=folder)
        return _rendered(answer, folder)

    def transcode(
        self, path: Path, file_type: FileType, folder: Path, duration_ms: int | None = None
    ) -> RenderedFile:
        """Write ``play``, a copy that browsers play.

        It may take the time that the limits grant a video of this length, the longest possible
        where the length is unknown.
        """
        limits = self.limits
        seconds = limits.transcode_seconds
        if duration_ms is not None:
            granted = limits.wall_seconds + duration_ms / 1000 * limits.transcode_ratio
            seconds = min(granted, limits.transcode_seconds)
        answer = self._call("transcode", path, file_type, folder=folder, seconds=seconds)
        return _rendered([answer], folder)[0]

    def _call(
        self,
        operation: str,
        path: Path,
        file_type: FileType,
        arguments: Mapping[str, Any] | None = None,
        *,
        readable: Sequence[Path] = (),
        folder: Path | None = None,
        seconds: float | None = None,
    ) -> Any:
        message = {"path": str(path), "file_type": to_wire(file_type), **(arguments or {})}
        if folder is not None:
            message["folder"] = str(folder)
        return self._sandbox.call(
            operation, message, readable=readable or [path], folder=folder, seconds=seconds
        )


def _checked(kind: type[T], answer: Any) -> T:
    try:
        return from_wire(kind, answer)
    except WireError as error:
        raise MediaError("crashed", detail=str(error)) from error


def _checked_list(kind: type[T], answer: Any) -> list[T]:
    try:
        return list_from_wire(kind, answer)
    except WireError as error:
        raise MediaError("crashed", detail=str(error)) from error


def _rendered(answer: Any, folder: Path) -> list[RenderedFile]:
    """Trust a decoder's process only with plain files inside the folder that it was given."""
    files = _checked_list(RenderedFile, answer)
    for file in files:
        path = Path(file.path)
        if path.parent != folder or path.is_symlink() or not path.is_file():
            raise MediaError("crashed", detail="a rendition is not where it belongs")
    return files
