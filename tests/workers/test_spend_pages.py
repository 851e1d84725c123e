"""Estimates, the Spend page and the offer: own numbers only, kept answers as nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gallery.models import DocumentType, Job, JobState, Lane, MediaItem, Step
from tests.cloud.fake_aws import FakeAws, running
from tests.factories import JobFactory, MediaItemFactory
from tests.workers.paid import bought_at, fake_rekognition, paid_items, work
from workers import engines
from workers.gates import wants_text
from workers.models import ProviderState
from workers.spending import ledger

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[User | None], APIClient]
PageOf = Callable[[User | None], Client]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with running(fake_rekognition()) as fake, bought_at(fake, monkeypatch):
        yield fake


@pytest.fixture
def textract(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "PIXTRACT_TEXT_ENGINE", "textract")
    engines.text_analyzer.cache_clear()
    yield
    engines.text_analyzer.cache_clear()


def unread(owner: User, pages: int, document_type: str = DocumentType.RECEIPT) -> MediaItem:
    item = MediaItemFactory(owner=owner, page_count=pages, document_type=document_type)
    JobFactory(item=item, step=Step.READ, lane=Lane.ANALYSIS, state=JobState.SKIPPED)
    return item


def ask(client: APIClient, **body: object) -> dict[str, object]:
    answer: dict[str, object] = client.post("/api/v1/estimate/", body, format="json").json()
    return answer


def test_kept_answers_cost_nothing_in_an_estimate(
    alice: User, aws: FakeAws, api_client: ClientOf
) -> None:
    items = paid_items(alice, 3)
    ids = [str(item.pk) for item in items]
    assert ask(api_client(alice), ids=ids, steps=["label"])["usd"] == "0.003000"
    work()
    assert ask(api_client(alice), ids=ids, steps=["label"]) == {"lines": [], "usd": "0.000000"}
    assert len(aws.seen) == 3


def test_others_items_are_not_estimated(
    alice: User, bob: User, aws: FakeAws, api_client: ClientOf
) -> None:
    ids = [str(item.pk) for item in paid_items(alice, 3)]
    assert ask(api_client(bob), ids=ids) == {"lines": [], "usd": "0.000000"}


@pytest.mark.usefixtures("textract")
def test_everything_missing_is_estimated_by_pages(alice: User, api_client: ClientOf) -> None:
    unread(alice, 10)
    unread(alice, 1)
    [line] = api_client(alice).get("/api/v1/estimate/").json()["lines"]
    assert (line["operation"], line["items"], line["units"]) == ("DetectDocumentText", 2, 11)
    assert line["usd"] == "0.016500"


@pytest.mark.usefixtures("textract")
def test_the_offer_names_its_price_and_starts_only_what_looks_like_pages(
    alice: User, bob: User, page_client: PageOf
) -> None:
    page, plain = unread(alice, 200), unread(alice, 1, document_type="")
    theirs = unread(bob, 1)
    html = page_client(alice).get("/spend/").content.decode()
    assert "200 pages look like documents" in " ".join(html.split())
    assert "$0.30" in html
    page_client(alice).post("/spend/read/")
    state_of = dict(Job.objects.filter(step=Step.READ).values_list("item", "state"))
    assert state_of[page.pk] == JobState.WAITING
    assert state_of[plain.pk] == state_of[theirs.pk] == JobState.SKIPPED


def test_with_local_engines_the_page_says_that_nothing_is_spent(
    alice: User, page_client: PageOf
) -> None:
    unread(alice, 5)
    html = page_client(alice).get("/spend/").content.decode()
    assert "nothing is spent" in html and "Unread pages" not in html


def test_everybody_sees_their_own_spend(
    alice: User, bob: User, aws: FakeAws, page_client: PageOf, api_client: ClientOf
) -> None:
    User.objects.filter(pk=alice.pk).update(monthly_spend_cap="2")
    alice.refresh_from_db()
    paid_items(alice, 2)
    aws.script = ["cut"]
    work(rounds=2)
    html = page_client(alice).get("/spend/").content.decode()
    assert "Rekognition DetectLabels" in html and "$0.002" in html and "$0.001" in html
    assert "DetectLabels" not in page_client(bob).get("/spend/").content.decode()
    spend = api_client(alice).get("/api/v1/status/").json()["spend"]
    assert (spend["spent"], spend["cap"]) == ("0.003000", "2.000000")
    assert api_client(bob).get("/api/v1/status/").json()["spend"]["spent"] == "0.000000"


def test_an_administrator_sees_the_pause_and_ends_it(
    alice: User, carol: User, aws: FakeAws, page_client: PageOf
) -> None:
    aws.script = ["deny"]
    paid_items(alice, 2)
    work()
    assert "Rekognition is paused" in page_client(alice).get("/spend/").content.decode()
    state = ProviderState.objects.get()
    page_client(carol).post(
        "/admin/workers/providerstate/", {"action": "resume", "_selected_action": [state.pk]}
    )
    work()
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_the_ledger_is_in_the_admin_alone(alice: User, carol: User, page_client: PageOf) -> None:
    ledger.reserve(alice, "q", "rekognition", "DetectLabels", 1)
    for name in ("spend", "spendtotal", "providerstate"):
        address = f"/admin/workers/{name}/"
        assert page_client(carol).get(address).status_code == 200
        assert page_client(alice).get(address).status_code == 302


@pytest.mark.usefixtures("textract")
def test_a_photo_without_promise_is_read_when_somebody_asks(
    alice: User, api_client: ClientOf
) -> None:
    item = unread(alice, 1, document_type="")
    assert not wants_text(item)
    api_client(alice).post(f"/api/v1/media/{item.pk}/analyze/", {"steps": ["read"]}, format="json")
    assert wants_text(item)


@pytest.mark.usefixtures("textract")
def test_the_documents_page_asks_for_the_offer(alice: User, bob: User, page_client: PageOf) -> None:
    unread(alice, 3)
    assert "/spend/offer/" in page_client(alice).get("/documents/").content.decode()
    assert "Unread pages" in page_client(alice).get("/spend/offer/").content.decode()
    assert "Unread pages" not in page_client(bob).get("/spend/offer/").content.decode()


def test_paused_work_says_so_on_the_activity_page(
    alice: User, aws: FakeAws, page_client: PageOf
) -> None:
    User.objects.filter(pk=alice.pk).update(monthly_spend_cap="0")
    paid_items(alice, 1)
    work()
    html = page_client(alice).get("/activity/").content.decode()
    assert "Paused: your spending cap of this month is reached." in html
    assert len(aws.seen) == 0
