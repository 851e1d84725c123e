"""Paid calls: booked before they are made, bought once, held back, paused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from gallery.models import Job, JobState, MediaLabel
from gallery.services import jobs
from tests.cloud.fake_aws import FakeAws, running
from tests.workers.paid import bought_at, change_spend, due_now, fake_rekognition, paid_items, work
from workers.models import AnalysisResult, ProviderState, Spend, SpendState, SpendTotal
from workers.spending import caps, ledger, providers
from workers.spending.caps import resume_capped
from workers.spending.holds import Hold

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with running(fake_rekognition()) as fake, bought_at(fake, monkeypatch):
        yield fake


def states() -> Counter[str]:
    return Counter(Spend.objects.values_list("state", flat=True))


def job() -> Job:
    return Job.objects.get()


def assert_totals_are_the_ledgers() -> None:
    booked = Spend.objects.exclude(state=SpendState.UNPAID).aggregate(n=Sum("microdollars"))["n"]
    for total in SpendTotal.objects.all():
        assert total.microdollars == (booked or 0)


def test_an_answer_is_paid_for_once_and_never_bought_again(alice: User, aws: FakeAws) -> None:
    [item] = paid_items(alice, 1)
    work()
    assert states() == {"paid": 1} and Spend.objects.get().microdollars == 1000
    jobs.reopen([item.pk], ["label"])
    aws.script = ["deny"]
    work()
    assert job().state == JobState.DONE and len(aws.seen) == 1
    assert MediaLabel.objects.filter(item=item).count() == 1


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("throttle", "unpaid"),
        ("error", "unpaid"),
        ("deny", "unpaid"),
        ("timeout", "uncertain"),
        ("cut", "uncertain"),
        ("garble", "uncertain"),
    ],
)
def test_every_failed_call_is_booked_and_the_job_goes_on(
    alice: User, aws: FakeAws, fault: str, state: str
) -> None:
    aws.script = [fault]
    paid_items(alice, 1)
    work()
    assert states() == {state: 1}
    assert job().state == JobState.WAITING
    providers.resume("rekognition")
    work()
    assert states() == {state: 1, "paid": 1}
    assert job().state == JobState.DONE
    assert_totals_are_the_ledgers()


def test_throttling_uses_up_no_attempts_but_ends_some_day(alice: User, aws: FakeAws) -> None:
    aws.script = ["throttle"] * 8
    paid_items(alice, 1)
    work(rounds=7)
    assert (job().state, job().attempts, job().error_code) == (JobState.WAITING, 0, "throttled")
    Job.objects.update(held_since=timezone.now() - timedelta(hours=25))
    work()
    assert job().state == JobState.FAILED


def test_refused_credentials_pause_the_provider_with_one_mail(
    alice: User, carol: User, aws: FakeAws
) -> None:
    aws.script = ["deny"] * 9
    paid_items(alice, 5)
    work(rounds=2)
    assert len(aws.seen) == 1
    assert set(Job.objects.values_list("state", "error_code")) == {("waiting", "provider_paused")}
    assert [message.to for message in mail.outbox] == [[carol.email]]
    assert "refuses the credentials" in mail.outbox[0].body


def test_a_paused_provider_is_tried_again_and_goes_on_by_itself(alice: User, aws: FakeAws) -> None:
    aws.script = ["deny", "deny"]
    paid_items(alice, 3)
    for tried in (1, 2):
        work()
        assert len(aws.seen) == tried
        ProviderState.objects.update(probe_at=timezone.now() - timedelta(seconds=1))
    work(rounds=2)
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert ProviderState.objects.get().paused_at is None
    assert len(mail.outbox) == 0 and states() == {"unpaid": 2, "paid": 3}


def test_a_cap_pauses_and_a_raised_one_lets_go(
    alice: User, bob: User, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(pk=alice.pk).update(monthly_spend_cap="0.01")
    change_spend(monkeypatch, prices={"rekognition:DetectLabels": 4000})
    paid_items(alice, 4)
    paid_items(bob, 3)
    work(rounds=3)
    assert Counter(Job.objects.filter(item__owner=alice).values_list("state", "error_code")) == {
        ("done", ""): 2,
        ("waiting", "spend_cap"): 2,
    }
    assert set(Job.objects.filter(item__owner=bob).values_list("state", flat=True)) == {"done"}
    later = Job.objects.filter(error_code="spend_cap").update(
        run_at=caps.month_after(caps.this_month())
    )
    assert later == 2 and resume_capped() == 0
    User.objects.filter(pk=alice.pk).update(monthly_spend_cap="1")
    assert resume_capped() == 2
    work()
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_of_many_workers_at_the_cap_no_two_get_the_last_cent(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_spend(monkeypatch, monthly_cap=10_000)

    def reserve(number: int) -> bool:
        try:
            ledger.reserve(alice, str(number), "rekognition", "DetectLabels", 1)
        except Hold:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(reserve, range(40)))
    assert sum(got) == 10 == Spend.objects.count()
    assert_totals_are_the_ledgers()


def test_what_a_dead_worker_left_open_is_uncertain(alice: User) -> None:
    ledger.reserve(alice, "q", "rekognition", "DetectLabels", 1)
    assert ledger.settle_abandoned(timezone.now()) == 0
    assert ledger.settle_abandoned(timezone.now() + timedelta(minutes=11)) == 1
    assert states() == {"uncertain": 1}
    assert_totals_are_the_ledgers()


def test_faults_at_random_lose_nothing_and_everything_is_accounted_for(
    alice: User, aws: FakeAws
) -> None:
    aws.odds = {"throttle": 0.15, "error": 0.06, "cut": 0.04, "garble": 0.04, "timeout": 0.02}
    paid_items(alice, 40)

    def worker(_: int) -> None:
        try:
            work(rounds=6)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(worker, range(2)))
    due_now()
    work(rounds=20)
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    seen = aws.counts
    assert states() == {
        "paid": 40,
        "unpaid": seen["throttle"] + seen["error"],
        "uncertain": seen["cut"] + seen["garble"] + seen["timeout"],
    }
    assert seen["ok"] == 40 == AnalysisResult.objects.count()
    assert_totals_are_the_ledgers()
