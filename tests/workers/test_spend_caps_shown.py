"""What people are told of caps: which one binds, whether it is reached, and what waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Step
from tests.cloud.fake_aws import FakeAws, running
from tests.factories import JobFactory
from tests.pages.markup import markup_of
from tests.workers.paid import bought_at, change_spend, fake_rekognition, paid_items, work
from workers import spend_views

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[User | None], APIClient]
PageOf = Callable[[User | None], Client]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with running(fake_rekognition()) as fake, bought_at(fake, monkeypatch):
        yield fake


def spend(client: APIClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/status/").json()["spend"]
    return found


@pytest.mark.usefixtures("aws")
def test_the_installations_cap_is_told_with_what_it_stops(
    alice: User, bob: User, api_client: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_spend(monkeypatch, monthly_cap=2000)
    paid_items(alice, 5)
    before = spend(api_client(bob))
    assert (before["cap"], before["cap_of"]) == ("0.002000", "installation")
    assert (before["cap_reached"], before["paused_steps"]) == (False, [])
    work()
    mine, theirs = spend(api_client(alice)), spend(api_client(bob))
    [paused] = mine["paused_steps"]
    assert (paused["step"], paused["code"], paused["count"]) == ("label", "spend_cap", 3)
    assert "installation's spending cap" in paused["message"]
    assert mine["cap_reached"] and theirs["cap_reached"]
    assert (theirs["spent"], theirs["paused_steps"]) == ("0.000000", [])


@pytest.mark.usefixtures("aws")
def test_the_own_cap_binds_until_that_of_all_is_reached(
    alice: User, bob: User, api_client: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_spend(monkeypatch, monthly_cap=2000, user_monthly_cap=5000)
    assert spend(api_client(alice))["cap_of"] == "user"
    paid_items(bob, 3)
    work()
    found = spend(api_client(alice))
    assert (found["cap_of"], found["cap_reached"]) == ("installation", True)


def test_without_caps_none_is_told(
    alice: User, api_client: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_spend(monkeypatch, monthly_cap=None, user_monthly_cap=None)
    found = spend(api_client(alice))
    assert (found["cap"], found["cap_of"], found["cap_reached"]) == (None, "", False)


@pytest.mark.usefixtures("aws")
def test_the_page_shows_the_share_of_the_installations_cap(
    alice: User, bob: User, page_client: PageOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_spend(monkeypatch, monthly_cap=2000)
    paid_items(alice, 1)
    work()
    page = markup_of(page_client(alice).get("/spend/"))
    assert "The installation's cap is $0.002 a month" in page and 'value="50"' in page
    assert "is reached" not in page
    paid_items(bob, 5)
    work()
    page = markup_of(page_client(alice).get("/spend/"))
    assert "is reached" in page and 'value="50"' in page
    assert "3 steps wait" not in page
    assert "4 steps wait" in markup_of(page_client(bob).get("/spend/"))


@pytest.mark.usefixtures("aws")
def test_the_page_estimates_what_the_engine_has_not_seen(
    alice: User, bob: User, page_client: PageOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid_items(alice, 3)
    paid_items(bob, 1)
    words = "Run over everything not yet seen by Rekognition: about $0.003"
    assert words in markup_of(page_client(alice).get("/spend/"))
    monkeypatch.setattr(spend_views, "_AT_ONCE", 2)
    large = markup_of(page_client(alice).get("/spend/"))
    assert words not in large and "?estimate=all" in large
    assert words in markup_of(page_client(alice).get("/spend/?estimate=all"))
    work()
    assert "costs nothing" in markup_of(page_client(alice).get("/spend/?estimate=all"))


@pytest.mark.usefixtures("aws")
def test_on_the_activity_page_what_waits_for_a_paused_step_is_waiting(
    alice: User, page_client: PageOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_spend(monkeypatch, monthly_cap=0)
    [item] = paid_items(alice, 1)
    JobFactory(item=item, step=Step.CATEGORIZE)
    work()
    page = markup_of(page_client(alice).get("/activity/"))
    assert "<p>Waiting: Sort into categories</p>" in page
    assert '<p class="paused">Find labels · Paused: this installation' in page.replace(
        "&#x27;", "'"
    )
