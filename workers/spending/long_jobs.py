"""Files that a provider works on for minutes: started once, asked after until they are done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from gallery.models import Job, JobState
from workers.analyzers.aws_errors import JOB_EXPIRED
from workers.analyzers.base import AnalyzerError, Billed, Completed, LongAnalyzer, StoredInput
from workers.models import ProviderJob, SpendState
from workers.spending import ledger, pace, providers
from workers.spending.buying import held_back
from workers.spending.holds import PROVIDER_PENDING, Hold

_LONGEST = timedelta(hours=24)
_FIRST_POLL = timedelta(seconds=5)
_SLOWEST_POLL = timedelta(minutes=1)
_MOST_GENERATIONS = 3

Keep = Callable[[Completed], None]


def collected(
    owner: User, key: Mapping[str, Any], analyzer: LongAnalyzer, stored: StoredInput, *, keep: Keep
) -> Completed:
    """Return the answer, kept by ``keep`` in the transaction that books it as paid.

    Raises Hold while there is none, AnalyzerError when there will be none.
    """
    providers.admit(analyzer.provider)
    job = ProviderJob.objects.select_related("spend").filter(**key).first()
    if job is not None and timezone.now() - job.started_at > _LONGEST:
        raise _given_up(job)
    if job is None or job.spend is None:
        job = _reserved(owner, key, analyzer, stored, job)
    if not job.provider_job_id:
        _start(job, analyzer, stored)
        raise _still_busy(job)
    return _collect(job, analyzer, keep)


def wake(provider_job_id: str) -> int:
    """Ask after this job now, because the provider said that it is over; returns how many
    steps were made due. Ids that nobody knows are no error: notifications come twice."""
    count = 0
    for found in ProviderJob.objects.filter(provider_job_id=provider_job_id)[:10]:
        count += Job.objects.filter(
            item__owner=found.owner_id,
            item__sha256=found.sha256,
            state=JobState.WAITING,
            error_code=PROVIDER_PENDING,
        ).update(run_at=timezone.now())
    return count


def hash_of(key: Mapping[str, Any]) -> str:
    """One name for a question, for the ledger and for the provider."""
    words = json.dumps({name: str(value) for name, value in key.items()}, sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def _reserved(
    owner: User,
    key: Mapping[str, Any],
    analyzer: LongAnalyzer,
    stored: StoredInput,
    job: ProviderJob | None,
) -> ProviderJob:
    """Book the attempt and note the job, before the provider hears of it."""
    spend = ledger.reserve(owner, hash_of(key), analyzer.provider, analyzer.operation, stored.units)
    if job is not None:
        job.spend = spend
        job.save(update_fields=["spend"])
        return job
    return ProviderJob.objects.create(
        **key, provider=analyzer.provider, spend=spend, started_at=timezone.now()
    )


def _start(job: ProviderJob, analyzer: LongAnalyzer, stored: StoredInput) -> None:
    pace.take_turn(analyzer.provider, analyzer.operation)
    try:
        with held_back(analyzer.provider, analyzer.operation):
            pending = analyzer.start(stored, _token(job))
    except AnalyzerError as error:
        # Lost on the wire, the start may have worked: the same token finds the same job.
        if error.code == JOB_EXPIRED:
            raise _renewed(job) from error
        if error.billed == Billed.NO:
            _drop(job, SpendState.UNPAID, error.code)
        raise
    ProviderJob.objects.filter(pk=job.pk).update(
        provider_job_id=pending.provider_job_id[:128], started_at=timezone.now()
    )


def _token(job: ProviderJob) -> str:
    columns = (name if name != "owner" else "owner_id" for name in ProviderJob.KEY)
    key = {column: getattr(job, column) for column in columns}
    return hashlib.sha256(f"{hash_of(key)}:{job.generation}".encode()).hexdigest()[:64]


def _collect(job: ProviderJob, analyzer: LongAnalyzer, keep: Keep) -> Completed:
    # Asking is free, but counted by the provider all the same.
    call = f"{analyzer.operation.partition(':')[0]}/collect"
    pace.take_turn(analyzer.provider, call)
    try:
        with held_back(analyzer.provider, call):
            found = analyzer.collect(job.provider_job_id)
    except AnalyzerError as error:
        if error.code == JOB_EXPIRED:
            raise _renewed(job) from error
        if error.permanent:
            charged = error.billed == Billed.UNCERTAIN
            _drop(job, SpendState.UNCERTAIN if charged else SpendState.UNPAID, error.code)
        raise
    if not isinstance(found, Completed):
        raise _still_busy(job)
    with transaction.atomic():
        keep(found)
        _drop(job, SpendState.PAID, "", units=found.units)
    return found


def _still_busy(job: ProviderJob) -> Hold:
    age = timezone.now() - job.started_at
    wait = min(max(age / 4, _FIRST_POLL), _SLOWEST_POLL) * pace.jitter()
    message = "The provider is working on it."
    return Hold(PROVIDER_PENDING, message, timezone.now() + wait)


def _renewed(job: ProviderJob) -> Hold | AnalyzerError:
    """Start anew under another token: what was paid for the lost job is uncertain."""
    if job.generation >= _MOST_GENERATIONS:
        return _given_up(job)
    with transaction.atomic():
        if job.spend is not None:
            ledger.settle(job.spend, SpendState.UNCERTAIN, code=JOB_EXPIRED)
        job.generation, job.provider_job_id, job.spend = job.generation + 1, "", None
        job.started_at = timezone.now()
        job.save(update_fields=["generation", "provider_job_id", "spend", "started_at"])
    return Hold(PROVIDER_PENDING, "The provider is asked anew.", timezone.now())


def _given_up(job: ProviderJob) -> AnalyzerError:
    _drop(job, SpendState.UNCERTAIN, "provider_silent")
    message = "The provider took the file and never answered."
    return AnalyzerError("provider_silent", message, permanent=True, billed=Billed.UNCERTAIN)


@transaction.atomic
def _drop(job: ProviderJob, state: SpendState, code: str, *, units: int | None = None) -> None:
    if job.spend is not None:
        ledger.settle(job.spend, state, units=units, code=code)
    ProviderJob.objects.filter(pk=job.pk).delete()
