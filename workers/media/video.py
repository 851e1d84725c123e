"""Facts, poster and sampled frames of videos."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageStat

from gallery.sniff import FileType
from gallery.types import MediaFacts, RenderedFile
from workers.media.cleaning import clean_caption, clean_keywords, clean_text
from workers.media.containers import (
    clockwise_degrees,
    codec_name,
    open_video,
    orientation_of,
    picture_track,
)
from workers.media.dates import Taken, parse_video_date
from workers.media.errors import MediaError
from workers.media.frames import decoded, display_size, frames_at, is_hdr, to_picture
from workers.media.metadata import Metadata
from workers.media.pictures import from_pillow
from workers.media.positions import iso6709_coordinates
from workers.media.render import write_thumb, write_webp

POSTER_SIDE, FRAME_SIDE = 1920, 1024
_FRAME_EVERY_MS = 2_000
_POSTER_MOMENTS = (0.05, 0.2, 0.35, 0.5, 0.7)
_MAX_COUNTED_PACKETS = 500_000
_ORDINARY_FORMATS = {"yuv420p", "yuvj420p"}
_LOCATIONS = (
    "com.apple.quicktime.location.ISO6709",
    "location",
    "location-eng",
    "com.android.location",
)
_APPLE_DATE = "com.apple.quicktime.creationdate"
_DATES = ("creation_time", "date", "DATE_RECORDED", "DateTimeOriginal", "IDIT")


def inspect_video(path: Path, file_type: FileType) -> tuple[MediaFacts, Metadata]:
    """Return measures and metadata; raises MediaError or av.FFmpegError.

    One frame is decoded, so a video that passes can be shown.
    """
    with open_video(path, file_type) as container:
        stream = picture_track(container)
        frame = first_frame(container, stream)
        metadata = _metadata(container)
        duration = _duration_ms(container, stream)
        facts = _facts(container, stream, frame, duration)
    return facts, metadata


def first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame:
    """Return the first frame that decodes; raises MediaError when none does."""
    frame = next(decoded(container, stream), None)
    if frame is None:
        raise MediaError("corrupt", "No picture of the video can be decoded.")
    return frame


def _facts(
    container: InputContainer, stream: VideoStream, frame: VideoFrame, duration: int | None
) -> MediaFacts:
    turn = orientation_of(frame)
    width, height = display_size(frame, stream)
    if turn >= 5:
        width, height = height, width
    audio = next(filter(None, map(codec_name, container.streams.audio)), "")
    return MediaFacts(
        width=width,
        height=height,
        duration_ms=duration,
        video_codec=video_codec(stream, frame),
        audio_codec=audio,
        rotation=clockwise_degrees(turn),
        frame_count=max(stream.frames, 1),
        details=_details(stream, frame),
    )


def video_codec(stream: VideoStream, frame: VideoFrame) -> str:
    """Name the codec; H.264 with more colors than browsers decode carries an addition."""
    name = codec_name(stream)
    if name != "h264" or frame.format.name in _ORDINARY_FORMATS:
        return name
    return f"h264 {frame.format.name}"


def _details(stream: VideoStream, frame: VideoFrame) -> dict[str, str]:
    rate = stream.average_rate
    found = {
        "frame_rate": f"{float(rate):.4g} fps" if rate and 0 < rate < 10_000 else "",
        "dynamic_range": "HDR" if is_hdr(frame) else "",
    }
    return {name: text for name, text in found.items() if text}


def _duration_ms(container: InputContainer, stream: VideoStream) -> int | None:
    if container.duration and container.duration > 0:
        return int(container.duration // 1000)
    if stream.duration and stream.time_base:
        return int(stream.duration * stream.time_base * 1000)
    return _counted_duration(container, stream)


def _counted_duration(container: InputContainer, stream: VideoStream) -> int | None:
    """Some recorders never write a duration: the last packet tells."""
    last = 0
    container.seek(0)
    for number, packet in enumerate(container.demux(stream)):
        if packet.pts is not None:
            last = max(last, packet.pts + (packet.duration or 0))
        if number >= _MAX_COUNTED_PACKETS:
            break
    return int(last * stream.time_base * 1000) if last and stream.time_base else None


def _metadata(container: InputContainer) -> Metadata:
    tags = {str(key): str(value) for key, value in container.metadata.items()}
    tags = {**{key.lower(): value for key, value in tags.items()}, **tags}
    location = next((tags[name] for name in _LOCATIONS if name in tags), "")
    return Metadata(
        taken=_taken(tags),
        coordinates=iso6709_coordinates(location),
        camera_make=_tag(tags, "make", "com.android.manufacturer"),
        camera_model=_tag(tags, "model", "com.android.model"),
        title=clean_caption(tags.get("title") or tags.get("com.apple.quicktime.title"), 500),
        description=clean_caption(tags.get("description") or tags.get("comment")),
        keywords=clean_keywords(tags.get("keywords", "").split(",")),
    )


def _tag(tags: dict[str, str], *names: str) -> str:
    candidates = [tags.get(name) for name in names]
    candidates += [tags.get(f"com.apple.quicktime.{name}") for name in names]
    return next(filter(None, map(clean_text, candidates)), "")


def _taken(tags: dict[str, str]) -> Taken | None:
    dates = [parse_video_date(tags.get(name)) for name in (_APPLE_DATE, *_DATES)]
    return next(filter(None, dates), None)


def render_video(path: Path, file_type: FileType, folder: Path) -> list[RenderedFile]:
    """Write ``poster``, a frame that shows something, and ``thumb``; raises MediaError."""
    with open_video(path, file_type) as container:
        stream = picture_track(container)
        duration = _duration_ms(container, stream) or 0
        moments = [int(duration * share) for share in _POSTER_MOMENTS]
        pictures = _pictures_at(container, stream, moments, POSTER_SIDE, folder)
    if not pictures:
        pictures = [(0, _first_picture(path, file_type, POSTER_SIDE, folder))]
    poster = from_pillow(max((picture for _, picture in pictures), key=_interest), POSTER_SIDE)
    return [write_webp(poster, folder, "poster"), write_thumb(poster, folder)]


def _first_picture(path: Path, file_type: FileType, side: int, folder: Path) -> Image.Image:
    with open_video(path, file_type) as container:
        stream = picture_track(container)
        return to_picture(first_frame(container, stream), stream, side, folder)


def _pictures_at(
    container: InputContainer, stream: VideoStream, moments: list[int], side: int, folder: Path
) -> list[tuple[int, Image.Image]]:
    try:
        return [
            (reached, to_picture(frame, stream, side, folder))
            for reached, frame in frames_at(container, stream, moments)
        ]
    except av.FFmpegError as error:
        raise MediaError("corrupt", detail=str(error)) from error


def _interest(picture: Image.Image) -> float:
    """Rate how much is to be seen: detail and contrast count, near black or white does not."""
    gray = picture.convert("L").resize((96, 54))
    statistics = ImageStat.Stat(gray)
    mean, contrast = statistics.mean[0], statistics.stddev[0]
    exposure = 1.0 if 30 <= mean <= 225 else 0.3
    return float(gray.entropy() + min(contrast, 60) / 20) * exposure


def sample_frames(
    path: Path, file_type: FileType, folder: Path, max_frames: int
) -> list[RenderedFile]:
    """Write up to ``max_frames`` pictures spread over the length; raises MediaError.

    Each stands for the stretch from ``start_ms`` to ``end_ms``, out of whose middle it is.
    """
    with open_video(path, file_type) as container:
        stream = picture_track(container)
        duration = _duration_ms(container, stream) or 0
        count = min(max(-(-duration // _FRAME_EVERY_MS), 1), max(max_frames, 1))
        middles = [int(duration * (number + 0.5) / count) for number in range(count)]
        pictures = dict(_pictures_at(container, stream, middles, FRAME_SIDE, folder))
    if not pictures:
        pictures = {0: _first_picture(path, file_type, FRAME_SIDE, folder)}
    return _write_frames(pictures, max(duration, 1), folder)


def _write_frames(
    pictures: dict[int, Image.Image], duration: int, folder: Path
) -> list[RenderedFile]:
    """Borders between stretches lie halfway between neighboring frames."""
    times = sorted(pictures)
    borders = [0, *((a + b) // 2 for a, b in itertools.pairwise(times)), duration]
    written = []
    for number, time in enumerate(times):
        picture: Any = from_pillow(pictures[time], FRAME_SIDE)
        file = write_webp(picture, folder, f"frame-{time:09d}")
        start, end = borders[number], max(borders[number + 1], time)
        written.append(dataclasses.replace(file, start_ms=start, end_ms=end))
    return written
