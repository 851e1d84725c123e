"""What is waiting, running and failed."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.test import Client
from django.urls import reverse

from accounts.models import User
from gallery.models import Job, JobState, Step
from tests.factories import JobFactory, MediaItemFactory
from tests.pages.markup import markup_of

QueryLimit = Callable[[int], AbstractContextManager[object]]


def test_it_counts_by_step_and_says_why_something_failed(alices: Client, alice: User) -> None:
    item = MediaItemFactory(owner=alice, file_name="broken.jpg")
    JobFactory(item=item, step=Step.INSPECT, state=JobState.DONE)
    JobFactory(item=item, step=Step.RENDER, state=JobState.FAILED, error_message="<b>Too short")
    JobFactory(item=item, step=Step.LABEL, state=JobState.WAITING)
    page = markup_of(alices.get("/activity/"))
    assert "1 item being worked on · 1 failed step" in page
    assert "Make previews: &lt;b&gt;Too short" in page
    assert '<td class="bad">1</td>' in page
    assert 'max="3" value="2"' in page


def test_it_is_about_own_items_alone(alices: Client, bob: User) -> None:
    JobFactory(item=MediaItemFactory(owner=bob, file_name="his.jpg"), state=JobState.FAILED)
    page = markup_of(alices.get("/activity/"))
    assert "Nothing has happened yet" in page
    assert "his.jpg" not in page


def test_trying_again_counts_the_failed_steps(alices: Client, alice: User, bob: User) -> None:
    for owner in (alice, alice, bob):
        item = MediaItemFactory(owner=owner)
        JobFactory(item=item, step=Step.INSPECT, state=JobState.FAILED)
        JobFactory(item=item, step=Step.RENDER, state=JobState.SKIPPED, error_code="needs_failed")
    assert "2 failed steps" in markup_of(alices.get("/activity/"))
    page = markup_of(alices.post("/activity/retry/", follow=True))
    assert "2 failed steps run again." in page
    assert Job.objects.filter(item__owner=alice, state=JobState.WAITING).count() == 4
    assert Job.objects.filter(item__owner=bob, state=JobState.FAILED).count() == 1


def test_what_cannot_work_goes_to_the_trash_from_here(alices: Client, alice: User) -> None:
    item = MediaItemFactory(owner=alice, file_name="broken.jpg")
    JobFactory(item=item, step=Step.INSPECT, state=JobState.FAILED, error_message="Damaged.")
    page = markup_of(alices.get("/activity/"))
    address = reverse("gallery:trash-item", args=[item.pk])
    assert f'action="{address}"' in page
    assert f'href="{reverse("gallery:item", args=[item.pk])}"' in page
    after = alices.post(address, {"next": "/activity/"}, follow=True)
    assert after.redirect_chain == [("/activity/", 302)]
    assert "broken.jpg is in the trash." in markup_of(after)
    assert "Damaged." not in markup_of(after)


def test_no_news_is_a_short_answer(alices: Client, alice: User) -> None:
    JobFactory(item=MediaItemFactory(owner=alice))
    state = re.search(r'data-state="([\d.]+)"', markup_of(alices.get("/activity/")))
    assert state is not None
    assert alices.get("/activity/", {"state": state[1]}).status_code == 204


def test_queries_do_not_grow(
    alices: Client, alice: User, django_assert_max_num_queries: QueryLimit
) -> None:
    for _ in range(20):
        item = MediaItemFactory(owner=alice)
        JobFactory(item=item, step=Step.LABEL, state=JobState.FAILED)
        JobFactory(item=item, step=Step.READ, state=JobState.WAITING)
    with django_assert_max_num_queries(13):
        alices.get("/activity/")
