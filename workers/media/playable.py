"""Which videos browsers play as they are."""

from __future__ import annotations

from gallery.sniff import MP4, WEBM, FileType

_PLAYABLE = {
    MP4: ({"h264", "av1", "vp9"}, {"", "aac", "mp3", "opus", "flac"}),
    WEBM: ({"vp8", "vp9", "av1"}, {"", "vorbis", "opus"}),
}
_COPIED_VIDEO, _COPIED_AUDIO = {"h264"}, {"", "aac", "mp3"}


def needs_play_copy(file_type: FileType, video_codec: str, audio_codec: str) -> bool:
    """Tell whether common browsers cannot play a video.

    The codecs are those of ``MediaFacts``, where the kinds of H.264 that only some players know
    carry an addition such as ``h264 10-bit`` and so count as unknown here.
    """
    if file_type not in _PLAYABLE:
        return True
    video, audio = _PLAYABLE[file_type]
    return video_codec not in video or audio_codec not in audio


def can_repackage(video_codec: str, audio_codec: str) -> bool:
    """Tell whether the tracks may go into an MP4 as they are."""
    return video_codec in _COPIED_VIDEO and audio_codec in _COPIED_AUDIO
