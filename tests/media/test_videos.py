"""Videos: facts, a poster that shows something, frames with their stretches, a copy that plays."""

from __future__ import annotations

import itertools
from pathlib import Path

import av
import pytest
from PIL import Image

from gallery.sniff import AVI, MP4, QUICKTIME, WEBM
from gallery.types import Coordinates, RenderedFile
from tests.media.conftest import type_of
from tests.media.making import corner_names, turn_video, write_video
from workers.media.errors import MediaError
from workers.media.playable import needs_play_copy
from workers.media.service import MediaTools

UPRIGHT = ["red", "green", "blue", "gray"]
MATRICES = {
    (1, 0, 0, 1): UPRIGHT,
    (-1, 0, 0, 1): ["green", "red", "gray", "blue"],
    (-1, 0, 0, -1): ["blue", "gray", "red", "green"],
    (0, 1, -1, 0): ["gray", "red", "green", "blue"],
    (0, -1, 1, 0): ["green", "blue", "gray", "red"],
    (0, 1, 1, 0): ["red", "gray", "blue", "green"],
}


def _picture(files: list[RenderedFile], name: str) -> Image.Image:
    return Image.open(next(file.path for file in files if file.name == name))


def test_facts_of_a_video(tools: MediaTools, tmp_path: Path) -> None:
    tags = {
        "com.apple.quicktime.creationdate": "2019-07-24T11:25:40+0300",
        "com.apple.quicktime.location.ISO6709": "+32.0929+034.8620+028.516/",
    }
    path = write_video(tmp_path / "a.mov", container="mov", sound=True, tags=tags)
    facts = tools.inspect(path, type_of(path))
    assert type_of(path) == QUICKTIME
    assert (facts.width, facts.height, facts.duration_ms) == (160, 96, 2000)
    assert (facts.video_codec, facts.audio_codec) == ("h264", "aac")
    assert (facts.taken_local, facts.taken_offset) == ("2019-07-24T11:25:40", 180)
    assert facts.taken_source == "video"
    assert facts.coordinates == Coordinates(32.0929, 34.862)


def test_a_file_name_tells_the_local_time_of_a_date_in_utc(
    tools: MediaTools, tmp_path: Path
) -> None:
    path = write_video(tmp_path / "a.mp4", tags={"creation_time": "2024-01-28T09:54:20Z"})
    facts = tools.inspect(path, type_of(path), name="20240128_105420.mp4")
    assert (facts.taken_local, facts.taken_offset) == ("2024-01-28T10:54:20", 60)


@pytest.mark.parametrize("matrix", MATRICES)
def test_turned_videos_are_shown_and_played_upright(
    tools: MediaTools, tmp_path: Path, folder: Path, matrix: tuple[int, int, int, int]
) -> None:
    path = write_video(tmp_path / "a.mp4", seconds=1)
    turn_video(path, matrix)
    facts = tools.inspect(path, type_of(path))
    poster = _picture(tools.render(path, type_of(path), folder), "poster")
    played = tools.transcode(path, type_of(path), folder)
    with av.open(played.path) as copy:
        first = next(copy.decode(video=0)).to_image()
    assert (facts.width, facts.height) == poster.size == first.size
    assert corner_names(poster) == corner_names(first) == MATRICES[matrix]


def test_the_poster_is_not_the_black_beginning(
    tools: MediaTools, tmp_path: Path, folder: Path
) -> None:
    path = write_video(tmp_path / "a.mp4", seconds=3, dark_until=1.5)
    files = tools.render(path, type_of(path), folder)
    assert [file.name for file in files] == ["poster", "thumb"]
    assert corner_names(_picture(files, "poster")) == UPRIGHT


def test_frames_stand_for_stretches_without_gaps(
    tools: MediaTools, tmp_path: Path, folder: Path
) -> None:
    path = write_video(tmp_path / "a.mp4", seconds=9)
    frames = tools.sample_frames(path, type_of(path), folder, 4)
    assert frames[0].name == "frame-000001200"
    assert len(frames) == 4
    assert frames[0].start_ms == 0
    assert frames[-1].end_ms == 9000
    assert all(a.end_ms == b.start_ms for a, b in itertools.pairwise(frames))
    assert all(frame.start_ms < frame.end_ms for frame in frames)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "codec", "container"),
    [("a.avi", "mpeg4", "avi"), ("b.mkv", "mjpeg", "matroska"), ("c.mov", "libx264", "mov")],
)
def test_other_videos_get_a_copy_that_browsers_play(
    tools: MediaTools, tmp_path: Path, folder: Path, name: str, codec: str, container: str
) -> None:
    path = write_video(tmp_path / name, codec=codec, container=container, sound=True)
    facts = tools.inspect(path, type_of(path))
    assert needs_play_copy(type_of(path), facts.video_codec, facts.audio_codec)
    copy = tools.transcode(path, type_of(path), folder, facts.duration_ms)
    data = Path(copy.path).read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    facts = tools.inspect(Path(copy.path), type_of(Path(copy.path)))
    assert not needs_play_copy(MP4, facts.video_codec, facts.audio_codec)
    assert facts.audio_codec == "aac"
    assert abs((facts.duration_ms or 0) - 2000) < 150


def test_odd_sizes_are_made_even_for_the_copy(
    tools: MediaTools, tmp_path: Path, folder: Path
) -> None:
    path = write_video(tmp_path / "a.avi", codec="mjpeg", container="avi", size=(161, 97))
    copy = tools.transcode(path, type_of(path), folder)
    assert (copy.width, copy.height) == (160, 96)


def test_which_videos_browsers_play() -> None:
    assert not needs_play_copy(MP4, "h264", "aac")
    assert not needs_play_copy(MP4, "av1", "")
    assert not needs_play_copy(WEBM, "vp9", "opus")
    assert needs_play_copy(MP4, "hevc", "aac")
    assert needs_play_copy(MP4, "h264 yuv420p10le", "aac")
    assert needs_play_copy(AVI, "h264", "aac")
    assert needs_play_copy(QUICKTIME, "prores", "")


def test_a_file_with_sound_alone_is_no_video(tools: MediaTools, tmp_path: Path) -> None:
    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as out:
        out.mux(out.add_stream("aac", rate=48_000).encode(None))
    with pytest.raises(MediaError) as caught:
        tools.inspect(path, MP4)
    assert caught.value.code in ("no_video", "corrupt")


def test_a_playlist_in_disguise_reads_no_other_file(tools: MediaTools, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP SECRET")
    path = tmp_path / "trick.mp4"
    path.write_text(f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n")
    for file_type in (MP4, AVI, WEBM):
        with pytest.raises(MediaError) as caught:
            tools.inspect(path, file_type)
        assert "SECRET" not in caught.value.detail
