"""Real files, good and hostile, all the way through."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from gallery.sniff import PDF, FileType, sniff
from gallery.types import MediaFacts
from tests.media.conftest import type_of
from workers.media.errors import MediaError
from workers.media.limits import Limits
from workers.media.playable import needs_play_copy
from workers.media.service import MediaTools

pytestmark = pytest.mark.samples

MAX_PEAK_KB = 1_500_000_000 // 1024
MAX_SECONDS = 60.0

# What is refused at the door, by the end of the name: not media, or not of an accepted type.
REFUSED = (".svg", ".json", ".csv", ".txt", ".mvg", ".jp2", ".jxl", ".cr3", ".raf", ".rw2", ".mts")
REFUSED_BROKEN = {
    "CVE-2021-22204_exiftool_echo.jpg",
    "empty.jpg",
    "github_44.heic",
    "imagetragik1_payload_imageover_file_exfiltration_text_wrapper.jpg",
}
# What is accepted and then fails, with the code of the reason.
FAILING = {
    "giant-image.jpg": "too_many_pixels",
    "invalid-bitstream.webm": "corrupt",
    "quicktime-jpeg.mov": "corrupt",
    "sample_audio_only.mp4": "no_video",
    "65536-uint32-limit.png": "too_many_pixels",
    "broken.png": "corrupt",
    "broken_data_stream.png": "corrupt",
    "clap-overflow-divide-zero.heic": "corrupt",
    "clusterfuzz-testcase-minimized-file-fuzzer-5752063708495872.heic": "corrupt",
    "corrupt-header.jpg": "truncated",
    "corrupted_city.JPG": "corrupt",
    "crash-2020-10-test.tif": "corrupt",
    "decompression_bomb.gif": "too_many_pixels",
    "github_138.heic": "corrupt",
    "invalid.pdf": "corrupt",
    "libreoffice-writer-password.pdf": "needs_password",
    "lottapixel.jpg": "too_many_pixels",
    "oom-225817ca0f8c663be7ab4b9e717b02c661e66834.tif": "corrupt",
    "png_decompression_dos.png": "corrupt",
    "poppler-937-0-fuzzed.pdf": "corrupt",
    "read_passwd.avi": "no_video",
    "truncated.jpg": "truncated",
    "truncated_image.png": "corrupt",
    "truncated_jpeg.jpg": "truncated",
}


class Through:
    """Takes one file through every step and collects what comes out."""

    def __init__(self, tools: MediaTools, path: Path, folder: Path) -> None:
        self.tools, self.path, self.folder = tools, path, folder
        self.file_type: FileType = type_of(path)
        self.output = b""

    def run(self) -> MediaFacts:
        tools, path, file_type, folder = self.tools, self.path, self.file_type, self.folder
        facts = tools.inspect(path, file_type)
        self.output += repr(facts).encode()
        tools.render(path, file_type, folder)
        pages = min(facts.page_count or 1, 5)
        if file_type == PDF:
            tools.render_pages(path, file_type, 1, pages, folder)
            self.output += repr(tools.text_layer(path, file_type, 1, pages)).encode()
        elif pages > 1:
            tools.render_pages(path, file_type, 1, pages, folder)
        if file_type.kind == "video":
            tools.sample_frames(path, file_type, folder, 6)
            if needs_play_copy(file_type, facts.video_codec, facts.audio_codec):
                tools.transcode(path, file_type, folder, facts.duration_ms)
        return facts


@pytest.fixture(scope="module")
def patient_tools() -> Iterator[MediaTools]:
    media_tools = MediaTools(Limits())
    yield media_tools
    media_tools.close()


@pytest.mark.parametrize("kind", ["photos", "videos", "documents", "broken"])
def test_every_file_is_shown_or_refused_with_a_reason(
    patient_tools: MediaTools,
    samples: Path,
    kind: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "workers.media.sandbox")
    secret = Path("/etc/passwd").read_bytes().splitlines()[0]
    outcomes: dict[str, str] = {}
    for number, path in enumerate(sorted((samples / kind).iterdir())):
        if kind == "documents" and path.suffix in (".jpg", ".png"):
            continue  # photographs of paper are photographs like others
        folder = tmp_path / str(number)
        folder.mkdir()
        outcomes[path.name] = _outcome(patient_tools, path, folder, secret)
    expected = {name: _expected(name) for name in outcomes}
    assert outcomes == expected
    _check_usage(caplog)


def _expected(name: str) -> str:
    if name.endswith(".xmp"):
        return "sidecar"
    refused = name.lower().endswith(REFUSED) or name in REFUSED_BROKEN
    return "refused" if refused else FAILING.get(name, "shown")


def _outcome(tools: MediaTools, path: Path, folder: Path, secret: bytes) -> str:
    file_type = sniff(path.read_bytes()[:65_536], path.name)
    if file_type is None:
        return "refused"
    if file_type.kind == "sidecar":
        return "sidecar"
    through = Through(tools, path, folder)
    try:
        through.run()
    except MediaError as error:
        through.output += f"{error.message} {error.detail}".encode()
        outcome = error.code
    else:
        outcome = "shown"
    written = b"".join(file.read_bytes() for file in folder.iterdir())
    assert secret not in through.output + written, path.name
    return outcome


def _check_usage(caplog: pytest.LogCaptureFixture) -> None:
    usage = [record.args for record in caplog.records if record.msg == "%s ended: %s"]
    ends = [one[1] for one in usage if isinstance(one, tuple) and isinstance(one[1], dict)]
    assert len(ends) > 10
    assert max(end["peak_kb"] for end in ends) < MAX_PEAK_KB
    assert max(end["cpu_seconds"] for end in ends) < MAX_SECONDS
    assert {end["code"] for end in ends} == {0}


def test_all_eight_orientations_look_the_same(
    tools: MediaTools, samples: Path, tmp_path: Path
) -> None:
    for shape in ("landscape", "portrait"):
        pictures = []
        for number in range(1, 9):
            path = samples / "photos" / f"orient_{shape}_{number}.jpg"
            folder = tmp_path / f"{shape}{number}"
            folder.mkdir()
            (thumb,) = (f for f in tools.render(path, type_of(path), folder) if f.name == "thumb")
            pictures.append(Image.open(thumb.path).convert("RGB"))
        for one, other in itertools.pairwise(pictures):
            assert one.size == other.size
            assert max(ImageStat.Stat(ImageChops.difference(one, other)).mean) < 12


def test_a_heic_that_is_turned_by_its_exif_alone_is_shown_upright(
    tools: MediaTools, samples: Path
) -> None:
    path = samples / "photos" / "iphone_7.heic"
    facts = tools.inspect(path, type_of(path))
    assert (facts.width, facts.height) == (3024, 4032)


def test_facts_that_other_galleries_agree_on(tools: MediaTools, samples: Path) -> None:
    path = samples / "photos" / "20240121_102400.JPG"
    facts = tools.inspect(path, type_of(path), sidecar=path.with_name(path.name + ".xmp"))
    assert (facts.taken_local, facts.taken_offset) == ("2024-01-21T10:24:00", 60)
    assert (facts.camera_model, facts.lens) == (
        "NIKON Z 30",
        "NIKKOR Z DX 16-50mm f/3.5-6.3 VR",
    )
    assert (facts.keywords, facts.rating) == (("Travel", "Výlet"), 3)
    assert facts.details["iso"] == "100"


def test_a_phones_video_tells_time_zone_and_place(tools: MediaTools, samples: Path) -> None:
    path = samples / "videos" / "with-gps.mov"
    facts = tools.inspect(path, type_of(path))
    assert (facts.width, facts.height, facts.rotation) == (320, 568, 90)
    assert (facts.taken_local, facts.taken_offset) == ("2019-07-24T11:25:40", 180)
    assert facts.coordinates is not None
    assert facts.coordinates.latitude == 32.0929
