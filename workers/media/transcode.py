"""Make a copy of a video that browsers play: H.264 and AAC in an MP4 that starts at once."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from gallery.sniff import FileType
from gallery.types import RenderedFile
from workers.media.containers import codec_name, open_video, orientation_of, picture_track
from workers.media.errors import MediaError
from workers.media.frames import display_size, filter_graph, hdr_steps, is_hdr
from workers.media.playable import can_repackage
from workers.media.video import first_frame, video_codec

_LONG_SIDE, _SHORT_SIDE = 1920, 1080
_VIDEO_OPTIONS = {"crf": "23", "preset": "veryfast", "profile": "high", "threads": "2"}
_VIDEO_CLOCK = Fraction(1, 90_000)
_MAX_RATE = 60
_BT709 = 1
_AUDIO_BITS, _AUDIO_RATE = 128_000, 48_000
_AUDIO_CLOCK = Fraction(1, _AUDIO_RATE)
_TURNS = {
    2: [("hflip", "")],
    3: [("hflip", ""), ("vflip", "")],
    4: [("vflip", "")],
    5: [("transpose", "cclock_flip")],
    6: [("transpose", "clock")],
    7: [("transpose", "clock_flip")],
    8: [("transpose", "cclock")],
}


def transcode(path: Path, file_type: FileType, folder: Path) -> RenderedFile:
    """Write ``play`` into ``folder``: repackaged where the tracks allow it, else converted.

    Raises MediaError or av.FFmpegError; a soundtrack that cannot be read is left out.
    """
    target = folder / "play.mp4"
    with open_video(path, file_type) as source:
        stream = picture_track(source)
        frame = first_frame(source, stream)
        copyable = can_repackage(video_codec(stream, frame), codec_name(_sound(source)))
    turned = orientation_of(frame) != 1
    if copyable and not turned:
        width, height = _repackage(path, file_type, target)
    else:
        width, height = _convert(path, file_type, target)
    return RenderedFile("play", str(target), "video/mp4", width, height, target.stat().st_size)


def _sound(container: InputContainer) -> AudioStream | None:
    """Return the first soundtrack that there is a decoder for."""
    return next((one for one in container.streams.audio if codec_name(one)), None)


def _repackage(path: Path, file_type: FileType, target: Path) -> tuple[int, int]:
    with open_video(path, file_type) as source, _open_target(target) as out:
        video = picture_track(source)
        tracks = [one for one in (video, _sound(source)) if one is not None]
        copies = {track.index: out.add_stream_from_template(track) for track in tracks}
        for packet in source.demux(tracks):
            if packet.dts is not None:
                packet.stream = copies[packet.stream.index]
                out.mux(packet)
        return video.codec_context.width, video.codec_context.height


def _open_target(target: Path) -> OutputContainer:
    return av.open(str(target), "w", format="mp4", container_options={"movflags": "+faststart"})


def _convert(path: Path, file_type: FileType, target: Path) -> tuple[int, int]:
    with open_video(path, file_type) as source, _open_target(target) as out:
        video = picture_track(source)
        first = first_frame(source, video)
        source.seek(0)
        audio = _sound(source)
        picture = _PictureTrack(out, video, first, target.parent)
        sound = _SoundTrack(out, audio) if audio is not None else None
        for packet in source.demux([one for one in (video, audio) if one is not None]):
            if packet.stream is video:
                picture.take(packet)
            elif sound is not None:
                sound.take(packet)
        picture.finish()
        if sound is not None:
            sound.finish()
        return picture.size


class _PictureTrack:
    """Turns, shrinks and encodes the frames of one track."""

    def __init__(
        self, out: OutputContainer, source: VideoStream, first: VideoFrame, folder: Path
    ) -> None:
        self._out, self._source = out, source
        self._graph = _filters(source, first, folder)
        self.size = _target_size(source, first)
        rate = min(source.average_rate or Fraction(30), Fraction(_MAX_RATE))
        self._track = out.add_stream("libx264", rate=max(rate, Fraction(1)), options=_VIDEO_OPTIONS)
        self._track.width, self._track.height = self.size
        self._track.pix_fmt = "yuv420p"
        self._track.codec_context.time_base = _VIDEO_CLOCK
        if is_hdr(first):
            self._track.codec_context.color_primaries = _BT709
            self._track.codec_context.color_trc = _BT709
            self._track.codec_context.colorspace = _BT709
        self._format = first.width, first.height, first.format.name
        self._last_pts = -1

    def take(self, packet: Packet[Any]) -> None:
        try:
            frames: list[VideoFrame] = packet.decode()
        except av.InvalidDataError:
            return
        for frame in frames:
            self._encode(frame)

    def finish(self) -> None:
        if self._last_pts < 0:
            raise MediaError("corrupt", "No picture of the video can be decoded.")
        self._out.mux(self._track.encode(None))

    def _encode(self, frame: VideoFrame) -> None:
        if (frame.width, frame.height, frame.format.name) != self._format:
            width, height, name = self._format
            frame = frame.reformat(width=width, height=height, format=name)
        self._graph.vpush(frame)
        while True:
            try:
                ready = self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                return
            self._mux(ready)

    def _mux(self, frame: VideoFrame) -> None:
        base = frame.time_base or self._source.time_base or _VIDEO_CLOCK
        pts = int((frame.pts or 0) * base / _VIDEO_CLOCK)
        if pts <= self._last_pts:
            return
        frame.pts, frame.time_base, self._last_pts = pts, _VIDEO_CLOCK, pts
        frame.pict_type = 0
        self._out.mux(self._track.encode(frame))


class _SoundTrack:
    """Resamples and encodes one soundtrack; what cannot be decoded becomes silence."""

    def __init__(self, out: OutputContainer, source: AudioStream) -> None:
        self._out = out
        self._track = out.add_stream("aac", rate=_AUDIO_RATE, layout="stereo")
        self._track.bit_rate = _AUDIO_BITS
        self._resampler = AudioResampler(format="fltp", layout="stereo", rate=_AUDIO_RATE)
        self._next_pts = 0

    def take(self, packet: Packet[Any]) -> None:
        try:
            frames: list[Any] = packet.decode()
            for frame in frames:
                self._encode(self._resampler.resample(frame))
        except (av.InvalidDataError, av.ArgumentError, ValueError):
            return

    def finish(self) -> None:
        self._encode(self._resampler.resample(None))
        self._out.mux(self._track.encode(None))

    def _encode(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            base = frame.time_base or _AUDIO_CLOCK
            frame.pts = max(int((frame.pts or 0) * base / _AUDIO_CLOCK), self._next_pts)
            frame.time_base = _AUDIO_CLOCK
            self._next_pts = frame.pts + frame.samples
            self._out.mux(self._track.encode(frame))


def _target_size(source: VideoStream, frame: VideoFrame) -> tuple[int, int]:
    """Return the upright size within 1080p, in the even numbers that the encoder needs."""
    width, height = display_size(frame, source)
    if orientation_of(frame) >= 5:
        width, height = height, width
    long, short = max(width, height), min(width, height)
    scale = min(_LONG_SIDE / long, _SHORT_SIDE / short, 1.0)
    return max(round(width * scale) // 2 * 2, 2), max(round(height * scale) // 2 * 2, 2)


def _filters(source: VideoStream, frame: VideoFrame, folder: Path) -> Graph:
    width, height = _target_size(source, frame)
    turn = orientation_of(frame)
    if turn >= 5:
        width, height = height, width
    if is_hdr(frame):
        steps = hdr_steps(frame, (width, height), folder)
        steps.append(("scale", "out_color_matrix=bt709"))
    else:
        steps = [("scale", f"{width}:{height}")]
    return filter_graph(frame, [*steps, *_TURNS.get(turn, ()), ("format", "yuv420p")])
