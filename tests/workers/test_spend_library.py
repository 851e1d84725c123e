"""What a paid engine would cost on a library that another engine has been over."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import Job, JobState
from tests.cloud.fake_aws import FakeAws, running
from tests.workers.paid import bought_at, change_spend, fake_rekognition, paid_items, work

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[User | None], APIClient]
ADDRESS = "/api/v1/estimate/"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with running(fake_rekognition()) as fake, bought_at(fake, monkeypatch):
        yield fake


def seen_by_another(owner: User, count: int) -> None:
    """Photos whose labels some other engine found."""
    paid_items(owner, count)
    Job.objects.filter(item__owner=owner).update(state=JobState.DONE)


def usd(client: APIClient, **asked: str) -> str:
    return str(client.get(ADDRESS, asked).json()["usd"])


def reprocess(*options: str) -> str:
    out = io.StringIO()
    call_command("reprocess", "--step", "label", *options, stdout=out)
    return out.getvalue()


def test_the_whole_library_is_estimated_when_asked_for(
    alice: User, bob: User, aws: FakeAws, api_client: ClientOf
) -> None:
    seen_by_another(alice, 3)
    seen_by_another(bob, 1)
    client = api_client(alice)
    assert usd(client) == "0.000000"
    assert usd(client, all="1", steps="label,read") == "0.003000"
    assert usd(client, all="1", steps="read") == "0.000000"
    sent = client.post(ADDRESS, {"steps": ["label", "read"], "all": True}, format="json").json()
    assert [(line["step"], line["units"]) for line in sent["lines"]] == [("label", 3)]
    reprocess("--all", "--user", alice.username)
    work()
    assert usd(client, all="1", steps="label,read") == "0.000000"
    assert len(aws.seen) == 3


def test_what_the_cap_holds_up_is_still_to_be_bought(
    alice: User, aws: FakeAws, api_client: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_spend(monkeypatch, monthly_cap=1000)
    paid_items(alice, 3)
    assert usd(api_client(alice)) == "0.003000"
    work()
    assert usd(api_client(alice)) == "0.002000"
    assert usd(api_client(alice), steps="read") == "0.000000"


@pytest.mark.parametrize("asked", [{"all": "1", "steps": "label,teleport"}, {"all": "perhaps"}])
def test_what_cannot_be_estimated_is_refused(
    alice: User, api_client: ClientOf, asked: dict[str, str]
) -> None:
    assert api_client(alice).get(ADDRESS, asked).status_code == 400


def test_ids_and_all_are_two_questions(alice: User, api_client: ClientOf) -> None:
    answer = api_client(alice).post(ADDRESS, {"ids": [], "all": True}, format="json")
    assert answer.status_code == 400 and "all" in answer.json()["errors"]


def test_reprocessing_tells_its_price_first(alice: User, aws: FakeAws) -> None:
    seen_by_another(alice, 3)
    told = reprocess("--all", "--dry-run")
    assert "rekognition DetectLabels: 3 units on 3 items, $0.003" in told
    assert "It costs about $0.003." in told and "re-opened" not in told
    assert not Job.objects.filter(state=JobState.WAITING).exists()
    assert reprocess("--all") == f"{told}3 jobs were re-opened.\n"
    work()
    assert reprocess("--all", "--dry-run") == "It costs nothing.\n"
    assert "It costs about $0.003." in reprocess("--all", "--ask-again", "--dry-run")
    assert reprocess("--missing", "--dry-run") == "It costs nothing.\n"
    assert len(aws.seen) == 3


def test_with_local_engines_reprocessing_costs_nothing(alice: User) -> None:
    seen_by_another(alice, 1)
    assert reprocess("--all") == "It costs nothing.\n1 jobs were re-opened.\n"
