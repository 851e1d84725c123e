"""Open videos with the reader of their type, no other decoder than needed, and nothing nested."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import av
from av.container import InputContainer
from av.sidedata.sidedata import Type as SideDataType
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from gallery.sniff import AVI, MATROSKA, MP4, QUICKTIME, THREE_GP, WEBM, FileType
from workers.media.errors import MediaError, check_pixels

MAX_FRAME_PIXELS = 70_000_000
_PROBE_BYTES, _PROBE_MICROSECONDS = 20_000_000, 10_000_000
_READERS = {
    MP4: "mov",
    QUICKTIME: "mov",
    THREE_GP: "mov",
    WEBM: "matroska",
    MATROSKA: "matroska",
    AVI: "avi",
}
# Names of decoders, not of codecs; one group a line of history.
_DECODERS = frozenset(
    """
    h264 hevc vp8 vp9 av1 libdav1d
    mjpeg mpeg4 mpeg1video mpeg2video h263 h263i h263p flv
    msmpeg4v1 msmpeg4v2 msmpeg4 wmv1 wmv2 wmv3 vc1
    prores dnxhd dvvideo svq1 svq3 cinepak rpza rle qtrle indeo3 indeo5 theora
    huffyuv ffvhuff ffv1 rawvideo png
    aac mp3 mp3float mp2 mp2float opus vorbis flac alac ac3 eac3 amrnb amrwb
    adpcm_ima_wav adpcm_ima_qt adpcm_ms qdm2 wmav1 wmav2
    pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_u8 pcm_s8 pcm_mulaw pcm_alaw pcm_f32le pcm_s32le
    """.split()  # noqa: SIM905 - a column of names reads better than a list
)
_SWAPPED_TURNS = {(1, -1): 6, (-1, 1): 8, (1, 1): 5, (-1, -1): 7}
_STRAIGHT_TURNS = {(1, 1): 1, (-1, 1): 2, (-1, -1): 3, (1, -1): 4}
_CLOCKWISE = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}


@contextmanager
def open_video(path: Path, file_type: FileType) -> Iterator[InputContainer]:
    """Open a video for reading; raises MediaError or av.FFmpegError.

    The library gets a file object and may open nothing else: no protocol, no other format
    inside this one, so a playlist hidden in a video leads nowhere.
    """
    reader = _READERS[file_type]
    options = {
        "protocol_whitelist": "none",
        "format_whitelist": reader,
        "codec_whitelist": ",".join(sorted(_DECODERS)),
        "probesize": str(_PROBE_BYTES),
        "analyzeduration": str(_PROBE_MICROSECONDS),
    }
    with (
        path.open("rb") as file,
        av.open(
            file,
            format=reader,
            container_options=options,
            metadata_errors="replace",
            io_open=_refuse_to_open,
        ) as container,
    ):
        yield cast(InputContainer, container)


def _refuse_to_open(url: str, flags: int, options: dict[str, Any]) -> IO[bytes]:
    raise PermissionError("a video may not open other files")


def picture_track(container: InputContainer) -> VideoStream:
    """Return the first track with moving pictures; raises MediaError when there is none."""
    for stream in container.streams.video:
        cover = stream.disposition & Disposition.attached_pic
        if not cover and stream.codec_context and stream.codec_context.name in _DECODERS:
            check_pixels(stream.codec_context.width, stream.codec_context.height, MAX_FRAME_PIXELS)
            stream.thread_type = "AUTO"
            stream.codec_context.thread_count = 2
            return stream
    raise MediaError("no_video")


def codec_name(stream: Any) -> str:
    """Return the name of a track's codec, not of one of its decoders; empty when unknown."""
    context = getattr(stream, "codec_context", None)
    return str(context.codec.canonical_name) if context is not None else ""


def orientation_of(frame: VideoFrame) -> int:
    """Return how the frame must be turned, in the numbers of EXIF."""
    side_data: Any = frame.side_data
    matrix = bytes(side_data.get(SideDataType.DISPLAYMATRIX) or b"")
    if len(matrix) < 36:
        return 1
    a, b, _, c, d = struct.unpack_from("=5i", matrix)
    if max(abs(a), abs(d)) >= max(abs(b), abs(c)):
        return _STRAIGHT_TURNS[_sign(a), _sign(d)]
    return _SWAPPED_TURNS[_sign(b), _sign(c)]


def clockwise_degrees(orientation: int) -> int:
    """Return by how much an orientation turns the stored picture."""
    return _CLOCKWISE.get(orientation, 0)


def _sign(value: int) -> int:
    return -1 if value < 0 else 1
