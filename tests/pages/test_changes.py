"""The forms of the pages: what they do, and whose items they never touch."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from gallery.models import JobState, LabelState, MediaItem, MediaLabel
from tests.factories import (
    JobFactory,
    LabelFactory,
    MediaItemFactory,
    MediaLabelFactory,
    stored_item,
)
from tests.pages.shelf import long_ago

FORMS = {
    "describe": {"description": "hacked"},
    "correct-date": {"taken_at": "2001-01-01T10:00"},
    "flag": {"flag": "favorite", "value": "1"},
    "trash-item": {},
    "restore-item": {},
    "delete-item": {},
    "retry-item": {},
    "new-label": {"name": "Hacked"},
}


@pytest.fixture
def item(alice: User) -> MediaItem:
    return MediaItemFactory(owner=alice)


def fresh(item: MediaItem) -> MediaItem:
    return MediaItem.objects.get(pk=item.pk)


@pytest.mark.parametrize("name", FORMS)
def test_others_get_404(bobs: Client, item: MediaItem, name: str) -> None:
    response = bobs.post(reverse(f"gallery:{name}", args=[item.pk]), FORMS[name])
    assert response.status_code == 404
    assert MediaItem.objects.filter(
        pk=item.pk, caption="", favorite=False, trashed_at=None, taken_local=item.taken_local
    ).exists()


@pytest.mark.parametrize("name", FORMS)
def test_reading_changes_nothing(alices: Client, item: MediaItem, name: str) -> None:
    assert alices.get(reverse(f"gallery:{name}", args=[item.pk])).status_code == 405


def test_forms_need_their_token(alice: User, item: MediaItem) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    response = strict.post(reverse("gallery:trash-item", args=[item.pk]))
    assert response.status_code == 403
    assert "Please try once more" in response.content.decode()


def test_a_description_is_kept(alices: Client, item: MediaItem) -> None:
    alices.post(reverse("gallery:describe", args=[item.pk]), {"description": " Our cat "})
    assert fresh(item).caption == "Our cat"


def test_too_long_a_description_is_refused(alices: Client, item: MediaItem) -> None:
    alices.post(reverse("gallery:describe", args=[item.pk]), {"description": "x" * 10_001})
    assert fresh(item).caption == ""


def test_a_flag_is_set_and_cleared(alices: Client, item: MediaItem) -> None:
    address = reverse("gallery:flag", args=[item.pk])
    alices.post(address, {"flag": "favorite", "value": "1"})
    assert fresh(item).favorite
    alices.post(address, {"flag": "favorite", "value": "0"})
    assert not fresh(item).favorite


def test_trash_restore_delete(
    alices: Client, alice: User, django_capture_on_commit_callbacks: object
) -> None:
    item = stored_item(alice)
    alices.post(reverse("gallery:trash-item", args=[item.pk]))
    assert fresh(item).is_trashed
    alices.post(reverse("gallery:restore-item", args=[item.pk]))
    assert not fresh(item).is_trashed
    alices.post(reverse("gallery:delete-item", args=[item.pk]))
    assert MediaItem.objects.filter(pk=item.pk).exists(), "only what is in the trash can go"
    alices.post(reverse("gallery:trash-item", args=[item.pk]))
    alices.post(reverse("gallery:delete-item", args=[item.pk]))
    assert not MediaItem.objects.filter(pk=item.pk).exists()


def test_labels_are_added_judged_and_removed(alices: Client, item: MediaItem) -> None:
    alices.post(reverse("gallery:new-label", args=[item.pk]), {"name": "Chelsea"})
    own = MediaLabel.objects.get(item=item, label__name="Chelsea")
    assert own.state == LabelState.CONFIRMED
    seen = MediaLabelFactory(item=item, label=LabelFactory(name="Dog"))
    address = reverse("gallery:judge-label", args=[item.pk, seen.pk])
    for state in (LabelState.REJECTED, LabelState.DETECTED, LabelState.CONFIRMED):
        alices.post(address, {"state": state})
        assert MediaLabel.objects.get(pk=seen.pk).state == state
    alices.post(reverse("gallery:judge-label", args=[item.pk, own.pk]), {"state": "removed"})
    assert not MediaLabel.objects.filter(pk=own.pk).exists()


def test_others_cannot_judge(bobs: Client, item: MediaItem) -> None:
    seen = MediaLabelFactory(item=item)
    address = reverse("gallery:judge-label", args=[item.pk, seen.pk])
    assert bobs.post(address, {"state": "rejected"}).status_code == 404


@pytest.mark.parametrize(
    ("target", "location"),
    [("/favorites/", "/favorites/"), ("https://evil.example/", "/"), ("//evil.example", "/")],
)
def test_back_leads_only_to_our_pages(
    alices: Client, item: MediaItem, target: str, location: str
) -> None:
    sent = {"ids": str(item.pk), "action": "favorite", "next": target}
    assert alices.post(reverse("gallery:bulk"), sent)["Location"] == location


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [("favorite", "favorite", True), ("archive", "archived", True), ("trash", "is_trashed", True)],
)
def test_bulk_does_what_the_button_says_to_own_items(
    alices: Client, alice: User, bob: User, action: str, field: str, value: bool
) -> None:
    mine, his = [MediaItemFactory(owner=alice) for _ in range(3)], MediaItemFactory(owner=bob)
    ids = [str(item.pk) for item in (*mine, his)]
    alices.post(reverse("gallery:bulk"), {"ids": [*ids, "nonsense"], "action": action})
    assert [getattr(fresh(item), field) for item in mine] == [value] * 3
    assert getattr(fresh(his), field) is not value


def test_an_unknown_bulk_action_changes_nothing(alices: Client, item: MediaItem) -> None:
    response = alices.post(
        reverse("gallery:bulk"), {"ids": str(item.pk), "action": "explode"}, follow=True
    )
    assert "Nothing was selected." in response.content.decode()


def test_emptying_the_trash_leaves_the_rest(alices: Client, alice: User, bob: User) -> None:
    kept = MediaItemFactory(owner=alice)
    MediaItemFactory(owner=alice, trashed_at=long_ago(0))
    his = MediaItemFactory(owner=bob, trashed_at=long_ago(0))
    alices.post(reverse("gallery:empty-trash"))
    assert set(MediaItem.objects.values_list("pk", flat=True)) == {kept.pk, his.pk}


def test_everything_that_failed_is_tried_again(alices: Client, alice: User, bob: User) -> None:
    mine = JobFactory(item=MediaItemFactory(owner=alice), state=JobState.FAILED)
    his = JobFactory(item=MediaItemFactory(owner=bob), state=JobState.FAILED)
    alices.post(reverse("workers:retry-all"))
    mine.refresh_from_db()
    his.refresh_from_db()
    assert (mine.state, his.state) == (JobState.WAITING, JobState.FAILED)
