"""Uploading without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from gallery.models import MediaItem
from tests.factories import MediaItemFactory, RenditionFactory, picture_bytes
from tests.pages.markup import markup_of

QueryLimit = Callable[[int], AbstractContextManager[object]]


def send(client: Client, *files: SimpleUploadedFile, description: str = "") -> str:
    sent = {"file": list(files), "description": description}
    return client.post("/uploads/", sent, follow=True).content.decode()


def test_each_file_gets_its_answer(alices: Client, alice: User) -> None:
    picture = picture_bytes(1)
    page = send(
        alices,
        SimpleUploadedFile("one.jpg", picture),
        SimpleUploadedFile("two.jpg", picture_bytes(2)),
        SimpleUploadedFile("page.html", b"<html><script>alert(1)</script>"),
        SimpleUploadedFile("<b>again.jpg", picture),
        description="On the beach",
    )
    assert "one.jpg: added." in page and "two.jpg: added." in page
    assert "was already here" in page
    assert "page.html: This is not a photo, video or document" in page
    assert MediaItem.objects.filter(owner=alice, caption="On the beach").count() == 2


def test_no_file_is_said(alices: Client) -> None:
    assert "No file was chosen." in alices.post("/uploads/", {}, follow=True).content.decode()


def test_it_lists_what_came_last(alices: Client, alice: User, bob: User) -> None:
    MediaItemFactory(owner=alice, file_name="mine.jpg")
    MediaItemFactory(owner=bob, file_name="his.jpg")
    page = markup_of(alices.get("/uploads/"))
    assert "mine.jpg" in page and "his.jpg" not in page


def test_queries_do_not_grow(
    alices: Client, alice: User, django_assert_max_num_queries: QueryLimit
) -> None:
    for _ in range(30):
        RenditionFactory(item=MediaItemFactory(owner=alice))
    with django_assert_max_num_queries(6):
        alices.get("/uploads/")
