"""A change of a label that very many items carry: in batches, and whole after a kill."""

from __future__ import annotations

import pytest
from django.db import transaction

from accounts.models import User
from gallery.models import Category, Label, MediaCategory, MediaItem, Refiling
from gallery.services import changes, curation
from gallery.services.curation import category_changed, labels_changed, refile_some
from search.models import OutboxEntry
from search.services import search_media
from tests.factories import CategoryFactory, LabelFactory, MediaItemFactory, MediaLabelFactory
from tests.search.conftest import index, index_all
from workers.sweeper import sweep

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = 12


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curation, "AT_ONCE", 4)
    monkeypatch.setattr(curation, "_READ_AT_ONCE", 6)
    monkeypatch.setattr(changes, "BATCH", 2)


@pytest.fixture
def dog() -> Label:
    return LabelFactory(name="Dog")


@pytest.fixture
def dogs(alice: User, bob: User, dog: Label) -> list[MediaItem]:
    """What carries the label, or one below it, of two owners; all of it indexed."""
    beagle = LabelFactory(name="Beagle")
    beagle.parents.add(dog)
    items = [MediaItemFactory(owner=(alice, bob)[number % 2]) for number in range(COUNT)]
    for number, item in enumerate(items):
        MediaLabelFactory(item=item, label=beagle if number % 3 else dog, confidence=90)
    index(*items)
    return items


def rename(label: Label, alias: str) -> int:
    with transaction.atomic():
        label.aliases = [alias]
        label.save()
        return labels_changed([label.pk])


def found(user: User, text: str) -> int:
    index_all()
    return search_media(user, text).total


@pytest.mark.usefixtures("dogs")
def test_it_is_found_by_its_new_name_once_the_sweeper_was_there(
    alice: User, bob: User, dog: Label
) -> None:
    assert rename(dog, "hound") == COUNT
    # The transaction of the change holds nobody's items.
    assert not OutboxEntry.objects.exists() and Refiling.objects.count() == 1
    rounds = 0
    while Refiling.objects.exists():
        sweep()
        rounds += 1
        assert rounds < 10
    assert (found(alice, "hound"), found(bob, "hound")) == (COUNT // 2, COUNT // 2)


def test_who_comes_after_one_that_was_killed_goes_on_there(
    alice: User, bob: User, dog: Label, dogs: list[MediaItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    rename(dog, "hound")
    before = dict(MediaItem.objects.values_list("pk", "search_version"))
    project, calls = curation.project_many, []

    def project_until_killed(*args: object) -> set[object]:
        calls.append(args)
        # Each of three batches takes a call for each of its one or two owners.
        if len(calls) > 2:
            raise KeyboardInterrupt
        return project(*args)

    with monkeypatch.context() as patch:
        patch.setattr(curation, "project_many", project_until_killed)
        with pytest.raises(KeyboardInterrupt):
            refile_some()
    done = MediaItem.objects.filter(search_version__gt=0)
    raised = {
        pk for pk, version in done.values_list("pk", "search_version") if version > before[pk]
    }
    (refiling,) = Refiling.objects.all()
    assert raised == {item.pk for item in dogs if item.pk <= refiling.after}
    assert 0 < len(raised) < COUNT
    while refile_some():
        pass
    after = dict(MediaItem.objects.values_list("pk", "search_version"))
    # None was left out, and none done twice.
    assert after == {pk: version + 1 for pk, version in before.items()}
    assert (found(alice, "hound"), found(bob, "hound")) == (COUNT // 2, COUNT // 2)


@pytest.mark.usefixtures("dogs")
def test_what_is_undone_with_the_change_leaves_no_word(dog: Label) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        rename(dog, "hound")
        raise ZeroDivisionError
    assert not Refiling.objects.exists()


@pytest.mark.usefixtures("dogs")
def test_a_category_that_is_put_away_is_left_by_all(alice: User, dog: Label) -> None:
    animals = CategoryFactory(name="Animals")
    Label.objects.update(category=animals)
    assert category_changed(animals) == COUNT
    while refile_some():
        pass
    assert MediaCategory.objects.filter(category=animals).count() == COUNT
    assert found(alice, "category:animals") == COUNT // 2
    Category.objects.filter(pk=animals.pk).update(state="dismissed")
    assert category_changed(Category.objects.get(pk=animals.pk)) == COUNT
    while refile_some():
        pass
    assert not MediaCategory.objects.exists() and not Refiling.objects.exists()
    assert found(alice, "category:animals") == 0


def test_few_items_are_filed_with_the_change(alice: User, dog: Label) -> None:
    item = MediaItemFactory(owner=alice)
    MediaLabelFactory(item=item, label=dog, confidence=90)
    index(item)
    assert rename(dog, "hound") == 1
    assert not Refiling.objects.exists()
    assert found(alice, "hound") == 1
