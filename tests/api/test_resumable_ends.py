"""Uploads in parts: lists, ends and checks that workers die in, and what is swept."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import MediaItem, Upload, UploadState
from gallery.services import verification
from gallery.services.verification import claim_next
from tests.api.arrivals import alices, arrived_files, nothing_arrived_before, stored
from tests.api.sender import BASE, Sender, large_file
from tests.factories import picture_bytes, stored_item
from workers.sweeper import sweep_orphans
from workers.verifying import verify_arrived

__all__ = ["alices", "nothing_arrived_before"]


def test_a_cancelled_upload_leaves_nothing(alices: APIClient) -> None:
    sender = Sender(alices, large_file())
    sender.open()
    sender.put(1)
    assert alices.delete(sender.url).status_code == 204
    assert alices.get(sender.url).status_code == 404
    assert arrived_files() == []


def test_unfinished_uploads_are_listed(alices: APIClient) -> None:
    sender = Sender(alices, large_file())
    sender.open()
    done = Sender(alices, picture_bytes(1))
    done.send_all()
    verify_arrived(seconds=30)
    assert [each["id"] for each in alices.get(BASE).json()["results"]] == [sender.opened["id"]]
    asked = alices.get(f"{BASE}?ids={done.opened['id']},{uuid.uuid4()}").json()["results"]
    assert [each["state"] for each in asked] == ["done"]
    assert alices.get(f"{BASE}?ids=x").status_code == 400


def test_a_check_whose_worker_died_is_done_by_another(alices: APIClient) -> None:
    sender = Sender(alices, large_file())
    sender.send_all()
    assert claim_next() is not None
    assert claim_next() is None
    with time_machine.travel(timezone.now() + timedelta(seconds=21)):
        assert verification.ready_count() == 1
        verify_arrived(seconds=30)
    assert sender.state()["state"] == "done"


def test_a_check_killed_after_the_item_was_made_ends_at_that_item(alices: APIClient) -> None:
    sender = Sender(alices, large_file())
    sender.send_all()
    lost = claim_next()
    assert lost
    with verification._notes(lost):
        verification._take_in(lost)
    with time_machine.travel(timezone.now() + timedelta(seconds=21)):
        verify_arrived(seconds=30)
    state = sender.state()
    assert (state["state"], state["duplicate"]) == ("done", False)
    assert stored(MediaItem.objects.get()) == sender.content


def test_a_file_that_kills_every_worker_fails_in_the_end(alices: APIClient) -> None:
    sender = Sender(alices, picture_bytes(1))
    sender.send_all()
    now = timezone.now()
    for number in range(verification.MAX_ATTEMPTS):
        with time_machine.travel(now + timedelta(seconds=30 * number)):
            assert claim_next() is not None
    with time_machine.travel(now + timedelta(minutes=10)):
        verify_arrived(seconds=30)
    assert sender.state()["error"]["code"] == "worker_lost"


def test_what_is_gone_from_the_store_is_said(alices: APIClient) -> None:
    sender = Sender(alices, picture_bytes(1))
    sender.send_all()
    default_storage.delete(sender.row.key)
    verify_arrived(seconds=30)
    assert sender.state()["error"]["code"] == "file_missing"


def test_the_store_being_away_only_puts_the_check_off(alices: APIClient, tmp_path: Path) -> None:
    sender = Sender(alices, picture_bytes(1))
    sender.send_all()
    whole = Path(default_storage.path(sender.row.key))
    whole.rename(tmp_path / "aside")
    whole.mkdir()
    verify_arrived(seconds=30)
    assert sender.row.state == UploadState.VERIFYING
    whole.rmdir()
    (tmp_path / "aside").rename(whole)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        verify_arrived(seconds=30)
    assert sender.state()["state"] == "done"


def test_uploads_that_nobody_touched_for_days_are_swept(alices: APIClient) -> None:
    old, fresh = Sender(alices, large_file(1)), Sender(alices, large_file(2))
    old.open()
    old.put(1)
    with time_machine.travel(timezone.now() + timedelta(days=6, minutes=1)):
        fresh.open()
        fresh.put(1)
        sweep_orphans()
    assert [upload.pk for upload in Upload.objects.all()] == [uuid.UUID(fresh.opened["id"])]
    assert len(arrived_files()) == 1


def test_same_bytes_sent_both_ways_are_one_item(alices: APIClient, alice: User) -> None:
    sender = Sender(alices, picture_bytes(5))
    sender.send_all()
    item = stored_item(alice, picture_bytes(5))
    verify_arrived(seconds=30)
    state = sender.state()
    assert (state["item"], state["duplicate"]) == (str(item.pk), True)
    assert MediaItem.objects.count() == 1
    assert stored(item) == picture_bytes(5)


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"<a",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"<C><Part><ETag>1</ETag></Part></C>",
    ],
)
def test_malformed_lists_of_parts(alices: APIClient, body: bytes) -> None:
    sender = Sender(alices, large_file())
    sender.open()
    answer = Client().post(sender.sign("POST").json()["url"], body, "application/xml")
    assert answer.status_code == 400
    assert b"MalformedXML" in answer.content
