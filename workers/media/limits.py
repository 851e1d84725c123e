"""How much of the machine one file may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for work on one file.

    ``memory_bytes`` bounds the address space of the process that decodes, so its resident
    memory stays below. ``cpu_seconds`` and ``wall_seconds`` hold for one call;
    ``transcode_ratio`` adds that many seconds for each second of video to be converted, up to
    ``transcode_seconds``. ``output_bytes`` bounds each written file, ``answer_bytes`` what a
    call returns.
    """

    max_pixels: int = 250_000_000
    max_pages: int = 500
    memory_bytes: int = 1_400 * 2**20
    cpu_seconds: int = 120
    wall_seconds: float = 180.0
    transcode_ratio: float = 10.0
    transcode_seconds: float = 3_600.0
    output_bytes: int = 4 * 2**30
    answer_bytes: int = 64 * 2**20
    open_files: int = 64
