"""The pipeline's door to media files: every method decodes in the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from gallery.sniff import FileType
from gallery.types import MediaFacts, RenderedFile
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
        readable = [path, sidecar] if sidecar else [path]
        answer = self._sandbox.call(
            "inspect",
            {
                "path": str(path),
                "file_type": to_wire(file_type),
                "name": name or path.name,
                "sidecar": str(sidecar or ""),
            },
            readable=readable,
        )
        return _checked(MediaFacts, answer)

    def render(
        self,
        path: Path,
        file_type: FileType,
        *,
        facts: MediaFacts,
        folder: Path,
        pages: range = range(0),
    ) -> list[RenderedFile]:
        """Write ``thumb`` and ``preview`` (a video: ``poster``) and the asked ``pages``."""
        answer = self._sandbox.call(
            "render",
            {
                "path": str(path),
                "file_type": to_wire(file_type),
                "facts": to_wire(facts),
                "folder": str(folder),
                "pages": [pages.start, pages.stop],
            },
            readable=[path],
            folder=folder,
        )
        return _rendered(answer, folder)


def _checked(kind: type[T], answer: Any) -> T:
    try:
        return from_wire(kind, answer)
    except WireError as error:
        raise MediaError("crashed", detail=str(error)) from error


def _rendered(answer: Any, folder: Path) -> list[RenderedFile]:
    """Trust a decoder's process only with names inside the folder that it was given."""
    try:
        files = list_from_wire(RenderedFile, answer)
    except WireError as error:
        raise MediaError("crashed", detail=str(error)) from error
    for file in files:
        path = Path(file.path)
        if path.parent != folder or path.is_symlink() or not path.is_file():
            raise MediaError("crashed", detail="a rendition is not where it belongs")
    return files
