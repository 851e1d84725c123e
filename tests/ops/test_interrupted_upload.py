"""A large file over broken connections, through a restart and a power cut: identical bytes."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.ops.contents import Library
from tests.ops.file_sender import FileSender, write_file
from tests.ops.stack import Stack, processes, running_stack

pytestmark = pytest.mark.processes
logger = logging.getLogger(__name__)

MIB = 1 << 20
# A soak sends 2 GB.
SIZE = 2048 * MIB + 12_345 if os.environ.get("SOAK") else 60 * MIB + 12_345
REGION = "eu-west-1"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test-secret"}
OFF = {"PIXTRACT_LABEL_ENGINE": "off", "PIXTRACT_TEXT_ENGINE": "off"}


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The variables of either store; the bucket's server speaks S3 over HTTP."""
    if request.param == "folder":
        yield {}
        return
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    variables = {
        "PIXTRACT_S3_BUCKET": "media",
        "PIXTRACT_S3_REGION": REGION,
        "PIXTRACT_S3_ENDPOINT_URL": f"http://{host}:{port}",
        **KEYS,
    }
    _make_bucket(variables)
    yield variables
    server.stop()


def _make_bucket(variables: dict[str, str]) -> None:
    client: Any = boto3.client(
        "s3",
        endpoint_url=variables["PIXTRACT_S3_ENDPOINT_URL"],
        region_name=REGION,
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )
    place = {"LocationConstraint": REGION}
    client.create_bucket(Bucket="media", CreateBucketConfiguration=place)


def _web_peak_mib(stack: Stack) -> int:
    """What the web server's processes have needed at most, in MiB of resident memory."""
    web = [each.pid for each in processes() if "gunicorn" in each.command]
    mine = {each.pid for each in stack.everything()} & set(web)
    status = [Path(f"/proc/{pid}/status").read_text() for pid in mine]
    peaks = [line.split()[1] for text in status for line in text.splitlines() if "VmHWM" in line]
    return max(int(peak) for peak in peaks) // 1024


def test_a_large_file_survives_everything(tmp_path: Path, store: dict[str, str]) -> None:
    path = tmp_path / "film.jpg"
    sha256 = write_file(path, SIZE)
    with running_stack(tmp_path, **OFF, **store) as stack:
        library = Library(stack)
        token = library._headers["Authorization"].removeprefix("Bearer ")
        started = time.monotonic()

        first = FileSender(stack.port, token, path, sha256)
        upload = first.open()
        first.send_missing(0.25)
        before = _web_peak_mib(stack)
        for number in (3, 5, 7):
            first.put(number, cut=True)
        first.send_missing(0.5)

        # The page was reloaded: another client, which knows the file alone, goes on.
        second = FileSender(stack.port, token, path, sha256)
        assert second.open()["id"] == upload["id"]
        assert second.upload["sent_bytes"] == len(second.listed()) * upload["part_bytes"]
        second.send_missing(0.75)
        grown = _web_peak_mib(stack) - before
        stack.kill_and_start_again()

        third = FileSender(stack.port, token, path, sha256)
        assert third.open()["id"] == upload["id"]
        third.send_missing()
        third.complete()
        sent = time.monotonic() - started
        third.call("POST", "/api/v1/uploads/finish/", {"id": upload["id"]})
        # The workers die while they check it, or before.
        for worker in stack.children("celery"):
            os.killpg(worker.group, signal.SIGKILL)
        state = third.finish(seconds=600)
        assert (state["state"], state["error"]) == ("done", None)
        assert third.downloaded_sha256(state["item"]) == sha256

        every = first.parts_sent + second.parts_sent + third.parts_sent
        assert sorted(every) == list(range(1, first.part_count + 1))
        assert grown < 64
        checked = time.monotonic() - started - sent
        figures = f"{SIZE} bytes sent in {sent:.0f} s, checked in {checked:.0f} s"
        logger.info("%s, the web server grew by %s MiB", figures, grown)
