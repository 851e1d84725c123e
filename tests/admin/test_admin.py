"""The admin: what it lists, changes and retries, and that it stays quick and strict."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiKey, User
from accounts.tokens import create_api_key
from gallery.models import (
    Album,
    Category,
    CategoryState,
    Job,
    JobState,
    Label,
    MediaCategory,
    MediaItem,
    Step,
)
from gallery.services.albums import create_album
from gallery.services.memberships import project_categories
from tests.factories import (
    CategoryFactory,
    JobFactory,
    LabelFactory,
    MediaItemFactory,
    MediaLabelFactory,
    UserFactory,
    stored_item,
)
from tests.inline_code import InlineCode
from workers.models import AnalysisResult

PageOf = Callable[[User | None], Client]
MODELS = [User, ApiKey, MediaItem, Label, Category, Album, Job, AnalysisResult]


@pytest.fixture
def desk(page_client: PageOf, carol: User) -> Client:
    """The administrator's browser."""
    return page_client(carol)


def listing(model: type) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def change_page(row: object) -> str:
    meta = type(row)._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


@pytest.fixture
def rows(alice: User) -> list[object]:
    item = MediaItemFactory(owner=alice, file_name='"><img src=x onerror=alert(1)>.jpg')
    label = LabelFactory(name="<script>alert(1)</script>")
    MediaLabelFactory(item=item, label=label)
    result = AnalysisResult.objects.create(
        owner=alice, sha256=item.sha256, part=1, operation="labels", raw=b"\x00\xff"
    )
    key, _ = create_api_key(alice, "<b>phone</b>")
    album = create_album(alice, "<script>alert(2)</script>", "alices-secret")
    return [alice, key, item, label, CategoryFactory(), album, JobFactory(item=item), result]


def test_pages_hold_under_the_strict_policy(desk: Client, rows: list[object]) -> None:
    addresses = [reverse("admin:index"), *map(change_page, rows)]
    for model in MODELS:
        addresses += [listing(model), listing(model) + "?q=alice"]
    for address in addresses:
        response = desk.get(address)
        assert response.status_code == 200, address
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert InlineCode(response.content).found == [], address
        assert b"<script>alert" not in response.content
        assert b"<img src=x" not in response.content
        assert b"alices-secret" not in response.content


@pytest.mark.parametrize("model", MODELS)
def test_lists_count_no_whole_table(
    desk: Client,
    rows: list[object],
    model: type,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    assert not admin.site._registry[model].show_full_result_count
    extra = UserFactory.create_batch(10)
    for owner in extra:
        create_api_key(owner, "key")
        MediaLabelFactory(item__owner=owner, label__owner=owner)
        CategoryFactory(owner=owner)
        JobFactory(item__owner=owner)
    with django_assert_max_num_queries(11) as queries:
        desk.get(listing(model))
    counts = [q["sql"] for q in queries.captured_queries if "COUNT(" in q["sql"]]
    assert all("LIMIT 5000" in sql or "GROUP BY" in sql for sql in counts), counts


def test_only_staff_get_in(page_client: PageOf, alice: User, rows: list[object]) -> None:
    for client in (page_client(None), page_client(alice)):
        for address in [*map(listing, MODELS), *map(change_page, rows)]:
            assert client.get(address).status_code == 302
    assert not alice.is_staff


@pytest.fixture
def dog(alice: User) -> MediaItem:
    item = MediaItemFactory(owner=alice)
    pets = CategoryFactory(name="Pets", slug="pets")
    label = LabelFactory(name="Dog", category=pets)
    MediaLabelFactory(item=item, label=label, confidence=70)
    project_categories(item)
    return item


def change_label(desk: Client, **changes: object) -> MediaItem:
    label = Label.objects.get(name="Dog")
    fields = {"category": label.category_id or "", "aliases": "", "threshold": ""} | changes
    response = desk.post(change_page(label), fields)
    assert response.status_code == 302, response.context["errors"]
    return MediaItem.objects.get()


def in_pets() -> bool:
    return MediaCategory.objects.filter(category__slug="pets").exists()


def test_hiding_a_label_files_its_items_anew(desk: Client, dog: MediaItem) -> None:
    assert in_pets()
    assert change_label(desk, hidden="on").search_version == dog.search_version + 1
    assert not in_pets()
    change_label(desk)
    assert in_pets()


def test_threshold_category_and_other_names_file_anew(desk: Client, dog: MediaItem) -> None:
    change_label(desk, threshold="80")
    assert not in_pets()
    change_label(desk, threshold="60")
    assert in_pets()
    change_label(desk, category="", threshold="60")
    assert not in_pets()
    before = MediaItem.objects.get().search_version
    assert change_label(desk, aliases="Hound\r\n Wolf's child \r\n").search_version == before + 1
    assert Label.objects.get(name="Dog").aliases == ["Hound", "Wolf's child"]


def test_items_below_a_label_are_indexed_by_its_new_name(desk: Client, dog: MediaItem) -> None:
    animal = LabelFactory(name="Animal")
    Label.objects.get(name="Dog").parents.add(animal)
    desk.post(change_page(animal), {"aliases": "Beast", "category": "", "threshold": ""})
    assert MediaItem.objects.get().search_version == dog.search_version + 1


@pytest.mark.parametrize("aliases", ["x" * 101, "x\n" * 51, "a\x00b"])
def test_other_names_have_bounds(desk: Client, dog: MediaItem, aliases: str) -> None:
    label = Label.objects.get(name="Dog")
    response = desk.post(change_page(label), {"aliases": aliases, "category": "", "threshold": ""})
    assert response.status_code == 200
    assert response.context["errors"]


def test_labels_are_hidden_in_the_list(desk: Client, dog: MediaItem) -> None:
    label = Label.objects.get(name="Dog")
    rows = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": str(label.pk)}
    rows |= {"form-0-hidden": "on", "form-0-threshold": "", "_save": "Save"}
    assert desk.post(listing(Label), rows).status_code == 302
    assert not in_pets()


def test_dismissed_category_loses_its_items(desk: Client, dog: MediaItem) -> None:
    pets = Category.objects.get(slug="pets")
    sent = {"name": "Pets", "slug": "pets", "state": CategoryState.DISMISSED}
    assert desk.post(change_page(pets), sent).status_code == 302
    assert not in_pets()


def act(desk: Client, action: str, *rows: object) -> None:
    sent = {"action": action, "_selected_action": [str(row.pk) for row in rows], "post": "yes"}
    assert desk.post(listing(type(rows[0])), sent).status_code == 302


def test_failed_jobs_run_again(desk: Client) -> None:
    job = JobFactory(step=Step.RENDER, state=JobState.FAILED, finished_at=timezone.now())
    act(desk, "retry", job)
    job.refresh_from_db()
    assert job.state == JobState.WAITING


def test_who_may_only_look_retries_nothing(page_client: PageOf, alice: User) -> None:
    alice.is_staff = True
    alice.save()
    alice.user_permissions.add(Permission.objects.get(codename="view_job"))
    job = JobFactory(state=JobState.FAILED)
    client = page_client(alice)
    assert client.get(listing(Job)).status_code == 200
    client.post(listing(Job), {"action": "retry", "_selected_action": [str(job.pk)]})
    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_media_go_with_their_bytes(desk: Client, alice: User) -> None:
    item = stored_item(alice)
    act(desk, "trash", item)
    item.refresh_from_db()
    assert item.is_trashed
    act(desk, "restore", item)
    act(desk, "retry", item)
    act(desk, "delete_selected", item)
    assert not MediaItem.objects.exists()


def test_media_are_edited_in_what_owners_write_alone(desk: Client, alice: User) -> None:
    item = stored_item(alice)
    item.refresh_from_db()
    desk.post(change_page(item), {"caption": "Hello", "file_name": "other", "sha256": "0"})
    changed = MediaItem.objects.get()
    assert (changed.caption, changed.file_name, changed.sha256) == (
        "Hello",
        item.file_name,
        item.sha256,
    )
    assert changed.search_version == item.search_version + 1


def test_keys_are_revoked(desk: Client, alice: User) -> None:
    key, _ = create_api_key(alice, "phone")
    act(desk, "revoke", key)
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_nothing_tells_a_token_or_raw_bytes(desk: Client, rows: list[object]) -> None:
    key = next(row for row in rows if isinstance(row, ApiKey))
    assert key.token_hash.encode() not in desk.get(change_page(key)).content


def test_user_is_made_with_an_address(desk: Client) -> None:
    address = reverse("admin:accounts_user_add")
    sent = {"username": "dora", "password1": "long enough 1", "password2": "long enough 1"}
    sent |= {"usable_password": "true"}
    assert desk.post(address, sent).status_code == 200
    assert desk.post(address, sent | {"email": "dora@example.org"}).status_code == 302
    dora = User.objects.get(username="dora")
    assert (dora.email, dora.is_staff) == ("dora@example.org", False)
    assert not dora.has_verified_email
