"""Decoders run apart: bounded, cut off, replaced when they fall, and never left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gallery.sniff import AVI, BMP, JPEG
from tests.media.making import four_corners, write_video
from workers.media.confine import restrict_files
from workers.media.errors import MediaError
from workers.media.limits import Limits
from workers.media.sandbox import Sandbox
from workers.media.service import MediaTools

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def own_tools() -> Iterator[MediaTools]:
    """Media tools whose helper may be hurt."""
    media_tools = MediaTools()
    yield media_tools
    media_tools.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    four_corners().save(path)
    return path


@pytest.fixture(scope="module")
def long_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video that takes seconds to convert."""
    path = tmp_path_factory.mktemp("long") / "long.avi"
    return write_video(path, codec="mjpeg", container="avi", seconds=60, size=(960, 720))


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def _helper_of(pid: int) -> int:
    helpers = [child for child in _children(pid) if b"zygote" in _command(child)]
    assert len(helpers) == 1
    return helpers[0]


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def _eventually(check: Callable[[], bool], seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.02)
    return False


def _own_helper(before: list[int]) -> int:
    new = [
        one for one in _children(os.getpid()) if one not in before and b"zygote" in _command(one)
    ]
    assert len(new) == 1
    return new[0]


def test_only_listed_operations_run(own_tools: MediaTools, photo: Path) -> None:
    with pytest.raises(MediaError):
        own_tools._sandbox.call("os.system", {"path": str(photo)})
    assert own_tools.inspect(photo, JPEG).width == 120


def test_only_the_given_file_can_be_read(photo: Path, tmp_path: Path) -> None:
    """Another file on the same disk is out of reach even for a decoder gone wild."""
    if not _kernel_restricts_files():
        pytest.skip("this kernel has no Landlock")
    sandbox = Sandbox(Limits())
    arguments = {
        "path": str(photo),
        "file_type": {"kind": "photo", "content_type": "image/jpeg", "extension": "jpg"},
        "name": "photo.jpg",
        "sidecar": "/etc/passwd",
    }
    with pytest.raises(MediaError) as caught:
        sandbox.call("inspect", arguments, readable=[photo])
    assert "Permission denied" in caught.value.detail
    sandbox.close()


def _kernel_restricts_files() -> bool:
    pid = os.fork()
    if pid == 0:
        os._exit(0 if restrict_files([], None) else 1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_the_helper_gets_no_secrets_from_the_environment(
    own_tools: MediaTools, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden-value")
    before = _children(os.getpid())
    own_tools.inspect(photo, JPEG)
    assert b"hidden-value" not in Path(f"/proc/{_own_helper(before)}/environ").read_bytes()


def test_the_helper_has_no_network(own_tools: MediaTools, photo: Path) -> None:
    before = _children(os.getpid())
    own_tools.inspect(photo, JPEG)
    helper = Path("/proc") / str(_own_helper(before))
    if (helper / "ns" / "net").readlink() == Path("/proc/self/ns/net").readlink():
        pytest.skip("this kernel lets nobody leave the network")
    devices = (helper / "net" / "dev").read_text().splitlines()[2:]
    assert [line.split(":")[0].strip() for line in devices] == ["lo"]
    assert len((helper / "net" / "route").read_text().splitlines()) <= 1


def test_work_that_takes_too_long_is_ended(long_video: Path, folder: Path) -> None:
    tools = MediaTools(Limits(wall_seconds=30, transcode_seconds=0.5))
    tools.sample_frames(long_video, AVI, folder, 1)
    with pytest.raises(MediaError) as caught:
        tools.transcode(long_video, AVI, folder)
    assert caught.value.code == "timeout"
    assert tools.sample_frames(long_video, AVI, folder, 1)
    tools.close()


def test_too_much_memory_is_refused_with_a_reason(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "wide.bmp"
    four_corners(6000, 6000).save(path)
    tools = MediaTools(Limits(memory_bytes=500 * 2**20))
    with pytest.raises(MediaError) as caught:
        tools.render(path, BMP, folder)
    assert caught.value.code in ("out_of_memory", "crashed")
    tools.close()


def test_written_files_are_bounded(long_video: Path, folder: Path) -> None:
    tools = MediaTools(Limits(output_bytes=20_000))
    with pytest.raises(MediaError) as caught:
        tools.transcode(long_video, AVI, folder)
    assert caught.value.code in ("too_large", "corrupt")
    assert all(file.stat().st_size <= 20_000 for file in folder.iterdir())
    tools.close()


@pytest.mark.parametrize(
    ("hit", "code"), [(signal.SIGSEGV, "crashed"), (signal.SIGKILL, "out_of_memory")]
)
def test_a_decoder_that_falls_takes_nothing_along(
    own_tools: MediaTools, long_video: Path, folder: Path, photo: Path, hit: int, code: str
) -> None:
    before = _children(os.getpid())
    own_tools.inspect(photo, JPEG)
    helper = _own_helper(before)
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(own_tools.transcode, long_video, AVI, folder)
        assert _eventually(lambda: bool(_children(helper)))
        time.sleep(0.2)
        os.kill(_children(helper)[0], hit)
        with pytest.raises(MediaError) as caught:
            work.result(timeout=60)
    assert caught.value.code == code
    assert own_tools.inspect(photo, JPEG).width == 120
    assert _own_helper(before) == helper


def test_a_killed_helper_is_replaced_and_takes_its_children_along(
    own_tools: MediaTools, long_video: Path, folder: Path, photo: Path
) -> None:
    before = _children(os.getpid())
    own_tools.inspect(photo, JPEG)
    helper = _own_helper(before)
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(own_tools.transcode, long_video, AVI, folder)
        assert _eventually(lambda: bool(_children(helper)))
        child = _children(helper)[0]
        time.sleep(0.2)
        os.kill(helper, signal.SIGKILL)
        with pytest.raises(MediaError) as caught:
            work.result(timeout=60)
    assert (caught.value.code, caught.value.permanent) == ("crashed", False)
    assert _eventually(lambda: _is_gone(child))
    assert own_tools.inspect(photo, JPEG).width == 120


WORKER = """
import json, sys, threading
from pathlib import Path
from gallery.sniff import FileType
from workers.media.service import MediaTools

video, folder = map(Path, sys.argv[1:])
tools = MediaTools()
avi = FileType("video", "video/x-msvideo", "avi")
tools.inspect(video, avi)
threading.Thread(target=tools.transcode, args=(video, avi, folder), daemon=True).start()
print(json.dumps("ready"), flush=True)
threading.Event().wait()
"""


def test_killing_a_worker_leaves_nothing_behind(long_video: Path, folder: Path) -> None:
    worker = subprocess.Popen(  # noqa: S603 - a fixed command
        [sys.executable, "-c", WORKER, str(long_video), str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert json.loads(worker.stdout.readline()) == "ready"
    helper = _helper_of(worker.pid)
    assert _eventually(lambda: bool(_children(helper)))
    (decoder,) = _children(helper)
    worker.kill()
    worker.wait()
    worker.stdout.close()
    assert _eventually(lambda: _is_gone(helper))
    assert _eventually(lambda: _is_gone(decoder))


def test_many_threads_share_one_helper(own_tools: MediaTools, photo: Path) -> None:
    before = _children(os.getpid())
    with ThreadPoolExecutor(8) as pool:
        widths = list(pool.map(lambda _: own_tools.inspect(photo, JPEG).width, range(40)))
    assert widths == [120] * 40
    assert _own_helper(before)


def test_the_helper_outlives_the_thread_that_first_used_it(
    own_tools: MediaTools, photo: Path
) -> None:
    before = _children(os.getpid())
    thread = threading.Thread(target=own_tools.inspect, args=(photo, JPEG))
    thread.start()
    thread.join()
    helper = _own_helper(before)
    time.sleep(0.2)
    own_tools.inspect(photo, JPEG)
    assert _own_helper(before) == helper


def test_a_forked_worker_uses_a_helper_of_its_own(own_tools: MediaTools, photo: Path) -> None:
    before = _children(os.getpid())
    own_tools.inspect(photo, JPEG)
    helper = _own_helper(before)
    pid = os.fork()
    if pid == 0:
        width = own_tools.inspect(photo, JPEG).width
        own_tools.close()
        os._exit(0 if width == 120 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert own_tools.inspect(photo, JPEG).width == 120
    assert _own_helper(before) == helper
