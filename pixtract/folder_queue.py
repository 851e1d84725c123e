"""The queue in a folder, for one machine: kombu's, but for how messages are put there.

Kombu opens a message's file before it writes to it, so that another process may read it while it
is empty, which is the end of that worker; so is what a process that was killed leaves behind.
"""

from __future__ import annotations

import logging
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """Puts messages into the folder in one step, and passes over what cannot be read."""

    def _put(  # type: ignore[override]  # kombu's own two name it differently
        self, queue: str, payload: dict[str, Any], **_kwargs: Any
    ) -> None:
        folder = Path(self.data_folder_out)
        # Messages are read in the order of their names. What is being written has no such name.
        name = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        unfinished = folder / f".{name}.new"
        try:
            unfinished.write_text(dumps(payload), encoding="utf-8")
            unfinished.rename(folder / name)
        except OSError as error:
            raise ChannelError(f"Cannot add {name} to the queue") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        try:
            return super()._get(queue)
        except ValueError as error:
            # Nothing is lost: messages only say that there is work.
            logger.warning("message of the queue is illegible", extra={"error": error})
            raise Empty from error


class Transport(filesystem.Transport):
    """Kombu's, with that channel."""

    Channel = Channel


def use() -> None:
    """Have addresses that begin with ``filesystem://`` mean this transport."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
