"""Engines away, clocks that differ, one indexer too many: nothing comes late, nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from gallery.models import MediaItem
from gallery.services.deletion import trash_items
from search import outbox, reader
from search.backends import get_backend
from search.backends.base import IndexBroken, SearchUnavailable
from search.models import OutboxEntry
from tests.search.conftest import index_all
from tests.search.test_outbox import changed, found, make

pytestmark = pytest.mark.django_db


def test_a_busy_engine_is_tried_again_later(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make(alice, "late.jpg")

    def busy(*_: object) -> None:
        raise SearchUnavailable("busy")

    with monkeypatch.context() as patch:
        patch.setattr(type(get_backend()), "write", busy)
        assert outbox.drain_once() == 0
    assert outbox.drain_once() == 1
    assert found(alice, "late") == ["late.jpg"]


def test_an_outage_of_hours_delays_nothing_once_it_is_over(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(alice, "early.jpg")
    make(bob, "bobs.jpg")
    resting: dict[UUID, float] = {}
    knocked: list[UUID] = []

    def busy(_: object, owner_id: UUID, *rest: object) -> None:
        knocked.append(owner_id)
        raise SearchUnavailable("no answer")

    with monkeypatch.context() as patch, time_machine.travel(timezone.now(), tick=False) as clock:
        patch.setattr(type(get_backend()), "write", busy)
        for _ in range(20):
            assert outbox.drain_once(resting=resting) == 0
            assert outbox.drain_once(resting=resting) == 0
            clock.shift(600)
            resting = dict.fromkeys(resting, 0.0)
    assert len(knocked) == 40
    make(alice, "late.jpg")
    entry = OutboxEntry.objects.filter(owner_id=alice.pk).first()
    assert entry is not None
    assert (entry.error, entry.attempts) == ("no answer", 0)
    assert outbox.drain_once(resting=resting) == 3
    assert sorted(found(alice, "")) == ["early.jpg", "late.jpg"]


def test_an_entry_from_a_machine_whose_clock_is_ahead_does_not_wait(alice: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        make(alice, "future.jpg")
    assert outbox.drain_once() == 1
    assert found(alice, "future") == ["future.jpg"]


def test_an_account_deleted_while_its_library_is_indexed_leaves_nothing(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, pk = make(alice, "mine.jpg"), alice.pk
    outbox.enqueue_library(pk)
    load = reader.load_documents

    def load_and_delete(*args: object) -> list[object]:
        documents = list(load(*args))  # type: ignore[arg-type]
        User.objects.get(pk=pk).delete()
        return documents

    with monkeypatch.context() as patch:
        patch.setattr(reader, "load_documents", load_and_delete)
        outbox.drain_once()
    assert not MediaItem.objects.filter(pk=item.pk).exists()
    index_all()
    with pytest.raises(IndexBroken):
        get_backend().versions(pk)


def test_an_account_that_another_indexer_forgot_meanwhile_leaves_nothing(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(alice, "mine.jpg")
    pk = alice.pk
    outbox.enqueue_library(pk)
    load = reader.load_documents

    def load_and_delete(*args: object) -> list[object]:
        documents = list(load(*args))  # type: ignore[arg-type]
        User.objects.get(pk=pk).delete()
        # As the other one leaves it, which found no index to forget yet.
        OutboxEntry.objects.all().delete()
        return documents

    with monkeypatch.context() as patch:
        patch.setattr(reader, "load_documents", load_and_delete)
        outbox.drain_once()
    assert pk not in set(get_backend().owners())


def test_what_another_indexer_wrote_meanwhile_is_looked_at_again(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = make(alice, "twice.jpg")
    index_all()
    changed(item)
    load = outbox.load_documents

    def load_slowly(*args: object) -> list[object]:
        documents = list(load(*args))  # type: ignore[arg-type]
        trash_items(alice, [item.pk])
        # As the other one leaves it: the index without the item, the outbox without the entry.
        OutboxEntry.objects.order_by("pk").last().delete()
        return documents

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "load_documents", load_slowly)
        assert outbox.drain_once() == 0
    assert found(alice, "twice") == ["twice.jpg"]
    index_all()
    assert found(alice, "twice") == []
