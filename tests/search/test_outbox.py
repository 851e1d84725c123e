"""Index and database agree, whatever goes wrong in between."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from gallery.models import Job, JobState, Lane, MediaItem, Step
from gallery.services.changes import note_change
from gallery.services.deletion import delete_items, trash_items
from gallery.services.uploads import restore_items
from search import outbox
from search.backends import get_backend
from search.backends.base import IndexBroken, Request
from search.language import parse
from search.models import OutboxEntry
from tests.factories import (
    LabelFactory,
    MediaItemFactory,
    MediaLabelFactory,
    TextPageFactory,
    stored_item,
    text_line,
)
from tests.search.conftest import index_all

pytestmark = pytest.mark.django_db


def found(user: User, text: str) -> list[str]:
    request = Request(parse(text).root, 55, {})
    page = get_backend().search(user.pk, request, limit=50)
    names = dict(MediaItem.objects.values_list("pk", "file_name"))
    return [names.get(hit.id, "ghost") for hit in page.ids]


def changed(item: MediaItem) -> MediaItem:
    with transaction.atomic():
        note_change(item.owner_id, [item.pk])
    item.refresh_from_db()
    return item


def make(owner: User, name: str) -> MediaItem:
    return changed(MediaItemFactory(owner=owner, file_name=name))


def test_an_upload_is_found_by_its_name(alice: User) -> None:
    item = stored_item(alice, name="sunny beach.jpg")
    assert index_all() >= 1
    assert found(alice, "beach") == ["sunny beach.jpg"]
    item.refresh_from_db()
    assert item.indexed_version == item.search_version
    assert OutboxEntry.objects.count() == 0


def test_the_index_job_is_done_only_when_the_newest_version_is_found(alice: User) -> None:
    item = MediaItemFactory(owner=alice)
    job = Job.objects.create(item=item, step=Step.INDEX, lane=Lane.INDEX, state=JobState.WAITING)
    changed(item)
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    index_all()
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_labels_and_text_are_found(alice: User) -> None:
    item = MediaItemFactory(owner=alice, file_name="x.jpg")
    parent = LabelFactory(name="Dog", aliases=["Hound"])
    label = LabelFactory(name="Beagle")
    label.parents.add(parent)
    MediaLabelFactory(item=item, label=label, confidence=91.7)
    MediaLabelFactory(item=item, label=LabelFactory(name="Cat"), state="rejected")
    MediaLabelFactory(item=item, label=LabelFactory(name="Fish", hidden=True))
    MediaLabelFactory(item=item, label=LabelFactory(name="Sheep", threshold=95), confidence=94)
    MediaLabelFactory(item=item, label=LabelFactory(name="Cow", threshold=10), confidence=12)
    MediaLabelFactory(item=item, label=LabelFactory(name="Goat"), confidence=9, state="confirmed")
    TextPageFactory(item=item, lines=[text_line("Invoice 4711")])
    TextPageFactory(item=item, number=2, lines=[text_line("paid in full")])
    changed(item)
    index_all()
    for text in ("beagle", "dog", "hound", "label:beagle>91", "cow", "goat", '"invoice 4711"'):
        assert found(alice, text) == ["x.jpg"], text
    for text in ("cat", "fish", "sheep", "label:beagle>92", '"4711 paid"'):
        assert found(alice, text) == [], text


def test_a_change_that_is_rolled_back_leaves_no_entry(alice: User) -> None:
    item = MediaItemFactory(owner=alice)
    with pytest.raises(RuntimeError), transaction.atomic():
        note_change(alice.pk, [item.pk])
        assert OutboxEntry.objects.count() == 1
        raise RuntimeError
    assert OutboxEntry.objects.count() == 0


def test_trash_restore_and_deletion_reach_the_index(alice: User) -> None:
    item = make(alice, "gone.jpg")
    index_all()
    trash_items(alice, [item.pk])
    index_all()
    assert found(alice, "gone") == []
    item.refresh_from_db()
    assert item.indexed_version == item.search_version
    restore_items(alice, [item.pk])
    index_all()
    assert found(alice, "gone") == ["gone.jpg"]
    trash_items(alice, [item.pk])
    delete_items(alice, [item.pk])
    index_all()
    assert get_backend().versions(alice.pk) == {}


def test_a_crash_after_the_commit_of_the_index_only_repeats_the_work(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(alice, "twice.jpg")
    with monkeypatch.context() as patch:
        patch.setattr(
            outbox, "note_indexed", lambda versions: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            outbox.drain_once()
    assert OutboxEntry.objects.count() == 1
    index_all()
    assert found(alice, "twice") == ["twice.jpg"]
    assert OutboxEntry.objects.count() == 0


def test_a_change_during_indexing_is_indexed_next(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = make(alice, "before.jpg")
    index_all()
    load = outbox.load_documents

    def load_and_change(*args: object) -> object:
        documents = load(*args)  # type: ignore[arg-type]
        MediaItem.objects.filter(pk=item.pk).update(file_name="after.jpg")
        note_change(alice.pk, [item.pk])
        return documents

    changed(item)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "load_documents", load_and_change)
        assert outbox.drain_once() == 0
    item.refresh_from_db()
    assert item.indexed_version < item.search_version
    index_all()
    item.refresh_from_db()
    assert item.indexed_version == item.search_version
    assert found(alice, "after") == ["after.jpg"]


def test_an_item_that_cannot_be_read_holds_up_no_other(alice: User) -> None:
    bad = MediaItemFactory(owner=alice)
    MediaLabelFactory(item=bad, label=LabelFactory(aliases=5))
    changed(bad)
    make(alice, "good.jpg")
    index_all()
    assert found(alice, "good") == ["good.jpg"]
    entry = OutboxEntry.objects.get()
    assert entry.item_id == bad.pk
    assert "TypeError" in entry.error
    assert entry.next_try > timezone.now()
    outbox.rebuild_library(alice.pk)
    assert found(alice, "good") == ["good.jpg"]


@pytest.mark.usefixtures("embedded")
def test_a_lost_index_comes_back_whole_with_the_next_change(alice: User, index_dir: Path) -> None:
    make(alice, "first one.jpg")
    index_all()
    shutil.rmtree(index_dir)
    make(alice, "second one.jpg")
    index_all()
    assert sorted(found(alice, "one")) == ["first one.jpg", "second one.jpg"]


def test_each_owner_has_an_index_of_their_own(alice: User, bob: User) -> None:
    make(alice, "alice.jpg")
    make(bob, "bob.jpg")
    index_all()
    assert found(alice, "") == ["alice.jpg"]
    assert found(bob, "") == ["bob.jpg"]


def test_an_item_enqueued_for_the_wrong_owner_stays_out(alice: User, bob: User) -> None:
    item = make(alice, "alice.jpg")
    make(bob, "bob.jpg")
    outbox.enqueue(bob.pk, [item.pk])
    index_all()
    assert found(bob, "") == ["bob.jpg"]


@pytest.mark.usefixtures("embedded")
def test_a_deleted_account_leaves_no_index(alice: User, index_dir: Path) -> None:
    make(alice, "mine.jpg")
    index_all()
    pk = alice.pk
    alice.delete()
    index_all()
    assert not (index_dir / str(pk)).exists()
    with pytest.raises(IndexBroken):
        get_backend().versions(pk)


def test_the_command_rebuilds_one_or_all(alice: User, bob: User) -> None:
    for owner in (alice, bob):
        MediaItemFactory.create_batch(3, owner=owner)
    call_command("rebuild_index", "--user", "alice")
    assert len(found(alice, "")) == 3
    with pytest.raises(IndexBroken):
        found(bob, "")
    call_command("rebuild_index")
    assert len(found(bob, "")) == 3
    with pytest.raises(CommandError):
        call_command("rebuild_index", "--user", "nobody")


def test_many_changes_are_read_in_a_constant_number_of_queries(
    alice: User, django_assert_max_num_queries: object
) -> None:
    items = MediaItemFactory.create_batch(60, owner=alice)
    outbox.rebuild_library(alice.pk)
    for item in items:
        MediaLabelFactory(item=item)
        TextPageFactory(item=item)
    note_change(alice.pk, [item.pk for item in items])
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert outbox.drain_once() == 60
