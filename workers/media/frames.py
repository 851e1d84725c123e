"""Decode single frames of a video as upright pictures in ordinary colors."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageOps

from workers.media.containers import orientation_of
from workers.media.tone import HLG, PQ, tone_map_file

FilterStep = tuple[str, str]
RGB: FilterStep = ("format", "rgb24")

# How far decoding goes on from a keyframe to reach a moment; then what is there has to do.
_MAX_STEPS = 2_000
_PATIENCE_SECONDS = 60.0
_NEAR_MS = 1_500
_MAX_DAMAGED = 50


def display_size(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Return the size of the frame as stored, in square pixels."""
    aspect = stream.sample_aspect_ratio or Fraction(1)
    if not Fraction(1, 8) <= aspect <= 8:
        aspect = Fraction(1)
    return max(round(frame.width * aspect), 1), frame.height


def fit(width: int, height: int, side: int) -> tuple[int, int]:
    """Shrink a size into a square of ``side``; never enlarges."""
    scale = min(side / max(width, height), 1.0)
    return max(round(width * scale), 1), max(round(height * scale), 1)


def to_picture(frame: VideoFrame, stream: VideoStream, side: int, folder: Path) -> Image.Image:
    """Return the frame upright, in 8-bit RGB, its long side at most ``side``.

    ``folder`` takes the table of colors that a frame of high dynamic range needs.
    """
    turn = orientation_of(frame)
    width, height = fit(*display_size(frame, stream), side)
    if is_hdr(frame):
        graph = filter_graph(frame, [*hdr_steps(frame, (width, height), folder), RGB])
        graph.vpush(frame)
        shown = graph.vpull()
    else:
        shown = frame.reformat(width=width, height=height, format="rgb24")
    picture: Image.Image = shown.to_image()  # type: ignore[no-untyped-call]
    return _upright(picture, turn)


def is_hdr(frame: VideoFrame) -> bool:
    """Tell whether brightness is coded in a way that looks washed out when taken as it is."""
    return int(frame.color_trc) in (PQ, HLG)


def hdr_steps(frame: VideoFrame, size: tuple[int, int], folder: Path) -> list[FilterStep]:
    """Return the filters that shrink a frame and bring it into the range of ordinary screens."""
    table = tone_map_file(int(frame.color_trc), folder)
    return [
        ("scale", f"{size[0]}:{size[1]}:in_color_matrix=bt2020"),
        ("format", "gbrp10le"),
        ("lut3d", f"file='{table}'"),
    ]


def filter_graph(frame: VideoFrame, steps: list[FilterStep]) -> Graph:
    """Chain filters for frames like this one."""
    graph = Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
    )
    made = [graph.add(name, arguments) for name, arguments in steps]
    for one, following in itertools.pairwise([source, *made, graph.add("buffersink")]):
        one.link_to(following)
    graph.configure()
    return graph


def _upright(picture: Image.Image, turn: int) -> Image.Image:
    picture.getexif()[0x0112] = turn
    return ImageOps.exif_transpose(picture)


def frames_at(
    container: InputContainer, stream: VideoStream, moments: list[int]
) -> Iterator[tuple[int, VideoFrame]]:
    """Yield, for ascending ``moments`` in ms, the moment reached and the frame shown there.

    Moments that cannot be reached, behind damage or the real end, yield nothing; nor do those
    left when patience ends.
    """
    reader = _Reader(container, stream)
    for moment in moments:
        found = reader.seek(moment)
        if found is not None:
            yield found


class _Reader:
    """Decodes forward where that is near, and jumps to the keyframe before a moment else."""

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._container, self._stream = container, stream
        self._start = stream.start_time or 0
        self._frames = decoded(container, stream)
        self._position = 0
        self._deadline = time.monotonic() + _PATIENCE_SECONDS

    def seek(self, moment: int) -> tuple[int, VideoFrame] | None:
        if time.monotonic() > self._deadline:
            return None
        if moment - self._position > _NEAR_MS and self._gains_by_jump(moment):
            self._jump(moment)
        reached: tuple[int, VideoFrame] | None = None
        for frame in itertools.islice(self._frames, _MAX_STEPS):
            self._position = self._time_of(frame)
            reached = max(self._position, 0), frame
            if self._position >= moment or time.monotonic() > self._deadline:
                break
        return reached

    def _gains_by_jump(self, moment: int) -> bool:
        """Tell whether a keyframe lies between here and there, as far as the index is known."""
        index = self._stream.index_entries
        found = index.search_timestamp(self._to_pts(moment)) if len(index) > 1 else -1
        return found < 0 or index[found].timestamp > self._to_pts(self._position)

    def _jump(self, moment: int) -> None:
        try:
            self._container.seek(self._to_pts(moment), stream=self._stream)
        except av.FFmpegError:
            return  # without an index: go on decoding from here
        self._frames = decoded(self._container, self._stream)

    def _to_pts(self, moment: int) -> int:
        base = self._stream.time_base or Fraction(1, 1000)
        return self._start + int(moment / 1000 / base)

    def _time_of(self, frame: VideoFrame) -> int:
        if frame.pts is None or frame.time_base is None:
            return self._position
        return int((frame.pts - self._start) * frame.time_base * 1000)


def decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Yield frames, stepping over a bounded number of damaged packets."""
    damaged = 0
    packets = container.demux(stream)
    while damaged < _MAX_DAMAGED:
        try:
            packet = next(packets, None)
            if packet is None:
                return
            yield from packet.decode()
        except av.EOFError:
            return
        except av.InvalidDataError:
            damaged += 1
