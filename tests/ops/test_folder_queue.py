"""Messages in a folder: whole or not there, whoever reads and writes meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from pixtract.backends import broker_options
from pixtract.celery import app
from pixtract.folder_queue import Channel

ADDRESS = "filesystem://localhost//"


@pytest.fixture
def channels(tmp_path: Path) -> Iterator[tuple[Channel, Channel]]:
    """Two ends of a queue, each with a connection of its own."""
    options = broker_options(ADDRESS, tmp_path)
    with (
        Connection(ADDRESS, transport_options=options) as one,
        Connection(ADDRESS, transport_options=options) as other,
    ):
        yield one.channel(), other.channel()


def test_the_product_uses_it(tmp_path: Path) -> None:
    options = broker_options(ADDRESS, tmp_path)
    with app.connection_for_write(ADDRESS, transport_options=options) as connection:
        assert isinstance(connection.channel(), Channel)


def test_messages_come_in_their_order(channels: tuple[Channel, Channel]) -> None:
    sender, receiver = channels
    for number in range(3):
        sender._put("media", {"number": number, "name": "gr\u00fc\u00df"})
    sender._put("other", {"number": 9})
    assert (receiver._size("media"), receiver._size("other")) == (3, 1)
    found = sorted(receiver._get("media")["number"] for _ in range(3))
    assert (found, receiver._size("media")) == ([0, 1, 2], 0)


def test_what_cannot_be_read_is_passed_over(
    channels: tuple[Channel, Channel], tmp_path: Path
) -> None:
    sender, receiver = channels
    (tmp_path / "queue" / "0_cut-off.media.msg").touch()
    sender._put("media", {"number": 1})
    with pytest.raises(Empty):
        receiver._get("media")
    assert receiver._get("media") == {"number": 1}


def test_none_is_read_before_it_is_written(channels: tuple[Channel, Channel]) -> None:
    sender, receiver = channels
    count = 300
    got: list[int] = []

    def write() -> None:
        for number in range(count):
            sender._put("media", {"number": number, "text": "x" * 20_000})

    writer = threading.Thread(target=write)
    writer.start()
    while len(got) < count and (writer.is_alive() or receiver._size("media")):
        if receiver._size("media"):
            got.append(receiver._get("media")["number"])
    writer.join()
    assert sorted(got) == list(range(count))
