"""Uploads go to disk as they arrive, hashed and counted on the way, never whole in memory."""

from __future__ import annotations

import hashlib
import tempfile
import weakref
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from gallery.incoming import HEAD_BYTES, IncomingFile

_ENVELOPE = 1 << 20  # what a multipart body may weigh besides the file


class UploadTooLarge(RequestDataTooBig):
    """The body or the file is over ``PIXTRACT_MAX_UPLOAD_BYTES``."""


class HashedUpload(UploadedFile):  # type: ignore[type-arg]
    """A received file on disk. Whoever moves it away keeps it; else it is deleted on close."""

    def __init__(self, name: str, content_type: str) -> None:
        file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed by close()
            prefix="upload-", dir=settings.PIXTRACT_WORK_DIR, delete=False
        )
        super().__init__(file, name, content_type, 0)
        self._sink = file
        self.path = Path(file.name)
        # The parser forgets the file that it was at when a client goes away.
        weakref.finalize(self, self.path.unlink, missing_ok=True)
        self.digest = hashlib.sha256()
        self.head = b""

    def receive(self, chunk: bytes) -> None:
        self._sink.write(chunk)
        self.digest.update(chunk)
        self.size = (self.size or 0) + len(chunk)
        if len(self.head) < HEAD_BYTES:
            self.head += chunk[: HEAD_BYTES - len(self.head)]

    def incoming(self) -> IncomingFile:
        """The received file as the services take it."""
        self._sink.flush()
        return IncomingFile(
            path=self.path,
            name=self.name or "",
            size_bytes=self.size or 0,
            sha256=self.digest.hexdigest(),
            head=self.head,
        )

    def close(self) -> None:
        super().close()
        self.path.unlink(missing_ok=True)


class HashingUploadHandler(FileUploadHandler):
    """Django's upload handler for every form: one file at a time, straight to disk."""

    chunk_size = 256 * 1024
    current: HashedUpload | None = None

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > settings.PIXTRACT_MAX_UPLOAD_BYTES + _ENVELOPE:
            raise UploadTooLarge("The upload is over the limit.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.current = HashedUpload(self.file_name or "", self.content_type or "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.current is None:
            return
        self.current.receive(raw_data)
        if (self.current.size or 0) > settings.PIXTRACT_MAX_UPLOAD_BYTES:
            self._discard()
            raise UploadTooLarge("The file is over the limit.")

    def file_complete(self, file_size: int) -> HashedUpload | None:
        upload, self.current = self.current, None
        if upload is not None:
            upload.seek(0)
        return upload

    def upload_interrupted(self) -> None:
        self._discard()

    def _discard(self) -> None:
        if self.current is not None:
            self.current.close()
            self.current = None
